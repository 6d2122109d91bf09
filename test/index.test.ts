import * as root from "grpc-rich-errors";
import * as codegen from "grpc-rich-errors/codegenv1";
import * as details from "grpc-rich-errors/details";
import * as http from "grpc-rich-errors/http";
import * as protoLoader from "grpc-rich-errors/proto-loader";
import * as protobufEs from "grpc-rich-errors/protobuf-es";
import * as testing from "grpc-rich-errors/testing";
import { describe, expect, it } from "vitest";

describe("the package", () => {
  it("exports for users", () => {
    expect(Object.keys(root).sort()).toEqual([
      "Catalog",
      "Code",
      "RichError",
      "StandardDetails",
      "codeName",
      "drain",
      "fromJson",
      "fromStatus",
      "isCode",
      "isErrorOf",
      "pack",
      "packError",
      "promises",
      "richErrorClientOptions",
      "richErrorServerInterceptor",
      "richHandlers",
      "signalOf",
      "toStatus",
      "unpack",
      "upstream",
    ]);
  });

  it("exports for details", () => {
    expect(Object.keys(details).sort()).toEqual([
      "BadRequest",
      "DebugInfo",
      "ErrorInfo",
      "Help",
      "LocalizedMessage",
      "PreconditionFailure",
      "QuotaFailure",
      "RequestInfo",
      "ResourceInfo",
      "RetryInfo",
      "googleProtobufCodec",
      "packDetail",
      "protobufjsCodec",
      "tsProtoCodec",
      "typeNameOf",
    ]);
  });

  it("exports for HTTP", () => {
    expect(Object.keys(http).sort()).toEqual(["fromHttp", "toHttp"]);
  });

  it("exports for catalogs at run time", () => {
    expect(Object.keys(protobufEs).sort()).toEqual(["catalogFromDescriptorSet", "protobufEsCodec"]);
    expect(Object.keys(protoLoader).sort()).toEqual(["load", "loadDescriptorSet", "loadSync"]);
  });

  it("exports for tests", () => {
    expect(Object.keys(testing).sort()).toEqual([
      "assertErrorDetail",
      "assertReason",
      "assertRejectsWithRichError",
      "assertRichError",
      "configure",
      "failing",
      "readRichError",
      "recordErrors",
      "richErrorSerializer",
      "testServer",
      "toBeRichError",
      "toHaveErrorDetail",
      "toHaveReason",
      "toRejectWithRichError",
      "unpackTrailer",
    ]);
  });
});

describe("the entry for generated code", () => {
  it("exports what generated code imports, the same objects as the entries for users", () => {
    const users = { ...root, ...details };
    const own = Object.keys(codegen).filter((name) => Reflect.get(codegen, name) !== Reflect.get(users, name));
    expect(own).toEqual([
      "ApiError",
      "CircuitOpenError",
      "NetworkError",
      "decodeUnsafe",
      "defineError",
      "ErrorTable",
      "isInstance",
      "FieldRedaction",
    ]);
  });
});
