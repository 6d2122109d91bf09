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

/** Creates an error like those of a grpc-js client. */
function serviceError(code: number, details: string, trailers = new Metadata()): Error {
  const message = `${code} ${Object.keys(Code)[code - 1]}: ${details}`;
  return Object.assign(new Error(message), { code, details, metadata: trailers });
}

function maskThrown(thrown: unknown, catalogs: readonly Catalog[], callMetadata?: Metadata) {
  return maskFailure({ thrown, callMetadata, trailer: undefined }, catalogs);
}

describe("maskFailure", () => {
  it("passes a RichError made in this process unchanged", () => {
    const thrown = tooManySides();
    expect(maskThrown(thrown, [])).toMatchObject({ masked: false });
    expect(maskThrown(thrown, []).sent).toBe(thrown);
  });

  it("masks a RichError of another server unless a catalog declares it", () => {
    const received = fromStatus(toStatus(tooManySides()), { catalogs: [catalog] });
    expect(maskThrown(received, [])).toMatchObject({ masked: true, sent: { code: 13 } });
    const { sent, masked } = maskThrown(received, [catalog]);
    expect(masked).toBe(false);
    expect(sent).toBeRichError(TooManySidesError, SIDES);
  });

  it("never forwards metadata of another server", () => {
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
    ["undefined", undefined],
  ])("masks %s and keeps the thrown value as the cause", (_, thrown) => {
    const { sent, masked, requestId } = maskThrown(thrown, [catalog]);
    expect(masked).toBe(true);
    expect(sent).toMatchObject({ code: Code.INTERNAL, message: "internal error", reason: undefined });
    expect(sent.cause).toBe(thrown);
    expect(sent.standardDetails.requestInfo?.requestId).toBe(requestId);
    expect(requestId).toMatch(UUID);
  });

  it("gives a masked error the request id of its call", () => {
    const { sent, requestId } = maskThrown(undefined, [], metadata("x-request-id", "r-7"));
    expect([requestId, sent.standardDetails.requestInfo?.requestId]).toEqual(["r-7", "r-7"]);
  });

  it("prefers the request id that the call already has", () => {
    const call = { method: "/a/b", peer: "p", requestId: "r-8", metadata: new Metadata() };
    const failure = { thrown: undefined, callMetadata: metadata("x-request-id", "r-7"), trailer: undefined, call };
    const { sent, requestId } = maskFailure(failure, []);
    expect([requestId, sent.standardDetails.requestInfo?.requestId]).toEqual(["r-8", "r-8"]);
  });

  it("gives no request id to an error that passes", () => {
    expect(maskThrown(tooManySides(), [], metadata("x-request-id", "r-7")).requestId).toBeUndefined();
  });

  it("passes a plain status without its metadata, which may come from another server", () => {
    const { sent, masked } = maskThrown({ code: 5, details: "gone", metadata: metadata("x-own", "mine") }, []);
    expect(masked).toBe(false);
    expect(sent).toMatchObject({ code: 5, message: "gone" });
    expect(sent.metadata).toBeUndefined();
  });

  it("masks an error that RichError.from only wrapped", () => {
    for (const thrown of [new Error("db SECRET"), "SECRET", 5]) {
      expect(maskThrown(RichError.from(thrown), []).masked).toBe(true);
    }
    const meant = new RichError(Code.UNKNOWN, "try again", { cause: new Error("db SECRET") });
    expect(maskThrown(meant, []).sent).toBe(meant);
  });

  it("removes the details of a forwarded error that are meant for servers", () => {
    const errorDetails = new StandardDetails().setDebugInfo("stack SECRET").setRequestInfo("r-1");
    const { sent, problems } = maskThrown(fromStatus(toStatus(new TooManySidesError(SIDES, { errorDetails }))), [
      catalog,
    ]);
    expect(sent.standardDetails.debugInfo).toBeUndefined();
    expect(sent.standardDetails.requestInfo).toBeUndefined();
    expect(problems).toMatchObject([{ message: expect.stringContaining("DebugInfo, google.rpc.RequestInfo;") }]);
  });

  it("keeps the details of a forwarded error that are meant for callers", () => {
    const made = new TooManySidesError(SIDES, { errorDetails: new StandardDetails().addHelpLink("all", "https://x") });
    const { sent, problems } = maskThrown(fromStatus(toStatus(made)), [catalog]);
    expect(sent.standardDetails.help?.links).toEqual([{ description: "all", url: "https://x" }]);
    expect(problems).toEqual([]);
  });

  it("passes the trailers that a handler adds to a status, unless they came from a peer", () => {
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
  const replacement = new RichError(Code.ABORTED, "mapped");
  const BROKEN = new Error("broken");

  function mapped(thrown: unknown, mapping: AnyErrorMapping, catalogs: readonly Catalog[] = []) {
    return maskFailure({ thrown, callMetadata: undefined, trailer: undefined }, catalogs, new ErrorMap([mapping]));
  }

  it.each([
    ["an error of another library", new LockTimeout()],
    ["one that RichError.from wrapped", RichError.from(new LockTimeout("row 7"))],
    ["one without a response that RichError.from wrapped", RichError.from(new DOMException("x", "AbortError"))],
    ["an error of another server that a catalog declares", fromStatus(toStatus(tooManySides()))],
    ["an error of a grpc-js client", serviceError(3, "x", packError(tooManySides()).metadata)],
    ["a plain status", Object.assign(new Error("x"), { code: 5, details: "gone" })],
  ])("sends the RichError that the map returns for %s", (_, thrown) => {
    const { sent, masked, problems } = mapped(thrown, [Error, () => replacement], [catalog]);
    expect([sent, masked, problems]).toEqual([replacement, false, []]);
  });

  it("looks up the cause of an error without a response that RichError.from wrapped", () => {
    class Aborted extends DOMException {}
    const thrown = RichError.from(new Aborted("x", "AbortError"));
    expect(mapped(thrown, [Aborted, () => replacement]).sent).toBe(replacement);
    expect(mapped(thrown, [LockTimeout, () => replacement]).masked).toBe(true);
  });

  it("passes a RichError made in this process without asking the map", () => {
    const thrown = tooManySides();
    expect(mapped(thrown, [Error, () => replacement]).sent).toBe(thrown);
  });

  it("masks another server's error that the map returns unless a catalog declares it", () => {
    const received = fromStatus(toStatus(tooManySides({ errorDetails: new StandardDetails().setDebugInfo("SECRET") })));
    expect(mapped(new LockTimeout(), [LockTimeout, () => received])).toMatchObject({ masked: true });
    const { sent, masked } = mapped(new LockTimeout(), [LockTimeout, () => received], [catalog]);
    expect(masked).toBe(false);
    expect(sent).toBeRichError(TooManySidesError, SIDES);
    expect(sent.standardDetails.debugInfo).toBeUndefined();
  });

  it("masks a client library's error that the map returns wrapped by RichError.from", () => {
    const thrown = new ConnectError("SECRET");
    const { masked, problems } = mapped(thrown, [ConnectError, (e: Error) => RichError.from(e)]);
    expect(masked).toBe(true);
    expect(problems).toMatchObject([{ message: expect.stringContaining("@connectrpc/connect") }]);
    const own = new LockTimeout("meant for the client");
    expect(mapped(own, [LockTimeout, (e: Error) => RichError.from(e)]).sent.message).toBe("meant for the client");
  });

  it("restores the code of an error that the map returns with an invalid code", () => {
    const broken = Object.assign(new RichError(Code.ABORTED, "busy"), { code: 99 });
    const { sent, masked } = mapped(new LockTimeout(), [LockTimeout, () => broken]);
    expect([sent.code, sent.message, masked]).toEqual([Code.ABORTED, "busy", false]);
    expect(sent.issues).toHaveLength(1);
  });

  it("masks an error if its entry throws, and reports the problem", () => {
    const thrown = Object.assign(new LockTimeout(), { code: 5, details: "gone" });
    const fail = () => {
      throw BROKEN;
    };
    const { sent, masked, problems } = mapped(thrown, [LockTimeout, fail]);
    expect(sent).toMatchObject({ code: Code.INTERNAL, message: "internal error", cause: thrown });
    expect(masked).toBe(true);
    expect(problems).toMatchObject([{ cause: BROKEN }]);
  });

  it("decides as without a map if a predicate throws, and reports the problem", () => {
    const fail = (): never => {
      throw BROKEN;
    };
    const { sent, masked, problems } = mapped({ code: 5, details: "gone" }, [fail as never, () => replacement]);
    expect(sent).toMatchObject({ code: 5, message: "gone" });
    expect(masked).toBe(false);
    expect(problems).toMatchObject([{ cause: BROKEN }]);
  });
});
