import { ConnectError } from "@connectrpc/connect";
import { Metadata } from "@grpc/grpc-js";
import { type Catalog, Code, fromStatus, packError, RichError, StandardDetails, toStatus } from "grpc-rich-errors";
import { RequestInfo } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { type AnyErrorMapping, ErrorMap } from "../../src/masking/error-map.js";
import { maskFailure, maskingOf, passedDecision } from "../../src/masking/mask.js";
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
    expect(sent.metadata?.getMap()).toEqual({});
  });

  it.each([
    ["an error without a code", new Error("x")],
    ["an error of another server that no catalog declares", serviceError(5, "x")],
    ["an error with a code and no details", Object.assign(new Error("x"), { code: 5 })],
    ["a status with the code OK", { code: 0, details: "x" }],
    ["undefined", undefined],
  ])("masks %s and keeps the thrown value as the cause", (_, thrown) => {
    const { sent, masked, requestId, outsideContract } = maskThrown(thrown, [catalog]);
    expect([masked, outsideContract]).toEqual([true, false]);
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
    expect(sent.metadata?.getMap()).toEqual({});
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
    expect(sentWith(ofPeer).message).toBe("gone");
    expect(sentWith(ofPeer).metadata?.getMap()).toEqual({});
  });
});

describe("maskingOf", () => {
  it("has defaults", () => {
    expect(maskingOf({})).toEqual({ maskPlainStatuses: false, forwardDetails: new Set() });
  });

  it("has the names of types and codecs", () => {
    expect(maskingOf({ maskPlainStatuses: true, forwardDetails: [RequestInfo, "acme.v1.Trace"] })).toEqual({
      maskPlainStatuses: true,
      forwardDetails: new Set(["google.rpc.RequestInfo", "acme.v1.Trace"]),
    });
  });
});

describe("a RichError with the text of its cause", () => {
  const cause = new Error("db SECRET");

  it.each([
    ["with another code", new RichError(Code.ABORTED, "db SECRET", { cause })],
    ["with a reason", new RichError(Code.UNKNOWN, "db SECRET", { cause, reason: "BUSY", domain: "x" })],
    ["without a cause", new RichError(Code.UNKNOWN, "undefined")],
    ["with another text", new RichError(Code.UNKNOWN, "db", { cause })],
  ])("passes %s", (_, thrown) => {
    expect(maskThrown(thrown, [])).toEqual({
      sent: thrown,
      masked: false,
      requestId: undefined,
      outsideContract: false,
      problems: [],
    });
  });

  it("is masked without a code and a reason of its own", () => {
    expect(maskThrown(new RichError(Code.UNKNOWN, "db SECRET", { cause }), []).masked).toBe(true);
    const lone = new Error("db \ud83d");
    expect(maskThrown(new RichError(Code.UNKNOWN, "db \ufffd", { cause: lone }), []).masked).toBe(true);
  });
});

describe("the reason for masking", () => {
  const masked = (library: string) =>
    `masked an error of a ${library} client, because its text comes from another server; ` +
    'add its catalog to "catalogs" or an entry to "map"';

  it.each<[string, unknown, readonly string[]]>([
    ["an error of a client", serviceError(5, "x"), [masked("@grpc/grpc-js")]],
    ["an error of a client with an invalid code", { code: 99, rawMessage: "x" }, [masked("@connectrpc/connect")]],
    [
      "such an error that RichError.from wrapped",
      RichError.from(new ConnectError("x")),
      [masked("@connectrpc/connect")],
    ],
    [
      "a RichError of another server",
      fromStatus({ code: 5, message: "x", details: [] }),
      [
        "masked another server's error without a reason, because no catalog declares it; " +
          'add its catalog to "catalogs" or an entry to "map"',
      ],
    ],
    ["any other error", new Error("x"), []],
  ])("of %s is a problem", (_, thrown, problems) => {
    const decision = maskThrown(thrown, [catalog]);
    expect(decision.masked).toBe(true);
    expect(decision.problems.map(({ message }) => message)).toEqual(problems);
  });

  it("is missing if a getter of the thrown value throws", () => {
    const thrown = {
      get code() {
        throw new Error("no");
      },
    };
    expect(maskThrown(thrown, [])).toMatchObject({
      masked: true,
      sent: { code: 13, message: "internal error" },
      problems: [],
    });
  });
});

describe("the option maskPlainStatuses", () => {
  const decide = (code: number, details: string) =>
    maskFailure({ thrown: { code, details }, callMetadata: undefined, trailer: undefined }, [], undefined, {
      maskPlainStatuses: true,
      passStatusMetadata: false,
      forwardDetails: new Set(),
    });

  it.each([
    "The server does not implement the method /shop.v1.Orders/Get",
    "Received a second request message for server streaming method /shop.v1.Orders/Get",
    "Received no request message for server streaming method /shop.v1.Orders/Get",
  ])("lets pass the UNIMPLEMENTED of grpc-js: %s", (details) => {
    expect(decide(Code.UNIMPLEMENTED, details)).toMatchObject({ masked: false, sent: { code: 12, message: details } });
  });

  it.each([
    [Code.NOT_FOUND, "gone", "NOT_FOUND"],
    [Code.UNIMPLEMENTED, "gone", "UNIMPLEMENTED"],
    [Code.NOT_FOUND, "The server does not implement the method /a.B/C", "NOT_FOUND"],
    [Code.UNIMPLEMENTED, "so The server does not implement the method /a.B/C", "UNIMPLEMENTED"],
    [Code.UNIMPLEMENTED, "The server does not implement the method /a.B/C or D", "UNIMPLEMENTED"],
    [Code.UNIMPLEMENTED, "Received two request message for server streaming method /a.B/C", "UNIMPLEMENTED"],
  ])("masks a status %d with the text %j and says why", (code, details, name) => {
    const { masked, sent, problems } = decide(code, details);
    expect([masked, sent.message]).toEqual([true, "internal error"]);
    expect(problems.map(({ message }) => message)).toEqual([
      `masked a plain status ${name}, because "maskPlainStatuses" is set; throw a declared error instead`,
    ]);
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

  it("looks up no other causes", () => {
    const looked: unknown[] = [];
    const notes = (thrown: unknown): thrown is never => looked.push(thrown) < 0;
    const cause = new LockTimeout();
    const thrown = [new Error("x", { cause }), fromStatus({ code: 5, message: "x", details: [] })];
    for (const value of thrown) mapped(value, [notes, () => replacement]);
    expect(looked).toEqual(thrown);
  });

  it("does not look up the cause of an error that matches itself", () => {
    const looked: unknown[] = [];
    const notes = (thrown: unknown): thrown is never => looked.push(thrown) > 0;
    const thrown = RichError.from(new DOMException("x", "AbortError"));
    expect(mapped(thrown, [notes, () => replacement]).sent).toBe(replacement);
    expect(looked).toEqual([thrown]);
  });

  it("reports the failures for an error and for its cause", () => {
    const fail = (): never => {
      throw BROKEN;
    };
    const thrown = RichError.from(new DOMException("x", "AbortError"));
    const { problems } = mapped(thrown, [fail as never, () => replacement]);
    expect(problems).toMatchObject([{ cause: BROKEN }, { cause: BROKEN }, { message: /^masked another/ }]);
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

describe("an error that is sent as it is", () => {
  it("has no problems by default", () => {
    const error = new RichError(5, "gone");
    expect(passedDecision(error)).toMatchObject({ sent: error, masked: false, problems: [] });
  });
});
