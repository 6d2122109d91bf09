import { Metadata } from "@grpc/grpc-js";
import { fromStatus, RichError, StandardDetails, toStatus } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { defaultOptions, type ResolvedOptions } from "../../src/server/options.js";
import { packFailure } from "../../src/server/thrown-to-status.js";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";

const options: ResolvedOptions = { ...defaultOptions(), catalogs: [catalog] };

function packed(thrown: unknown, trailer?: Metadata) {
  return packFailure({ thrown, callMetadata: undefined, trailer }, options);
}

function metadata(key: string, value: string): Metadata {
  const made = new Metadata();
  made.set(key, value);
  return made;
}

function upstreamError(): Error {
  return Object.assign(new Error("5 NOT_FOUND: x"), { code: 5, details: "x", metadata: metadata("x-own", "theirs") });
}

describe("packFailure", () => {
  it.each([
    ["a RichError", () => tooManySides(), ["mine"]],
    ["a status", () => ({ code: 5, details: "gone" }), ["mine"]],
    ["an error with a status", () => Object.assign(new Error("x"), { code: 5, details: "gone" }), ["mine"]],
    ["a masked error", () => new Error("x"), []],
    ["another server's error", upstreamError, []],
    ["another server's RichError", () => fromStatus(toStatus(tooManySides()), { catalogs: [catalog] }), []],
  ])("sends trailers given beside %s only if this process made it", (_, thrown, expected) => {
    expect(packed(thrown(), metadata("x-own", "mine")).metadata.get("x-own")).toEqual(expected);
  });

  it("adds its details to the given trailers, and replaces other details", () => {
    const trailer = metadata("x-own", "mine");
    trailer.set("grpc-status-details-bin", Buffer.from("other"));
    const status = packed(tooManySides(), trailer);
    expect(RichError.from(status, { catalogs: [catalog] })).toBeRichError(TooManySidesError, SIDES);
    expect(status.metadata.get("x-own")).toEqual(["mine"]);
    expect(trailer.get("grpc-status-details-bin")).toEqual([Buffer.from("other")]);
    expect(packed(new RichError(5, "gone"), trailer).metadata.getMap()).toEqual({ "x-own": "mine" });
  });

  it("sends an error without metadata that is not a Metadata", () => {
    const none = { token: "secret" } as unknown as Metadata;
    for (const status of [
      packed(new RichError(5, "gone", { metadata: none })),
      packed(new RichError(5, "gone"), none),
    ]) {
      expect(status.metadata.packed.decision.masked).toBe(false);
      expect(status).toMatchObject({ code: 5, details: "gone" });
      expect(status.metadata.getMap()).toEqual({});
    }
  });

  it("keeps the header block within the budget, and notes what it shed", () => {
    const errorDetails = new StandardDetails().setDebugInfo("d".repeat(5_000));
    const status = packed(tooManySides({ errorDetails }));
    expect(status.metadata.packed.shed).toEqual(["DebugInfo"]);
    const read = RichError.from(status, { catalogs: [catalog] });
    expect(read).toBeRichError(TooManySidesError, SIDES);
    expect(read.shed).toEqual(["DebugInfo"]);
  });
});
