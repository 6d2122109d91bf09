import { Metadata } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { findUnsendable } from "../../src/status/metadata-fields.js";
import { requireSendable, sendable } from "../../src/status/sendable-metadata.js";

const REPLACED = ["grpc-status", "grpc-message", "content-type", "te", "user-agent"];

const RESERVED = [
  "grpc-encoding",
  "grpc-accept-encoding",
  "content-length",
  "connection",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
];

const SINGLE = [
  "access-control-allow-credentials",
  "access-control-max-age",
  "access-control-request-method",
  "age",
  "authorization",
  "content-encoding",
  "content-language",
  "content-location",
  "content-md5",
  "content-range",
  "date",
  "dnt",
  "etag",
  "expires",
  "from",
  "host",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "last-modified",
  "location",
  "max-forwards",
  "proxy-authorization",
  "range",
  "referer",
  "retry-after",
  "tk",
  "upgrade-insecure-requests",
  "x-content-type-options",
];

function metadata(name: string, ...values: string[]): Metadata {
  const made = new Metadata();
  for (const value of values) made.add(name, value);
  return made;
}

describe("in a response,", () => {
  const ours = [...REPLACED.filter((name) => name !== "user-agent"), ...RESERVED];

  it.each(ours)("%s is left out", (name) => {
    const { metadata: sent, problems } = sendable(metadata(name, "x"));
    expect(sent.getMap()).toEqual({});
    expect(problems).toEqual([`the metadata field "${name}" is left out: it belongs to gRPC or to the connection`]);
    expect(() => requireSendable(metadata(name, "x"))).toThrow(TypeError);
  });

  it.each([...SINGLE, "user-agent"])("%s is sent with its first value", (name) => {
    const once = metadata(name, "a");
    expect(sendable(once)).toEqual({ metadata: once, problems: [] });
    const { metadata: sent, problems } = sendable(metadata(name, "a", "b"));
    expect(sent.get(name)).toEqual(["a"]);
    expect(problems).toHaveLength(1);
  });

  it("any other field may have several values", () => {
    const twice = metadata("x-a", "a", "b");
    expect(sendable(twice)).toEqual({ metadata: twice, problems: [] });
  });

  it.each([
    [120, 120],
    [121, 120],
  ])("of %d values, %d are sent", (count, sent) => {
    const values = Array.from({ length: count }, () => "v");
    expect(sendable(metadata("x-a", ...values)).metadata.get("x-a")).toHaveLength(sent);
  });

  it.each([
    [60_000, 1],
    [60_001, 0],
  ])("of a field of %d bytes, %d value is sent", (bytes, sent) => {
    const given = metadata("x-a", "v".repeat(bytes - 32 - "x-a".length));
    expect(sendable(given).metadata.get("x-a")).toHaveLength(sent);
  });
});

describe("in a request,", () => {
  it.each(RESERVED)("%s cannot be sent", (name) => {
    expect(findUnsendable(metadata(name, "x"))).toBe(name);
  });

  it.each(REPLACED)("%s may be given, even twice", (name) => {
    expect(findUnsendable(metadata(name, "x", "y"))).toBeUndefined();
  });

  it.each(SINGLE)("%s cannot be sent twice", (name) => {
    expect(findUnsendable(metadata(name, "x"))).toBeUndefined();
    expect(findUnsendable(metadata(name, "x", "y"))).toBe(name);
  });

  it("any other field may be sent twice", () => {
    expect(findUnsendable(metadata("x-a", "x", "y"))).toBeUndefined();
    expect(findUnsendable(new Metadata())).toBeUndefined();
  });
});
