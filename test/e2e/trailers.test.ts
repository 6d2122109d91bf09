import { Metadata } from "@grpc/grpc-js";
import type { RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { SIDES, TooManySidesError } from "../support/errors.js";
import { type Handlers, SHAPES, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";

// Trailers that HTTP/2 refuses: on plain grpc-js, the client waits for its deadline, or the process crashes.

expectNothingUncaught();

const TRAILERS: readonly [string, Record<string, string[]>][] = [
  ["connection", { connection: ["close"] }],
  ["keep-alive", { "keep-alive": ["timeout=5"] }],
  ["proxy-connection", { "proxy-connection": ["close"] }],
  ["transfer-encoding", { "transfer-encoding": ["chunked"] }],
  ["upgrade", { upgrade: ["h2c"] }],
  ["http2-settings", { "http2-settings": ["x"] }],
  ["te", { te: ["gzip"] }],
  ["content-length", { "content-length": ["7"] }],
  ["a pseudo-header name", { ":path": ["/"] }],
  ["two values where one is allowed", { authorization: ["a", "b"], "user-agent": ["a", "b"], date: ["a", "b"] }],
  ["two values of everything", { host: ["a", "b"], "retry-after": ["1", "2"], etag: ["a", "b"], "x-own": ["a", "b"] }],
];

function metadataOf(entries: Record<string, string[]>): Metadata {
  const metadata = new Metadata();
  for (const [name, values] of Object.entries(entries)) for (const value of values) metadata.add(name, value);
  metadata.set("x-mine", "mine");
  return metadata;
}

describe.each(TRAILERS)("an error whose trailers have %s", (_, entries) => {
  it.each(SHAPES)("arrives from a %s call, with the trailers that can be sent", async (shape) => {
    const thrown = () => new TooManySidesError(SIDES, { metadata: metadataOf(entries) });
    const handlers = {
      unary: () => Promise.reject(thrown()),
      clientStream: () => Promise.reject(thrown()),
      serverStream: () => Promise.reject(thrown()),
      async *bidi() {
        yield { index: 0 };
        throw thrown();
      },
    } as Handlers;
    const shapes = await startShapes(handlers);
    const { error, messages } = await callOn(shapes, shape);
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(messages).toEqual(shape === "bidi" ? [0] : []);
    expect((error as RichError).metadata?.get("x-mine")).toEqual(["mine"]);
    expect((await callOn(shapes, "unary")).error).toBeRichError(TooManySidesError, SIDES);
  });
});
