import { Metadata, status } from "@grpc/grpc-js";
import { Code, fromStatus, RichError, StandardDetails, toStatus } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { PUSHBACK } from "../../src/server/extras/extras.js";
import { refit, repackWithOptions, sendableSuccess } from "../../src/server/final-status.js";
import { defaultOptions, type ResolvedOptions } from "../../src/server/options.js";
import { packFailure } from "../../src/server/thrown-to-status.js";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";

const options: ResolvedOptions = { ...defaultOptions(), catalogs: [catalog] };

function packed(thrown: unknown) {
  return packFailure({ thrown, callMetadata: undefined, trailer: undefined }, options);
}

function metadata(key: string, value: string): Metadata {
  const made = new Metadata();
  made.set(key, value);
  return made;
}

describe("refit", () => {
  it("returns a status that fits unchanged", () => {
    const status = packed(tooManySides());
    expect(refit(status)).toBe(status);
    status.metadata.set("x-other", "o".repeat(100));
    expect(refit(status)).toBe(status);
    const plain = packed(new RichError(5, "gone"));
    expect(refit(plain)).toBe(plain);
  });

  it("drops added trailers that cannot be sent, and reports them", () => {
    const status = packed(tooManySides());
    status.metadata.set("te", "x");
    status.metadata.set("x-other", "o");
    const { metadata: again } = refit(status);
    expect([again.get("te"), again.get("x-other")]).toEqual([[], ["o"]]);
    expect(again.packed.content.problems).toEqual([
      new Error('the metadata field "te" is left out: it belongs to gRPC or to the connection'),
    ]);
  });

  it("keeps an added pushback if the server sets none, and its own otherwise", () => {
    const busy = () => new RichError(14, "busy", { reason: "BUSY", domain: "d", retryDelay: 1_000 });
    for (const [retryPushback, expected] of [
      [false, "7"],
      [true, "1000"],
    ] as const) {
      const status = packFailure(
        { thrown: busy(), callMetadata: undefined, trailer: undefined },
        { ...options, retryPushback },
      );
      status.metadata.set(PUSHBACK, "7");
      status.metadata.add("grpc-status-details-bin", Buffer.from("another"));
      const again = refit(status);
      expect(again).not.toBe(status);
      expect(again.metadata.get(PUSHBACK)).toEqual([expected]);
    }
  });

  it("makes room for added trailers, or drops them", () => {
    const errorDetails = new StandardDetails().setDebugInfo("d".repeat(1_000));
    const status = packed(tooManySides({ errorDetails }));
    status.metadata.set("x-other", "o".repeat(2_500));
    const again = refit(status);
    expect(again.metadata.packed.shed).toEqual(["DebugInfo"]);
    expect(again.metadata.get("x-other")).toEqual(["o".repeat(2_500)]);
    again.metadata.set("x-another", "o".repeat(2_500));
    expect(refit(again).metadata.packed.shed).toEqual(["DebugInfo", "trailers"]);
    expect(RichError.from(refit(again), { catalogs: [catalog] })).toBeRichError(TooManySidesError, SIDES);
  });
});

describe("repackWithOptions", () => {
  const failure = (thrown: unknown, trailer?: Metadata) => ({ thrown, callMetadata: undefined, trailer });

  function again(thrown: unknown, trailer?: Metadata, most = options.maxHeaderBytes) {
    const made = failure(thrown, trailer);
    const first = packFailure(made, defaultOptions());
    return { first, second: () => repackWithOptions(first.metadata, made, { ...options, maxHeaderBytes: most }) };
  }

  it("packs the same if the options do not concern the error", () => {
    const { first, second } = again(tooManySides());
    expect(RichError.from(second(), { catalogs: [catalog] })).toBeRichError(TooManySidesError, SIDES);
    expect(second().metadata.getMap()).toEqual(first.metadata.getMap());
  });

  it("forwards an error that was masked before if the options have its catalog", () => {
    const { first, second } = again(fromStatus(toStatus(tooManySides()), { catalogs: [catalog] }));
    expect(first.metadata.packed.decision.masked).toBe(true);
    expect(second().metadata.packed.decision).toMatchObject({ masked: false, sent: { code: Code.INVALID_ARGUMENT } });
    expect(RichError.from(second(), { catalogs: [catalog] })).toBeRichError(TooManySidesError, SIDES);
  });

  it("keeps added trailers if they fit", () => {
    for (const most of [8_192, 700]) {
      const { first, second } = again(tooManySides(), undefined, most);
      first.metadata.set("x-other", "o".repeat(100));
      expect(second().metadata.get("x-other")).toEqual(most === 8_192 ? ["o".repeat(100)] : []);
    }
  });

  it.each([
    ["the error's own", metadata("x-own", "mine"), undefined],
    ["given beside the error", undefined, metadata("x-own", "mine")],
  ])("sends no trailers %s if only the second options mask the error", (_, own, beside) => {
    const made = failure(tooManySides(own && { metadata: own }), beside);
    const first = packFailure(made, defaultOptions());
    expect(first.metadata.get("x-own")).toEqual(["mine"]);
    first.metadata.set("x-other", "of an interceptor");
    const contract = { path: "/p.S/M", errors: [] };
    const second = repackWithOptions(first.metadata, made, { ...options, contract: { contract, strict: true } });
    expect(second).toMatchObject({ code: Code.INTERNAL, details: "internal error" });
    expect(second.metadata.get("x-own")).toEqual([]);
    expect(second.metadata.get("x-other")).toEqual([]);
  });

  it("sends parts that were shed before if there is room for them", () => {
    const thrown = tooManySides({ errorDetails: new StandardDetails().setDebugInfo("d".repeat(1_000)) });
    const { first, second } = again(thrown, metadata("x-own", "t".repeat(4_000)), 8_192);
    expect(first.metadata.packed.shed).toEqual(["DebugInfo", "trailers"]);
    expect(second().metadata.packed.shed).toEqual([]);
    expect(second().metadata.get("x-own")).toEqual(["t".repeat(4_000)]);
    expect(RichError.from(second()).standardDetails.debugInfo?.detail).toHaveLength(1_000);
  });
});

describe("sendableSuccess", () => {
  it.each([
    ["no metadata", null],
    ["empty metadata", new Metadata()],
    ["trailers", metadata("x-cost", "7")],
  ])("returns a status with %s unchanged", (_, trailers) => {
    const sent = { code: status.OK, details: "OK", metadata: trailers };
    expect(sendableSuccess(sent)).toBe(sent);
    const other = { ...sent, details: "fine \u00e9" };
    expect(sendableSuccess(other)).toBe(other);
  });

  it("drops trailers that cannot be sent", () => {
    const trailers = metadata("x-cost", "7");
    trailers.set("te", "x");
    const sent = { code: status.OK, details: "OK", metadata: trailers };
    expect(sendableSuccess(sent)).toMatchObject({ code: status.OK, details: "OK" });
    expect(sendableSuccess(sent).metadata?.toJSON()).toEqual({ "x-cost": ["7"] });
  });

  it("makes the text sendable", () => {
    const textOf = (details: unknown) =>
      sendableSuccess({ code: status.OK, details: details as string, metadata: null }).details;
    expect(textOf("a\ud800")).toBe("a\ufffd");
    expect(textOf("a".repeat(100_000))).toBe("a".repeat(1_024));
    expect(textOf(undefined)).toBe("");
  });
});
