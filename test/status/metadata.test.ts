import { Metadata } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { isEmptyMetadata, isFromPeer, isHeaders, isMetadata, markReceived } from "../../src/status/metadata.js";
import { metadataOf } from "../support/metadata.js";

describe("isFromPeer", () => {
  it.each([
    "alt-svc",
    "content-length",
    "content-type",
    "date",
    "grpc-accept-encoding",
    "grpc-encoding",
    "server",
    "trailer",
    "via",
    "x-envoy-upstream-service-time",
  ])("recognizes the response header %s", (name) => {
    expect(isFromPeer(metadataOf({ "x-own": "1", [name]: "x" }))).toBe(true);
    expect(isFromPeer({ "x-own": "1", [name]: "x" })).toBe(true);
  });

  it.each<[string, unknown]>([
    ["the Headers of fetch", new Headers()],
    ["cloned metadata", structuredClone(metadataOf({ "x-own": "1" }))],
    ["metadata from JSON", { "x-own": ["1"], "x-other": [] }],
  ])("recognizes %s", (_, metadata) => {
    expect(isFromPeer(metadata)).toBe(true);
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", "content-type"],
    ["empty metadata", new Metadata()],
    ["an empty object", {}],
    ["an application's metadata", metadataOf({ "x-own": "1" })],
    ["an object of texts", { "x-own": "1" }],
    ["an object of texts and lists", { "x-own": "1", "x-list": ["1"] }],
  ])("returns false for %s", (_, metadata) => {
    expect(isFromPeer(metadata)).toBe(false);
  });
});

describe("markReceived", () => {
  it("makes metadata count as a peer's, with no visible field", () => {
    const metadata = metadataOf({ "x-own": "1" });
    markReceived(metadata);
    markReceived(metadata);
    expect(isFromPeer(metadata)).toBe(true);
    expect(Object.keys(metadata)).toEqual(Object.keys(new Metadata()));
  });

  it.each([[undefined], [null], ["x"], [5], [Object.freeze({})]])("ignores %s", (value) => {
    expect(() => markReceived(value)).not.toThrow();
    expect(isFromPeer(value)).toBe(false);
  });
});

describe("isEmptyMetadata", () => {
  it.each<[string, unknown, boolean]>([
    ["empty metadata", new Metadata(), true],
    ["metadata", metadataOf({ "x-own": "1" }), false],
    ["an empty object", {}, true],
    ["an object", { "x-own": "1" }, false],
    ["nothing", undefined, false],
    ["null", null, false],
    ["an empty text", "", false],
  ])("checks %s", (_, value, expected) => {
    expect(isEmptyMetadata(value)).toBe(expected);
  });
});

it.each<[unknown, boolean]>([
  [new Headers(), true],
  [new Map(), false],
  [metadataOf(), false],
  [{}, false],
  [undefined, false],
  [null, false],
  ["[object Headers]", false],
])("isHeaders of %o is %s", (value, expected) => {
  expect(isHeaders(value)).toBe(expected);
});

describe("isMetadata", () => {
  const methods = { get: () => [], getMap: () => ({}), clone: () => ({}) };

  it.each(["get", "getMap", "clone"])("needs the method %s", (name) => {
    expect(isMetadata(methods)).toBe(true);
    expect(isMetadata({ ...methods, [name]: 5 })).toBe(false);
  });

  it.each([[undefined], [null], ["x"], [() => {}]])("returns false for %s", (value) => {
    expect(isMetadata(value)).toBe(false);
  });

  it("returns false for a value whose getter throws", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(isMetadata(proxy)).toBe(false);
  });
});
