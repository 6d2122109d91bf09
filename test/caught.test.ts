import { Code } from "grpc-rich-errors";
import { expect, it } from "vitest";
import { readCaught } from "../src/caught.js";

it.each([
  ["an AbortError", AbortSignal.abort().reason, Code.CANCELLED, "This operation was aborted"],
  ["a TimeoutError", new DOMException("too slow", "TimeoutError"), Code.DEADLINE_EXCEEDED, "too slow"],
  ["any other error", new RangeError("too long"), Code.UNKNOWN, "too long"],
  ["an object that is only named like one", { name: "AbortError", message: "no" }, Code.UNKNOWN, "[object Object]"],
  ["nothing", undefined, Code.UNKNOWN, "undefined"],
])("of %s it says the code and the text", (_, value, code, message) => {
  expect(readCaught(value)).toEqual({ code, message });
});
