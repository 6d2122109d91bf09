import { describe, expect, it } from "vitest";
import { asSentence, classNameOf, inWords, pascalCase } from "../src/defaults.js";

describe("the class name of an error", () => {
  it.each([
    ["STREAM_NOT_FOUND", "StreamNotFoundError"],
    ["INTERNAL_ERROR", "InternalError"],
    ["TERROR", "TerrorError"],
    ["ERROR_IN_FIELD", "ErrorInFieldError"],
    ["HTTP_2_DOWN", "Http2DownError"],
  ])("of %s is %s", (reason, name) => {
    expect(classNameOf(reason)).toBe(name);
  });
});

describe("a reason", () => {
  it("in PascalCase keeps its digits", () => {
    expect(pascalCase("STREAM_V2_NOT_FOUND")).toBe("StreamV2NotFound");
  });

  it("in words is lower case", () => {
    expect(["STREAM_NOT_FOUND", "max_size", "HTTPPort", "recordId", "_lead", "HTTP2"].map(inWords)).toEqual([
      "stream not found",
      "max size",
      "http port",
      "record id",
      "lead",
      "http2",
    ]);
  });

  it("as a sentence begins with a capital", () => {
    expect(asSentence("STREAM_NOT_FOUND")).toBe("Stream not found.");
  });
});
