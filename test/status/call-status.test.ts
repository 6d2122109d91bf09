import { Metadata } from "@grpc/grpc-js";
import { packError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { packStatus, receiveTrailer } from "../../src/status/call-status.js";
import { encodeStatus, TRAILER } from "../../src/status/trailer.js";
import { tooManySides } from "../support/errors.js";
import { metadataOf } from "../support/metadata.js";

const { code, details: message, metadata } = packError(tooManySides());
const trailer = metadata.get(TRAILER)[0] as Buffer;

/** Reads a call, and returns the kinds and the messages of its issues. */
function issuesOf(call: object): readonly (readonly [string, string])[] {
  const { body } = receiveTrailer(call) ?? {};
  const decoded = body && "decode" in body ? body.decode() : body;
  return (decoded?.issues ?? []).map((issue) => [issue.kind, issue.message]);
}

describe("receiveTrailer", () => {
  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["a text", "x"],
    ["an empty object", {}],
    ["a code without details", { code: 5 }],
    ["details without a code", { details: "x" }],
    ["a code that is a text", { code: "5", details: "x" }],
    ["details that are a number", { code: 5, details: 7 }],
    ["a code that is not whole, without metadata", { code: 5.5, details: "x" }],
    ["such a code with metadata that is not of grpc-js", { code: 5.5, details: "x", metadata: {} }],
  ])("returns undefined for %s", (_, value) => {
    expect(receiveTrailer(value)).toBeUndefined();
  });

  it.each([5, 0, 99, -1, Number.NaN])("accepts the code %d without metadata", (given) => {
    expect(receiveTrailer({ code: given, details: "x" })?.status).toMatchObject({ code: given, message: "x" });
  });

  it("accepts any number as a code with metadata", () => {
    expect(receiveTrailer({ code: 5.5, details: "x", metadata: metadataOf() })?.status.code).toBe(5.5);
  });

  it("returns undefined for a value whose getter throws", () => {
    const value = {
      details: "x",
      get code() {
        throw new Error("no");
      },
    };
    expect(receiveTrailer(value)).toBeUndefined();
  });

  it("uses the message of the trailer if the call has none", () => {
    expect(receiveTrailer({ code, details: "", metadata })?.status.message).toBe(message);
    expect(receiveTrailer({ code, details: "x", metadata })?.status.message).toBe("x");
  });

  it.each<[string, unknown]>([
    ["text", ["text"]],
    ["nothing", []],
    ["no list", "text"],
  ])("finds no details in a trailer that is %s", (_, values) => {
    const given = Object.assign(new Metadata(), { get: () => values });
    expect(receiveTrailer({ code, details: "x", metadata: given })?.body).toEqual({
      code,
      message: "x",
      details: [],
      issues: [],
    });
  });

  it("finds no details if the trailer throws when it is read", () => {
    const given = Object.assign(new Metadata(), {
      get: () => {
        throw new Error("no");
      },
    });
    expect(receiveTrailer({ code, details: "x", metadata: given })?.body).toMatchObject({ details: [], issues: [] });
  });

  it("has no issue if the trailer agrees with the call", () => {
    expect(issuesOf({ code, details: message, metadata })).toEqual([]);
  });

  describe("where grpc-js has decoded only some escapes of grpc-message", () => {
    const whole = "a, b; 100% of {c}/d";
    const packed = new Metadata();
    packed.set(TRAILER, Buffer.from(encodeStatus(code, whole, new Uint8Array())));
    const half = decodeURI(encodeURIComponent(whole));

    it("takes the message from the trailer, without an issue", () => {
      expect(half).toContain("%2C");
      expect(receiveTrailer({ code, details: half, metadata: packed })?.status.message).toBe(whole);
      expect(issuesOf({ code, details: half, metadata: packed })).toEqual([]);
    });

    it.each(["a%2C other", "%", "%E0%A4%A", `${half}%2C`])("keeps the message %j of the call", (other) => {
      expect(receiveTrailer({ code, details: other, metadata: packed })?.status.message).toBe(other);
      expect(issuesOf({ code, details: other, metadata: packed })).toMatchObject([
        ["message-mismatch", expect.any(String)],
      ]);
    });
  });

  it("has an issue for each contradiction of the trailer", () => {
    expect(issuesOf({ code: 5, details: "x", metadata })).toEqual([
      ["code-mismatch", "the trailer has the code 3, grpc-status is 5"],
      ["message-mismatch", "the trailer has another message than grpc-message"],
    ]);
    expect(issuesOf({ code, details: "x", metadata })).toMatchObject([["message-mismatch", expect.any(String)]]);
    expect(issuesOf({ code: 5, details: message, metadata })).toMatchObject([["code-mismatch", expect.any(String)]]);
  });

  it("has an issue for several trailers", () => {
    const several = metadata.clone();
    several.add(TRAILER, trailer);
    expect(issuesOf({ code, details: message, metadata: several })).toEqual([
      ["several-statuses", "the trailer has more than one value"],
    ]);
  });

  it("finds no contradiction in a trailer that breaks off before its code", () => {
    const cut = new Metadata();
    cut.set(TRAILER, Buffer.of(8));
    expect(issuesOf({ code, details: message, metadata: cut })).toMatchObject([
      ["malformed-status", expect.any(String)],
    ]);
    const cutLater = new Metadata();
    cutLater.set(TRAILER, Buffer.of(8, 5, 18));
    expect(issuesOf({ code, details: message, metadata: cutLater }).map(([kind]) => kind)).toEqual([
      "malformed-status",
      "code-mismatch",
      "message-mismatch",
    ]);
  });
});

describe("packStatus", () => {
  it("replaces a trailer that is already there, and removes it if there are no details", () => {
    const given = metadataOf({ "x-own": "1" });
    given.set(TRAILER, Buffer.of(1));
    const packed = packStatus(5, "gone", Buffer.of(26, 0), given);
    expect(packed).toEqual({ code: 5, details: "gone", metadata: given });
    expect(given.get(TRAILER)).toEqual([Buffer.from("0805120467".concat("6f6e65", "1a00"), "hex")]);
    packStatus(5, "gone", new Uint8Array(), given);
    expect(given.getMap()).toEqual({ "x-own": "1" });
  });
});
