import { readFileSync } from "node:fs";
import { Code, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import {
  asSentence,
  classNameOf,
  defaultFault,
  defaultHttpStatus,
  defaultsOf,
  inWords,
  pascalCase,
} from "../src/defaults.js";

describe("defaultsOf", () => {
  it("derives the defaults from the reason and the code", () => {
    expect(defaultsOf("ORDER_NOT_FOUND", Code.NOT_FOUND)).toEqual({
      className: "OrderNotFoundError",
      fault: "CALLER",
      origin: "SERVER",
      httpStatus: 404,
      displayName: "OrderNotFound",
      documentation: { summary: "Order not found." },
    });
    expect(defaultsOf("INTERNAL_ERROR", Code.INTERNAL)).toMatchObject({
      className: "InternalError",
      fault: "SERVER",
      httpStatus: 500,
      displayName: "InternalError",
    });
  });
});

describe("defaultFault", () => {
  const SERVERS = ["UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"];

  it.each(Object.entries(Code))("blames the side that the code %s is about", (name, code) => {
    const fault = SERVERS.includes(name) ? "SERVER" : "CALLER";
    expect([defaultFault(code), new RichError(code, "no").fault]).toEqual([fault, fault]);
  });
});

describe("defaultHttpStatus", () => {
  const proto = readFileSync(new URL("../proto/google/rpc/code.proto", import.meta.url), "utf8");

  /** The last "HTTP Mapping" in the comment above a value belongs to the value. */
  const MAPPINGS = new Map(
    [...proto.matchAll(/HTTP Mapping: (\d{3})[^=]*?\n {2}([A-Z_]+) = \d+;/g)].map(([, status, name]) => [
      name,
      Number(status),
    ]),
  );

  it.each(Object.entries(Code))("maps %s as google/rpc/code.proto does", (name, code) => {
    expect(defaultHttpStatus(code)).toBe(MAPPINGS.get(name));
  });
});

describe("classNameOf", () => {
  it.each([
    ["STREAM_NOT_FOUND", "StreamNotFoundError"],
    ["INTERNAL_ERROR", "InternalError"],
    ["TERROR", "TerrorError"],
    ["ERROR_IN_FIELD", "ErrorInFieldError"],
    ["HTTP_2_DOWN", "Http2DownError"],
  ])("names the class of %s %s", (reason, name) => {
    expect(classNameOf(reason)).toBe(name);
  });
});

describe("a reason", () => {
  it("keeps its digits in PascalCase", () => {
    expect(pascalCase("STREAM_V2_NOT_FOUND")).toBe("StreamV2NotFound");
  });

  it("is lower case in words", () => {
    expect(["STREAM_NOT_FOUND", "max_size", "HTTPPort", "recordId", "_lead", "HTTP2"].map(inWords)).toEqual([
      "stream not found",
      "max size",
      "http port",
      "record id",
      "lead",
      "http2",
    ]);
  });

  it("begins with a capital as a sentence", () => {
    expect(asSentence("STREAM_NOT_FOUND")).toBe("Stream not found.");
  });
});
