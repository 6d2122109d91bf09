import { Metadata, type ServerDuplexStream, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { Code, promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { catalog, ServerBusyError } from "grpc-rich-errors/catalogs/eventlog";
import type { CallRecovery } from "grpc-rich-errors/recovery";
import { expect } from "vitest";
import { type Handlers, OK, request, type Shape, type Shapes, startShapes } from "../../support/shapes.js";

/** The options of a recovery that does not wait. */
export const FAST = { delay: 1, backOffDelay: 1 };
export const busy = () => new ServerBusyError({ shard: 1 });

/** Starts a server whose handlers fail as long as `failures` has errors. */
export async function failing(failures: (Error | undefined)[], handlers: Partial<Handlers> = {}) {
  const seen: Metadata[] = [];
  const all: Handlers = { ...OK, ...handlers };
  const before = <Call extends { readonly metadata: Metadata }, Rest extends unknown[], Result>(
    handler: (call: Call, ...rest: Rest) => Result,
  ) => {
    return (call: Call, ...rest: Rest): Result => {
      seen.push(call.metadata);
      const failure = failures.shift();
      if (failure) throw failure;
      return handler(call, ...rest);
    };
  };
  const shapes = await startShapes(
    {
      unary: before(all.unary),
      clientStream: before(all.clientStream),
      serverStream: before(all.serverStream),
      bidi: before(all.bidi),
    },
    { catalogs: [catalog], client: richErrorClientOptions({ catalogs: [catalog] }) },
  );
  return { ...shapes, seen };
}

/** Makes one call of any shape with a recovery, and returns its responses. */
export async function collect(
  { client }: Pick<Shapes, "client">,
  shape: Shape,
  recovery: CallRecovery<unknown, never, never>,
  options: object = {},
): Promise<unknown[]> {
  const calls = promises(client, { recovery });
  const requests = () => [request(2), request(2)];
  if (shape === "unary") return [await calls.unary(request(2), options)];
  if (shape === "clientStream") return [await calls.clientStream(requests, options)];
  const messages: unknown[] = [];
  const iterable = shape === "bidi" ? calls.bidi(requests, options) : calls.serverStream(request(2), options);
  for await (const message of iterable) messages.push(message);
  return messages;
}

/** Handlers of a plain server that fail with a pushback. */
export function pushingBack(pushback: string, called: () => void): UntypedServiceImplementation {
  const metadata = new Metadata();
  metadata.set("grpc-retry-pushback-ms", pushback);
  const fail = (call: ServerDuplexStream<unknown, unknown>, callback?: (error: unknown) => void) => {
    called();
    const status = { code: Code.UNAVAILABLE, details: "busy", metadata };
    if (callback) callback(status);
    else call.emit("error", status);
  };
  return { unary: fail, clientStream: fail, serverStream: fail, bidi: fail } as unknown as UntypedServiceImplementation;
}

/** A promise, and what fulfills it. */
export function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** Reads all responses. */
export async function read(responses: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of responses);
}

/** Returns the error of a call that fails. */
export async function failureOf(promise: Promise<unknown>): Promise<RichError> {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(RichError);
  return error as RichError;
}
