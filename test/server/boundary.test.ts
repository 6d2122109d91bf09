import { Metadata } from "@grpc/grpc-js";
import { type Catalog, Code, fromStatus, packError, RichError, StandardDetails, toStatus } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { judge as judgeFailure } from "../../src/server/boundary.js";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function metadata(key: string, value: string): Metadata {
  const made = new Metadata();
  made.set(key, value);
  return made;
}

/** An error as a client of grpc-js makes it. */
function serviceError(code: number, details: string, trailers = new Metadata()): Error {
  const message = `${code} ${Object.keys(Code)[code - 1]}: ${details}`;
  return Object.assign(new Error(message), { code, details, metadata: trailers });
}

function judge(thrown: unknown, catalogs: readonly Catalog[], incoming?: Metadata) {
  return judgeFailure({ thrown, incoming, trailer: undefined }, catalogs);
}

describe("judge", () => {
  it("lets a RichError of this process through as it is", () => {
    const thrown = tooManySides();
    expect(judge(thrown, [])).toMatchObject({ masked: false });
    expect(judge(thrown, []).sent).toBe(thrown);
  });

  it("masks a RichError of another server, and lets it through if a catalog declares it", () => {
    const received = fromStatus(toStatus(tooManySides()), { catalogs: [catalog] });
    expect(judge(received, [])).toMatchObject({ masked: true, sent: { code: 13 } });
    const { sent, masked } = judge(received, [catalog]);
    expect(masked).toBe(false);
    expect(sent).toBeRichError(TooManySidesError, SIDES);
  });

  it("takes no metadata over from another server", () => {
    const thrown = serviceError(3, "x", packError(tooManySides()).metadata);
    const { sent } = judge(thrown, [catalog]);
    expect(sent).toBeRichError(TooManySidesError, SIDES);
    expect(sent.metadata).toBeUndefined();
  });

  it.each([
    ["an error without a code", new Error("x")],
    ["an error of another server that no catalog declares", serviceError(5, "x")],
    ["an error with a code and no details", Object.assign(new Error("x"), { code: 5 })],
    ["a status with the code OK", { code: 0, details: "x" }],
    ["nothing", undefined],
  ])("masks %s, with the thrown value as cause", (_, thrown) => {
    const { sent, masked, requestId } = judge(thrown, [catalog]);
    expect(masked).toBe(true);
    expect(sent).toMatchObject({ code: Code.INTERNAL, message: "internal error", reason: undefined });
    expect(sent.cause).toBe(thrown);
    expect(sent.standardDetails.requestInfo?.requestId).toBe(requestId);
    expect(requestId).toMatch(UUID);
  });

  it.each([
    ["abc-123", "abc-123"],
    ["a/b+c=:d.e_f", "a/b+c=:d.e_f"],
    ["a".repeat(128), "a".repeat(128)],
    ["", expect.stringMatching(UUID)],
    ["a".repeat(129), expect.stringMatching(UUID)],
    ["a b", expect.stringMatching(UUID)],
    ["<b>", expect.stringMatching(UUID)],
  ])("answers the request id %j with %j", (given, expected) => {
    expect(judge(undefined, [], metadata("x-request-id", given)).requestId).toEqual(expected);
  });

  it("lets a status through without its metadata, which may be another server's", () => {
    const { sent, masked } = judge({ code: 5, details: "gone", metadata: metadata("x-own", "mine") }, []);
    expect(masked).toBe(false);
    expect(sent).toMatchObject({ code: 5, message: "gone" });
    expect(sent.metadata).toBeUndefined();
  });

  it("masks what RichError.from made of an error that is none of ours", () => {
    for (const thrown of [new Error("db SECRET"), "SECRET", 5]) {
      expect(judge(RichError.from(thrown), []).masked).toBe(true);
    }
    const meant = new RichError(Code.UNKNOWN, "try again", { cause: new Error("db SECRET") });
    expect(judge(meant, []).sent).toBe(meant);
  });

  it("keeps back the DebugInfo of an upstream error that it lets through", () => {
    const errorDetails = new StandardDetails().setDebugInfo("stack SECRET").setRequestInfo("r-1");
    const { sent } = judge(fromStatus(toStatus(new TooManySidesError(SIDES, { errorDetails }))), [catalog]);
    expect(sent.standardDetails.debugInfo).toBeUndefined();
    expect(sent.standardDetails.requestInfo?.requestId).toBe("r-1");
  });

  it("keeps the extras of an upstream error that it lets through", () => {
    const made = new TooManySidesError(SIDES, { errorDetails: new StandardDetails().setRequestInfo("r-1") });
    const { sent } = judge(fromStatus(toStatus(made)), [catalog]);
    expect(sent.standardDetails.requestInfo?.requestId).toBe("r-1");
  });
});
