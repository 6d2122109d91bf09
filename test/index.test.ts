import * as root from "grpc-rich-errors";
import * as codegen from "grpc-rich-errors/codegenv1";
import * as http from "grpc-rich-errors/http";
import * as testing from "grpc-rich-errors/testing";
import { describe, expect, it } from "vitest";

describe("the package", () => {
  it("has for users", () => {
    expect(Object.keys(root).sort()).toEqual([
      "BadRequest",
      "Catalog",
      "Code",
      "DebugInfo",
      "ErrorInfo",
      "Help",
      "LocalizedMessage",
      "PreconditionFailure",
      "QuotaFailure",
      "RequestInfo",
      "ResourceInfo",
      "RetryInfo",
      "RichError",
      "StandardDetails",
      "codeName",
      "drain",
      "fromStatus",
      "isCode",
      "isErrorOf",
      "pack",
      "packDetail",
      "packError",
      "promises",
      "richErrorClientOptions",
      "richErrorServerInterceptor",
      "richHandlers",
      "signalOf",
      "toStatus",
      "tsProtoCodec",
      "typeNameOf",
      "unpack",
    ]);
  });

  it("has for HTTP", () => {
    expect(Object.keys(http).sort()).toEqual(["fromHttp", "toHttp"]);
  });

  it("has for tests", () => {
    expect(Object.keys(testing).sort()).toEqual(["toBeRichError", "unpackTrailer"]);
  });
});

describe("the door of generated code", () => {
  it("has what generated code imports, the same as users have", () => {
    const own = Object.keys(codegen).filter((name) => Reflect.get(codegen, name) !== Reflect.get(root, name));
    expect(own).toEqual(["ApiError", "CircuitOpenError", "NetworkError", "isInstance"]);
  });
});
