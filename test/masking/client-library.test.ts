import type { Metadata } from "@grpc/grpc-js";
import { Code } from "grpc-rich-errors";
import { ServerError } from "nice-grpc";
import { describe, expect, it } from "vitest";
import { clientLibraryOf, clientLibraryOfStatus } from "../../src/masking/client-library.js";
import { markReceived } from "../../src/status/metadata.js";
import { metadataOf } from "../support/metadata.js";

// The libraries themselves are in e2e/other-servers.test.ts.

function marked(): Metadata {
  const made = metadataOf({ "x-hint": "1" });
  markReceived(made);
  return made;
}

const error = (message: string, fields: object) => Object.assign(new Error(message), fields);

describe("clientLibraryOf recognizes an error", () => {
  it.each<[string, string, unknown]>([
    [
      "@grpc/grpc-js",
      "with the message that grpc-js builds from code and text",
      error("5 NOT_FOUND: no", { code: 5, details: "no" }),
    ],
    ["@grpc/grpc-js", "with such a message in a plain object", { message: "5 NOT_FOUND: no", code: 5, details: "no" }],
    ["@grpc/grpc-js", "with the stack of a call", error("x", { code: 5, details: "no", stack: "x\nfor call at\ny" })],
    [
      "@grpc/grpc-js",
      "with the headers of a response",
      { code: 5, details: "no", metadata: metadataOf({ date: "now" }) },
    ],
    ["@grpc/grpc-js", "with such headers from JSON", { code: 5, details: "no", metadata: { "content-type": ["x"] } }],
    ["@grpc/grpc-js", "with trailers from JSON", { code: 5, details: "no", metadata: { "x-hint": ["1"] } }],
    ["@grpc/grpc-js", "with cloned metadata", { code: 5, details: "no", metadata: { internalRepr: new Map() } }],
    [
      "@grpc/grpc-js",
      "with metadata that is marked as received",
      error("x", { code: 5, details: "no", metadata: marked() }),
    ],
    [
      "@grpc/grpc-js",
      "with the fields of a status and empty metadata",
      { code: 5, details: "no", metadata: metadataOf() },
    ],
    ["@grpc/grpc-js", "with the same fields from JSON", { metadata: {}, details: "no", code: 5 }],
    [
      "@grpc/grpc-js",
      "with a text of grpc-js's client and empty metadata",
      error("x", { code: 14, details: "Connection dropped", metadata: metadataOf() }),
    ],
    ["@grpc/grpc-js", "with its message inside another text", { code: 13, details: "failed: 5 NOT_FOUND: no" }],
    ["@grpc/grpc-js", "with its message and a number of two digits", { code: 13, details: "16 UNAUTHENTICATED: no" }],
    ["@grpc/grpc-js", "with its message in the place of the details", { code: 13, message: "5 NOT_FOUND: no" }],
    [
      "@grpc/grpc-js",
      "with the fields of a status, empty metadata and fields that are undefined",
      { code: 5, details: "no", metadata: metadataOf(), name: undefined, stack: undefined },
    ],
    ["nice-grpc", "with its mark", error("x", { "@@nice-grpc:ClientError": true })],
    ["nice-grpc", "with the mark of its first versions", error("x", { name: "ClientError", "@@nice-grpc": true })],
    ["nice-grpc", "with the path of a method", { path: "/shop.v1.Orders/Get", code: 5, details: "no" }],
    ["nice-grpc", "with its message inside another text", { code: 13, details: "/shop.v1.Orders/Get NOT_FOUND: no" }],
    ["nice-grpc", "with its message after another text", { code: 13, details: "so /a.B/C NOT_FOUND: no" }],
    ["@connectrpc/connect", "with a raw message", { code: 5, rawMessage: "no" }],
    ["@connectrpc/connect", "with headers", { code: 5, message: "no", metadata: new Headers() }],
    ["@connectrpc/connect", "with its message inside another text", { code: 1, details: "[canceled] no" }],
    ["google-gax", "with decoded details", error("x", { statusDetails: [] })],
    ["google-gax", "with a note", { code: 5, details: "no", note: "no", metadata: metadataOf() }],
    ["google-gax", "of its class itself", new (class GoogleError extends Error {})("x")],
    ["google-gax", "of its class", new (class extends class GoogleError extends Error {} {})("x")],
    ["@protobuf-ts/runtime-rpc", "with the name of a code and headers", { code: "NOT_FOUND", meta: {} }],
  ])("of %s: %s", (library, _, thrown) => {
    expect(clientLibraryOf(thrown)).toBe(library);
  });
});

describe("clientLibraryOf returns undefined for", () => {
  it.each<[string, unknown]>([
    ["a status", { code: 5, details: "no" }],
    ["a status with a message", { code: 5, message: "no" }],
    ["a status with metadata", { code: 5, details: "no", metadata: metadataOf({ "x-hint": "1" }) }],
    ["a status with metadata that is a plain object", { code: 5, details: "no", metadata: { "x-hint": "1" } }],
    [
      "a status with an additional field and empty metadata",
      { name: "x", code: 5, details: "no", metadata: metadataOf() },
    ],
    ["a status with a text of grpc-js's client", { code: 14, details: "Connection dropped" }],
    ["a status with a text of a wrong number and name", { code: 5, details: "7 NOT_FOUND: no, 5 Not_found: no" }],
    ["an object whose class has no constructor", Object.assign(Object.create(Object.create(null)), { code: 5 })],
    ["a status with a text in brackets", { code: 5, details: "[permission_denied] no" }],
    ["a status with a text in brackets after another", { code: 5, details: "so [not_found] no" }],
    ["a status with a text that has a path", { code: 5, details: "/shop.v1.Orders/Get GONE: no" }],
    ["a status with a text that has a number after a letter", { code: 5, details: "x5 NOT_FOUND: no" }],
    ["a status with a text that has a path after a letter", { code: 5, details: "x/shop.v1.Orders/Get NOT_FOUND: no" }],
    ["a status with the path of a method and a number as details", { code: 5, details: 7, path: "/shop.Orders/Get" }],
    ["a status with a list that has the path of a method", { code: 5, details: "no", path: ["/shop.Orders/Get"] }],
    ["a status with the path of a method in another path", { code: 5, details: "no", path: "/api/shop.Orders/Get" }],
    ["a status with the path of a method before another path", { code: 5, details: "no", path: "/shop.Orders/Get/x" }],
    ["an error of a file system with the path of a method", error("x", { code: "ENOENT", path: "/a/b", details: "x" })],
    ["a status with the stack of a call", { code: 5, details: "no", stack: "x\nfor call at\ny" }],
    ["an error with a status and without a stack", error("no", { code: 5, details: "no", stack: undefined })],
    ["a code with empty metadata and without a text", { code: 5, metadata: metadataOf() }],
    ["a ClientError without the mark of nice-grpc", error("x", { name: "ClientError" })],
    ["an error with the mark of nice-grpc's server", error("x", { "@@nice-grpc": true })],
    ["an error of a class without a name", new (class extends Error {})("x")],
    ["the name of a code with a member that is null", { code: "NOT_FOUND", meta: null }],
    ["a status with the path of a file", { code: 5, details: "no", path: "/var/log/shop" }],
    ["a status with the name of a code", { code: "NOT_FOUND", details: "no" }],
    ["a status with an invalid code", { code: 99, details: "no", metadata: metadataOf() }],
    ["an error with a status", error("no", { code: 5, details: "no" })],
    ["an error with a status and empty metadata", error("no", { code: 5, details: "no", metadata: metadataOf() })],
    ["an error for nice-grpc's server", new ServerError(5, "no")],
    ["an error of a file system", error("ENOENT", { code: "ENOENT", path: "/a/b", errno: -2 })],
    ["an error with a note", error("no", { code: 5, details: "no", note: "no" })],
    ["an error", new Error("5 NOT_FOUND: no")],
    ["a text", "5 NOT_FOUND: no"],
    ["undefined", undefined],
    ["null", null],
  ])("%s", (_, thrown) => {
    expect(clientLibraryOf(thrown)).toBeUndefined();
  });
});

describe("clientLibraryOfStatus", () => {
  it.each<[string | undefined, string, Code, string, unknown]>([
    [undefined, "without metadata", 5, "no", null],
    [undefined, "with empty metadata", 5, "no", metadataOf()],
    [undefined, "with a handler's metadata", 5, "no", metadataOf({ "x-hint": "1" })],
    [undefined, "with a text of grpc-js's client and without metadata", 14, "Connection dropped", null],
    ["@grpc/grpc-js", "with such a text and empty metadata", 14, "Connection dropped", metadataOf()],
    ["@grpc/grpc-js", "with the headers of a response", 5, "no", metadataOf({ "content-type": "application/grpc" })],
    ["@grpc/grpc-js", "with metadata that is marked as received", 5, "no", marked()],
    ["@grpc/grpc-js", "with the texts of several errors", 4, "Error: 7 PERMISSION_DENIED: no", null],
    ["@connectrpc/connect", "with a text in brackets", 7, "[permission_denied] no", null],
  ])("returns %s for a status %s", (library, _, code, text, given) => {
    expect(clientLibraryOfStatus(code, text, given)).toBe(library);
  });

  it("takes linear time in the length of the text", () => {
    const text = "/a/a ".repeat(200_000) + "7 ".repeat(200_000) + "/".repeat(400_000);
    expect(clientLibraryOfStatus(Code.INTERNAL, text, null)).toBeUndefined();
  });
});

describe("marked metadata", () => {
  it("looks unchanged, and other values are ignored", () => {
    expect(marked()).toEqual(metadataOf({ "x-hint": "1" }));
    expect(Object.keys(marked())).toEqual(Object.keys(metadataOf()));
    for (const value of [undefined, null, "x", Object.freeze({})]) expect(() => markReceived(value)).not.toThrow();
  });
});
