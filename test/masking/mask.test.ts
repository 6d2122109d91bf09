import { ConnectError } from "@connectrpc/connect";
import { Metadata } from "@grpc/grpc-js";
import { type Catalog, Code, fromStatus, packError, RichError, StandardDetails, toStatus } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { type AnyErrorMapping, ErrorMap } from "../../src/masking/error-map.js";
import { maskFailure } from "../../src/masking/mask.js";
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

function maskThrown(thrown: unknown, catalogs: readonly Catalog[], callMetadata?: Metadata) {
  return maskFailure({ thrown, callMetadata, trailer: undefined }, catalogs);
}

describe("maskFailure", () => {
  it("lets a RichError of this process through as it is", () => {
    const thrown = tooManySides();
    expect(maskThrown(thrown, [])).toMatchObject({ masked: false });
    expect(maskThrown(thrown, []).sent).toBe(thrown);
  });

  it("masks a RichError of another server, and lets it through if a catalog declares it", () => {
    const received = fromStatus(toStatus(tooManySides()), { catalogs: [catalog] });
    expect(maskThrown(received, [])).toMatchObject({ masked: true, sent: { code: 13 } });
    const { sent, masked } = maskThrown(received, [catalog]);
    expect(masked).toBe(false);
    expect(sent).toBeRichError(TooManySidesError, SIDES);
  });

  it("takes no metadata over from another server", () => {
    const thrown = serviceError(3, "x", packError(tooManySides()).metadata);
    const { sent } = maskThrown(thrown, [catalog]);
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
    const { sent, masked, requestId } = maskThrown(thrown, [catalog]);
    expect(masked).toBe(true);
    expect(sent).toMatchObject({ code: Code.INTERNAL, message: "internal error", reason: undefined });
    expect(sent.cause).toBe(thrown);
    expect(sent.standardDetails.requestInfo?.requestId).toBe(requestId);
    expect(requestId).toMatch(UUID);
  });

  it("names a masked error by the id of its call", () => {
    const { sent, requestId } = maskThrown(undefined, [], metadata("x-request-id", "r-7"));
    expect([requestId, sent.standardDetails.requestInfo?.requestId]).toEqual(["r-7", "r-7"]);
  });

  it("names a masked error by the id that the call has already, whatever came with it", () => {
    const call = { method: "/a/b", peer: "p", requestId: "r-8", metadata: new Metadata() };
    const failure = { thrown: undefined, callMetadata: metadata("x-request-id", "r-7"), trailer: undefined, call };
    const { sent, requestId } = maskFailure(failure, []);
    expect([requestId, sent.standardDetails.requestInfo?.requestId]).toEqual(["r-8", "r-8"]);
  });

  it("gives no id to an error that is not masked", () => {
    expect(maskThrown(tooManySides(), [], metadata("x-request-id", "r-7")).requestId).toBeUndefined();
  });

  it("lets a status through without its metadata, which may be another server's", () => {
    const { sent, masked } = maskThrown({ code: 5, details: "gone", metadata: metadata("x-own", "mine") }, []);
    expect(masked).toBe(false);
    expect(sent).toMatchObject({ code: 5, message: "gone" });
    expect(sent.metadata).toBeUndefined();
  });

  it("masks what RichError.from made of an error that is none of ours", () => {
    for (const thrown of [new Error("db SECRET"), "SECRET", 5]) {
      expect(maskThrown(RichError.from(thrown), []).masked).toBe(true);
    }
    const meant = new RichError(Code.UNKNOWN, "try again", { cause: new Error("db SECRET") });
    expect(maskThrown(meant, []).sent).toBe(meant);
  });

  it("keeps back what an upstream error that it lets through tells other servers", () => {
    const errorDetails = new StandardDetails().setDebugInfo("stack SECRET").setRequestInfo("r-1");
    const { sent, problems } = maskThrown(fromStatus(toStatus(new TooManySidesError(SIDES, { errorDetails }))), [
      catalog,
    ]);
    expect(sent.standardDetails.debugInfo).toBeUndefined();
    expect(sent.standardDetails.requestInfo).toBeUndefined();
    expect(problems).toMatchObject([{ message: expect.stringContaining("DebugInfo, google.rpc.RequestInfo;") }]);
  });

  it("keeps the extras of an upstream error that it lets through, if they are for callers", () => {
    const made = new TooManySidesError(SIDES, { errorDetails: new StandardDetails().addHelpLink("all", "https://x") });
    const { sent, problems } = maskThrown(fromStatus(toStatus(made)), [catalog]);
    expect(sent.standardDetails.help?.links).toEqual([{ description: "all", url: "https://x" }]);
    expect(problems).toEqual([]);
  });

  it("lets the trailers that a handler gives beside a status through, if they did not come from a peer", () => {
    const sentWith = (trailer: Metadata) =>
      maskFailure({ thrown: { code: 5, details: "gone" }, callMetadata: undefined, trailer }, []).sent;
    expect(sentWith(metadata("x-own", "mine")).metadata?.getMap()).toEqual({ "x-own": "mine" });
    const ofPeer = metadata("x-token", "SECRET");
    ofPeer.set("content-type", "application/grpc");
    expect(sentWith(ofPeer)).toMatchObject({ message: "gone", metadata: undefined });
  });
});

describe("maskFailure with an error map", () => {
  class LockTimeout extends Error {}
  const answer = new RichError(Code.ABORTED, "mapped");
  const BROKEN = new Error("broken");

  function mapped(thrown: unknown, mapping: AnyErrorMapping, catalogs: readonly Catalog[] = []) {
    return maskFailure({ thrown, callMetadata: undefined, trailer: undefined }, catalogs, new ErrorMap([mapping]));
  }

  it.each([
    ["an error of another library", new LockTimeout()],
    ["what RichError.from made of one", RichError.from(new LockTimeout("row 7"))],
    ["what RichError.from made of one that no server answered", RichError.from(new DOMException("x", "AbortError"))],
    ["an error of another server, though a catalog declares it", fromStatus(toStatus(tooManySides()))],
    ["an error that a client of grpc-js made", serviceError(3, "x", packError(tooManySides()).metadata)],
    ["a status", Object.assign(new Error("x"), { code: 5, details: "gone" })],
  ])("sends what the map makes of %s", (_, thrown) => {
    const { sent, masked, problems } = mapped(thrown, [Error, () => answer], [catalog]);
    expect([sent, masked, problems]).toEqual([answer, false, []]);
  });

  it("looks for what RichError.from made of an error that no server answered by that error", () => {
    class Aborted extends DOMException {}
    const thrown = RichError.from(new Aborted("x", "AbortError"));
    expect(mapped(thrown, [Aborted, () => answer]).sent).toBe(answer);
    expect(mapped(thrown, [LockTimeout, () => answer]).masked).toBe(true);
  });

  it("sends a RichError of this process as it is, and asks no map", () => {
    const thrown = tooManySides();
    expect(mapped(thrown, [Error, () => answer]).sent).toBe(thrown);
  });

  it("sends an error of another server that the map hands out only if a catalog declares it", () => {
    const received = fromStatus(toStatus(tooManySides({ errorDetails: new StandardDetails().setDebugInfo("SECRET") })));
    expect(mapped(new LockTimeout(), [LockTimeout, () => received])).toMatchObject({ masked: true });
    const { sent, masked } = mapped(new LockTimeout(), [LockTimeout, () => received], [catalog]);
    expect(masked).toBe(false);
    expect(sent).toBeRichError(TooManySidesError, SIDES);
    expect(sent.standardDetails.debugInfo).toBeUndefined();
  });

  it("masks what RichError.from makes of a client library's error, if the map hands it out", () => {
    const thrown = new ConnectError("SECRET");
    const { masked, problems } = mapped(thrown, [ConnectError, (e: Error) => RichError.from(e)]);
    expect(masked).toBe(true);
    expect(problems).toMatchObject([{ message: expect.stringContaining("@connectrpc/connect") }]);
    const own = new LockTimeout("meant for the client");
    expect(mapped(own, [LockTimeout, (e: Error) => RichError.from(e)]).sent.message).toBe("meant for the client");
  });

  it("sends an error that the map hands out with a code that is none with the code before", () => {
    const broken = Object.assign(new RichError(Code.ABORTED, "busy"), { code: 99 });
    const { sent, masked } = mapped(new LockTimeout(), [LockTimeout, () => broken]);
    expect([sent.code, sent.message, masked]).toEqual([Code.ABORTED, "busy", false]);
    expect(sent.issues).toHaveLength(1);
  });

  it("masks what a function of the map fails at, and tells why", () => {
    const thrown = Object.assign(new LockTimeout(), { code: 5, details: "gone" });
    const fail = () => {
      throw BROKEN;
    };
    const { sent, masked, problems } = mapped(thrown, [LockTimeout, fail]);
    expect(sent).toMatchObject({ code: Code.INTERNAL, message: "internal error", cause: thrown });
    expect(masked).toBe(true);
    expect(problems).toMatchObject([{ cause: BROKEN }]);
  });

  it("decides as without a map where a predicate fails, and tells why", () => {
    const fail = (): never => {
      throw BROKEN;
    };
    const { sent, masked, problems } = mapped({ code: 5, details: "gone" }, [fail as never, () => answer]);
    expect(sent).toMatchObject({ code: 5, message: "gone" });
    expect(masked).toBe(false);
    expect(problems).toMatchObject([{ cause: BROKEN }]);
  });
});
