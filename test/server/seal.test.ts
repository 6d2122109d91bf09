import { Metadata } from "@grpc/grpc-js";
import { Code, fromStatus, RichError, StandardDetails, toStatus } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY, type Policy } from "../../src/server/policy.js";
import { seal, sealAgain } from "../../src/server/seal.js";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";

const policy: Policy = { ...DEFAULT_POLICY, catalogs: [catalog] };

function sealed(thrown: unknown, trailer?: Metadata) {
  return seal({ thrown, incoming: undefined, trailer }, policy);
}

function metadata(key: string, value: string): Metadata {
  const made = new Metadata();
  made.set(key, value);
  return made;
}

function upstreamError(): Error {
  return Object.assign(new Error("5 NOT_FOUND: x"), { code: 5, details: "x", metadata: metadata("x-own", "theirs") });
}

describe("seal", () => {
  it.each([
    ["a RichError", () => tooManySides(), ["mine"]],
    ["a status", () => ({ code: 5, details: "gone" }), ["mine"]],
    ["an error with a status", () => Object.assign(new Error("x"), { code: 5, details: "gone" }), ["mine"]],
    ["a masked error", () => new Error("x"), []],
    ["an upstream error", upstreamError, []],
    ["an upstream RichError", () => fromStatus(toStatus(tooManySides()), { catalogs: [catalog] }), []],
  ])("sends trailers given beside %s if it was made in this process", (_, thrown, expected) => {
    expect(sealed(thrown(), metadata("x-own", "mine")).metadata.get("x-own")).toEqual(expected);
  });

  it("puts the details among the trailers that were given, in the place of any others", () => {
    const trailer = metadata("x-own", "mine");
    trailer.set("grpc-status-details-bin", Buffer.from("other"));
    const status = sealed(tooManySides(), trailer);
    expect(RichError.from(status, { catalogs: [catalog] })).toBeRichError(TooManySidesError, SIDES);
    expect(status.metadata.get("x-own")).toEqual(["mine"]);
    expect(trailer.get("grpc-status-details-bin")).toEqual([Buffer.from("other")]);
    expect(sealed(new RichError(5, "gone"), trailer).metadata.getMap()).toEqual({ "x-own": "mine" });
  });

  it("sends an error without metadata that is none", () => {
    const none = { token: "secret" } as unknown as Metadata;
    for (const status of [
      sealed(new RichError(5, "gone", { metadata: none })),
      sealed(new RichError(5, "gone"), none),
    ]) {
      expect(status.metadata.verdict.masked).toBe(false);
      expect(status).toMatchObject({ code: 5, details: "gone" });
      expect(status.metadata.getMap()).toEqual({});
    }
  });

  it("keeps the header block within its bounds, and tells what it left out", () => {
    const errorDetails = new StandardDetails().setDebugInfo("d".repeat(5_000));
    const status = sealed(tooManySides({ errorDetails }));
    expect(status.metadata.shed).toEqual(["DebugInfo"]);
    const read = RichError.from(status, { catalogs: [catalog] });
    expect(read).toBeRichError(TooManySidesError, SIDES);
    expect(read.shed).toEqual(["DebugInfo"]);
  });
});

describe("sealAgain", () => {
  const failure = (thrown: unknown, trailer?: Metadata) => ({ thrown, incoming: undefined, trailer });

  it("leaves a status as it is that the policy changes nothing about", () => {
    const first = seal(failure(tooManySides()), DEFAULT_POLICY);
    expect(sealAgain(first.metadata, policy)).toEqual(first);
    expect(sealAgain(first.metadata, policy).metadata).toBe(first.metadata);
  });

  it("keeps the request id of a masked error", () => {
    const first = seal(failure(new Error("x")), DEFAULT_POLICY);
    expect(sealAgain(first.metadata, policy).metadata).toBe(first.metadata);
  });

  it("lets an upstream error through that was masked before, if the policy has its catalog", () => {
    const first = seal(failure(fromStatus(toStatus(tooManySides()), { catalogs: [catalog] })), DEFAULT_POLICY);
    expect(first.metadata.verdict.masked).toBe(true);
    const again = sealAgain(first.metadata, policy);
    expect(again.metadata.verdict).toMatchObject({ masked: false, sent: { code: Code.INVALID_ARGUMENT } });
    expect(RichError.from(again, { catalogs: [catalog] })).toBeRichError(TooManySidesError, SIDES);
  });

  it("keeps what others have put among the trailers since", () => {
    const first = seal(failure(tooManySides()), DEFAULT_POLICY);
    first.metadata.set("x-other", "o".repeat(100));
    for (const most of [8_192, 700]) {
      const again = sealAgain(first.metadata, { ...policy, maxHeaderBytes: most });
      expect(again.metadata.get("x-other")).toEqual(most === 8_192 ? ["o".repeat(100)] : []);
    }
  });

  it("sends what was left out before where there is room for it", () => {
    const thrown = tooManySides({ errorDetails: new StandardDetails().setDebugInfo("d".repeat(1_000)) });
    const trailer = metadata("x-own", "t".repeat(4_000));
    const first = seal(failure(thrown, trailer), DEFAULT_POLICY);
    expect(first.metadata.shed).toEqual(["DebugInfo", "trailers"]);
    const again = sealAgain(first.metadata, { ...policy, maxHeaderBytes: 8_192 });
    expect(again.metadata.shed).toEqual([]);
    expect(again.metadata.get("x-own")).toEqual(["t".repeat(4_000)]);
    expect(RichError.from(again).standardDetails.debugInfo?.detail).toHaveLength(1_000);
  });
});
