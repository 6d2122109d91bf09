import { Metadata } from "@grpc/grpc-js";
import { Code, fromStatus, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { TooManySidesError } from "./gen/shapes/v1/shapes.rich.js";
import { declare } from "./support/declared.js";

// What can be had on sockets is in e2e/no-answer.test.ts.

const sourceOf = (code: number, details: string, metadata?: Metadata) => {
  const { origin, outcome, recovery } = RichError.from({ code, details, metadata });
  return { origin, outcome, recovery };
};

const fromPeer = new Metadata();
fromPeer.set("content-type", "application/grpc");

describe("the origin of an error that is not declared", () => {
  it.each([
    [Code.UNAVAILABLE, "No addresses resolved. Resolution note: ", "TRANSPORT", "NOT_APPLIED"],
    [Code.UNAVAILABLE, "Write error: This socket has been ended", "TRANSPORT", "MAYBE_APPLIED"],
    [Code.UNAVAILABLE, "Write failed with error write after end", "TRANSPORT", "MAYBE_APPLIED"],
    [Code.UNAVAILABLE, "read ETIMEDOUT", "TRANSPORT", "MAYBE_APPLIED"],
    [Code.CANCELLED, "Cancelled by parent call", "CLIENT", "MAYBE_APPLIED"],
    [Code.INTERNAL, "Response message parsing error: index out of range: 3", "CLIENT", "MAYBE_APPLIED"],
    [Code.INTERNAL, "Failed to decompress gzip-encoded message", "CLIENT", "MAYBE_APPLIED"],
    [Code.RESOURCE_EXHAUSTED, "Received message larger than max (9 vs 4)", "CLIENT", "MAYBE_APPLIED"],
    [Code.RESOURCE_EXHAUSTED, `Received message larger than max (${0x68746d6c} vs 4)`, "TRANSPORT", undefined],
    [Code.RESOURCE_EXHAUSTED, `Received message larger than max (${0x0d0a093c} vs 4)`, "TRANSPORT", undefined],
    [Code.RESOURCE_EXHAUSTED, `Received message larger than max (${0x207e7e7e} vs 4)`, "TRANSPORT", undefined],
    [Code.RESOURCE_EXHAUSTED, `Received message larger than max (${0x207e7e7f} vs 4)`, "CLIENT", "MAYBE_APPLIED"],
    [Code.RESOURCE_EXHAUSTED, `Received message larger than max (${0x1f7e7e7e} vs 4)`, "CLIENT", "MAYBE_APPLIED"],
    [Code.RESOURCE_EXHAUSTED, `Received message larger than max (${0x7e7ee97e} vs 4)`, "CLIENT", "MAYBE_APPLIED"],
    [Code.RESOURCE_EXHAUSTED, `Received message larger than max (${0x7e7e0b7e} vs 4)`, "CLIENT", "MAYBE_APPLIED"],
    [Code.RESOURCE_EXHAUSTED, "Received message that decompresses to a size larger than 4", "CLIENT", "MAYBE_APPLIED"],
    [Code.RESOURCE_EXHAUSTED, "Attempted to send message with a size larger than 4", "CLIENT", "NOT_APPLIED"],
    [Code.INTERNAL, '"authorization" metadata cannot have multiple values', "CLIENT", "NOT_APPLIED"],
    [Code.UNAVAILABLE, "Parsing service config failed with error x", "CLIENT", "NOT_APPLIED"],
    [Code.UNAVAILABLE, "Failed to parse ipv4 address 1.2", "CLIENT", "NOT_APPLIED"],
    [Code.UNAUTHENTICATED, "Getting metadata from plugin failed with error: no", "CLIENT", "NOT_APPLIED"],
    [Code.INTERNAL, "Invalid status from control plane: 5 NOT_FOUND no", "CLIENT", "NOT_APPLIED"],
  ])("of code %i, %j, made by grpc-js on the client", (code, text, origin, outcome) => {
    expect(sourceOf(code, text, new Metadata())).toMatchObject({ origin, outcome });
    expect(sourceOf(code, text, fromPeer)).toEqual({ origin: "SERVER", outcome: undefined, recovery: undefined });
    expect(sourceOf(Code.DATA_LOSS, `x ${text}`, new Metadata()).origin).toBe("SERVER");
  });

  it("is the transport where Envoy speaks, whatever comes with it", () => {
    const text = "upstream connect error or disconnect/reset before headers. reset reason: connection failure";
    expect(sourceOf(Code.UNAVAILABLE, text, fromPeer).origin).toBe("TRANSPORT");
    expect(sourceOf(Code.UNAVAILABLE, "upstream request timeout", fromPeer).origin).toBe("TRANSPORT");
    expect(sourceOf(Code.UNAVAILABLE, "upstream is busy", fromPeer).origin).toBe("SERVER");
  });

  it("is the server where the error has details, whatever it says", () => {
    const details = new TooManySidesError({ shape: "disc", sides: 1n, limit: undefined }).errorDetails;
    const error = fromStatus({ code: Code.UNAVAILABLE, message: "Connection dropped", details });
    expect([error.reason, error.origin, error.outcome]).toEqual(["TOO_MANY_SIDES", "SERVER", undefined]);
  });

  it("is the server for a status inside a response", () => {
    expect(fromStatus({ code: Code.UNAVAILABLE, message: "Connection dropped", details: [] }).origin).toBe("SERVER");
  });

  it("cannot be told of a status that came from anywhere, nor of an error that was made here", () => {
    expect(sourceOf(Code.UNAVAILABLE, "Connection dropped").origin).toBeUndefined();
    expect(new RichError(Code.UNAVAILABLE, "Connection dropped").origin).toBeUndefined();
    expect(RichError.from(new Error("Connection dropped")).origin).toBeUndefined();
  });
});

describe("the origin of a declared error", () => {
  it.each(["CLIENT", "TRANSPORT", "SERVER"] as const)("is what its proto says: %s", (origin) => {
    const Declared = declare({ origin });
    expect(new Declared(undefined).origin).toBe(origin);
  });
});
