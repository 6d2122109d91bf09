import assert from "node:assert/strict";
import { Code, promises, RichError } from "grpc-rich-errors";
import type { ShapesClient } from "./gen/shapes/v1/shapes.js";
import { type AnyShapeError, CornersBusyError, ShapeError, TooManySidesError } from "./gen/shapes/v1/shapes.rich.js";
import { withBoth, withNothing } from "./servers.js";

const REQUEST = { scenario: "", before: 0 };

/** An error with a detail of every kind of field, and a standard detail. */
function thrown(): TooManySidesError {
  return new TooManySidesError(
    { shape: "circle", sides: 9007199254740993n, limit: { most: 8n } },
    { retryDelay: 1500 },
  );
}

function check(caught: unknown): void {
  assert.ok(caught instanceof TooManySidesError, String(caught));
  assert.ok(caught instanceof ShapeError && caught instanceof RichError);
  assert.equal(caught.code, Code.INVALID_ARGUMENT);
  assert.equal(caught.reason, "TOO_MANY_SIDES");
  assert.equal(caught.message, "circle has 9007199254740993 sides, 8 {at most}");
  assert.deepEqual({ ...caught.detail }, { shape: "circle", sides: 9007199254740993n, limit: { most: 8n } });
  assert.equal(caught.retryDelay, 1500);
  assert.deepEqual(caught.issues, []);
}

/** Every error that a call of each shape fails with, from grpc-js's own client. */
function plainCalls(client: ShapesClient): Promise<unknown[]> {
  const failures = [
    new Promise((resolve) => client.unary(REQUEST, resolve)),
    new Promise((resolve) => {
      client.clientStream(resolve).end();
    }),
    new Promise((resolve) => client.serverStream(REQUEST).on("error", resolve).resume()),
    new Promise((resolve) => {
      client.bidi().on("error", resolve).resume().end();
    }),
  ];
  return Promise.all(failures);
}

/** The same, from the client with promises. */
async function promiseCalls(client: ShapesClient): Promise<unknown[]> {
  const calls = promises(client);
  const drained = async (messages: AsyncIterable<unknown>) => {
    for await (const _ of messages);
  };
  const results = await Promise.allSettled([
    calls.unary(REQUEST),
    calls.clientStream([REQUEST]),
    drained(calls.serverStream(REQUEST)),
    drained(calls.bidi([REQUEST])),
  ]);
  return results.map((result) => (result.status === "rejected" ? result.reason : undefined));
}

/** The interceptor and `richHandlers`: handlers throw, and both clients catch. */
export function interceptorAndHandlers(): Promise<void> {
  const fail = () => {
    throw thrown();
  };
  const handlers = { unary: fail, clientStream: fail, serverStream: fail, bidi: fail };
  return withBoth(handlers, async (client) => {
    for (const error of [...(await plainCalls(client)), ...(await promiseCalls(client))]) check(error);
  });
}

/** A bug in a handler is masked. */
export function maskedBug(): Promise<void> {
  const fail = () => {
    throw new Error("a secret");
  };
  const handlers = { unary: fail, clientStream: fail, serverStream: fail, bidi: fail };
  return withBoth(handlers, async (client) => {
    for (const error of await promiseCalls(client)) {
      assert.ok(error instanceof RichError);
      assert.equal(error.code, Code.INTERNAL);
      assert.doesNotMatch(JSON.stringify(error), /secret/);
    }
  });
}

/** A server with nothing attached: the error carries its own trailer. */
export function nothingAttached(): Promise<void> {
  return withNothing(
    {
      unary: (_, callback) => callback(thrown()),
      clientStream: (call, callback) => call.resume().on("end", () => callback(thrown())),
      serverStream: (call) => call.emit("error", thrown()),
      bidi: (call) => call.resume().on("end", () => call.emit("error", thrown())),
    },
    async (client) => {
      for (const error of [...(await plainCalls(client)), ...(await promiseCalls(client))]) check(error);
    },
  );
}

/** A `switch` over the reasons of an enum is exhaustive. It need not run: it must compile. */
export function exhaustive(error: AnyShapeError): string {
  switch (error.reason) {
    case "TOO_MANY_SIDES":
      return error.detail.shape;
    case "CORNERS_BUSY":
      return String(error instanceof CornersBusyError);
    case "BAD_SHAPE":
      return error.detail.fieldViolations[0]?.field ?? "";
    default:
      return error satisfies never;
  }
}

// @ts-expect-error: a misspelled field of a detail does not compile.
new TooManySidesError({ shap: "circle", sides: 1n, limit: undefined });
