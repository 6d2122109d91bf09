import type {
  Metadata,
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  ServiceDefinition,
  StatusObject,
  sendUnaryData,
  UntypedHandleCall,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { describeKind, insteadOf, isPlain } from "../../platform/options.js";
import { isThenable } from "../../platform/values.js";
import { type Messages, type Sink, writeAll } from "../../platform/write-all.js";
import { endWith, guardCall } from "./guarded-call.js";
import { type GuardedSink, guardWriting, OVER } from "./guarded-sink.js";
import { endIfForgotten, type GuardedCall, Settlement } from "./settlement.js";

/**
 * Wraps the implementation of a service, so that a handler may fail in any way
 * and still gives the client one correct status:
 *
 * ```ts
 * server.addService(OrdersService, richHandlers(OrdersService, {
 *   getOrder: async (call) => orders.get(call.request.orderId),
 *   async *watchOrders(call) {
 *     for await (const change of orders.changes(signalOf(call))) yield change;
 *   },
 * }));
 * ```
 *
 * - A method that answers one message calls back, or returns the message or a promise of it.
 * - A method that answers many writes and ends, or returns an (async) iterable
 *   of messages or of promises, which is read no faster than the client takes them.
 *   Any other value that it returns is an error, strings and bytes among them.
 * - `for await (const request of call)` reads the requests of a stream; leaving
 *   the loop early does not end the call. If the call is cancelled, lost, or past
 *   its deadline before the client has sent all of them, reading fails with
 *   `CANCELLED` or `DEADLINE_EXCEEDED`.
 * - Throwing, rejecting, calling back with an error, `call.emit("error", e)` and
 *   `call.destroy(e)` all end the call with the error, after what was written
 *   before; so does a listener on the call, or a callback of `write`, that throws
 *   or rejects. Monitors that listen by `errorMonitor` hear what the client gets.
 * - A handler that takes a callback and returns without an answer may call back
 *   for as long as anybody holds the callback. When nobody does any more, which
 *   is known once garbage is collected, the call ends with an error.
 *
 * Methods that are missing stay missing, which grpc-js answers with `UNIMPLEMENTED`.
 *
 * @throws TypeError if the service is no definition, if a handler is no function, or if no method has it. An
 *   instance of a class may have more members than handlers.
 */
export function richHandlers<Service extends ServiceDefinition>(
  service: Service,
  implementation: RichImplementation<Service>,
): UntypedServiceImplementation {
  checkService(service, implementation);
  // grpc-js looks handlers up by name, and would find the methods of every object, such as `toString`.
  const handlers = Object.create(null) as UntypedServiceImplementation;
  for (const [name, { originalName, responseStream }] of Object.entries(service)) {
    const named = handlerNamed(implementation, name);
    const given = named === undefined && originalName ? handlerNamed(implementation, originalName) : named;
    if (given === undefined) continue;
    if (typeof given !== "function") {
      throw new TypeError(`richHandlers: the handler ${name} is ${describeKind(given)}, not a function`);
    }
    const arity = given.length;
    const handler = (...args: unknown[]): unknown => Reflect.apply(given, implementation, args);
    const guarded = responseStream ? guardStream(handler) : guardUnary(handler, arity);
    handlers[name] = guarded as UntypedHandleCall;
  }
  return handlers;
}

/** The handler that an implementation itself or its class has under a name. Every object has a `toString` and a `constructor`. */
function handlerNamed(implementation: object, name: string): unknown {
  const given: unknown = Reflect.get(implementation, name);
  if (!(name in Object.prototype) || Object.hasOwn(implementation, name)) return given;
  if (name === "constructor" || name === "__proto__") return undefined;
  return given === Reflect.get(Object.prototype, name) ? undefined : given;
}

/** @throws TypeError */
function checkService(service: unknown, implementation: unknown): void {
  if (typeof service !== "object" || service === null || Array.isArray(service)) {
    const hint = "give the definition that code generation or loading made: OrdersService, or shop.Orders.service";
    throw new TypeError(`richHandlers: the service is ${describeKind(service)}; ${hint}`);
  }
  if (typeof implementation !== "object" || implementation === null || Array.isArray(implementation)) {
    const found = describeKind(implementation);
    throw new TypeError(`richHandlers: the handlers are ${found}; write an object with a function for each method`);
  }
  if (!isPlain(implementation)) return;
  const names = Object.entries(service).flatMap(([name, { originalName }]) => [name, originalName ?? name]);
  const known = new Set(names);
  for (const name of Object.keys(implementation)) {
    if (known.has(name)) continue;
    const instead = insteadOf(name, [...known]);
    throw new TypeError(`richHandlers: no method of the service has the handler ${JSON.stringify(name)}; ${instead}`);
  }
}

type Handler = (...args: unknown[]) => unknown;

/** Guards a handler that answers one message. */
function guardUnary(handler: Handler, arity: number) {
  return (call: GuardedCall, respond: sendUnaryData<unknown>): void => {
    const settlement = new Settlement(call, respond);
    guardCall(call, settlement);

    const callback: sendUnaryData<unknown> = (error, value, trailer, flags) => {
      if (error) settlement.fail(error, trailer);
      else if (settlement.settle()) settlement.passing(() => respond(null, value, trailer, flags));
    };
    function answer(value: unknown): void {
      if (value !== undefined) callback(null, value);
      // One that declares no parameters may pass its arguments on, with the callback among them.
      else if (arity === 1) settlement.fail(new Error("the handler returned nothing, and takes no callback"));
      else if (!settlement.settled) endIfForgotten(callback, settlement);
    }
    try {
      const result = handler(call, callback);
      if (isThenable(result)) result.then(answer, (thrown: unknown) => settlement.fail(thrown));
      // A handler that takes the callback may return what it likes, such as a timer.
      else answer(arity < 2 ? result : undefined);
    } catch (thrown) {
      settlement.fail(thrown);
    }
  };
}

/** Guards a handler that answers many messages. */
function guardStream(handler: Handler) {
  return (call: GuardedSink & Sink<unknown>): void => {
    const settlement = new Settlement(call, (status) => endWith(call, status));
    guardCall(call, settlement);
    guardWriting(call);

    const fail = (thrown: unknown): void => void settlement.fail(thrown);
    function answer(value: unknown): void {
      // Methods of a call return the call, and it is iterable: over the requests.
      if (value === undefined || value === call) return;
      if (isIterable(value)) writeAll(call, value, OVER).catch(fail);
      else if (!settlement.settled && !call.writableEnded) fail(noIterable(value));
    }
    try {
      const result = handler(call);
      if (isThenable(result)) result.then(answer).then(undefined, fail);
      else answer(result);
    } catch (thrown) {
      fail(thrown);
    }
  };
}

/** Tells an iterable of messages. Strings and bytes can be iterated too, but not over messages. */
function isIterable(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

function noIterable(value: unknown): TypeError {
  return new TypeError(
    `the handler of a stream returned ${describe(value)}; return an iterable of messages such as an array or a generator, or write to the call and return nothing`,
  );
}

/** Says what kind of value something is, and not what is in it, which may be a secret. */
function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return `a ${typeof value}`;
  const { name } = (Object.getPrototypeOf(value) as object | null)?.constructor ?? {};
  return name === undefined || name === "" || name === "Object" ? "an object" : `an object of the class ${name}`;
}

// biome-ignore-start lint/suspicious/noConfusingVoidType: a handler that calls back returns nothing, and its type says void.
/** What a handler that answers one message may return: the message, a promise of it, or nothing if it calls back. */
type Answer<Response> = Response | Promise<Response | void> | void;

/** What a handler that answers many messages may return: them, or nothing if it writes them. */
type Answers<Response> = Messages<Response> | Promise<Messages<Response> | void> | void;
// biome-ignore-end lint/suspicious/noConfusingVoidType: see above.

/** The callback of grpc-js, which takes any error here. */
type Callback<Response> = (
  error: Error | Partial<StatusObject> | null,
  value?: Response | null,
  trailer?: Metadata,
  flags?: number,
) => void;

/** Handles one request with one response. */
export type UnaryHandler<Request, Response> = (
  call: ServerUnaryCall<Request, Response>,
  callback: Callback<Response>,
) => Answer<Response>;

/** Handles many requests with one response. */
export type ClientStreamingHandler<Request, Response> = (
  call: AsyncIterable<Request> & ServerReadableStream<Request, Response>,
  callback: Callback<Response>,
) => Answer<Response>;

/** Handles one request with many responses. */
export type ServerStreamingHandler<Request, Response> = (
  call: ServerWritableStream<Request, Response>,
) => Answers<Response>;

/** Handles many requests with many responses. */
export type BidiStreamingHandler<Request, Response> = (
  call: AsyncIterable<Request> & ServerDuplexStream<Request, Response>,
) => Answers<Response>;

interface Method<Request, Response, RequestStream, ResponseStream> {
  readonly requestStream: RequestStream;
  readonly responseStream: ResponseStream;
  readonly requestDeserialize: (bytes: Buffer) => Request;
  readonly responseSerialize: (response: Response) => Buffer;
}

/** The handler of one method, of whichever shape its definition says. */
export type RichHandler<Definition> =
  Definition extends Method<infer Request, infer Response, infer RequestStream, infer ResponseStream>
    ? boolean extends RequestStream
      ? UntypedHandleCall
      : RequestStream extends true
        ? ResponseStream extends true
          ? BidiStreamingHandler<Request, Response>
          : ClientStreamingHandler<Request, Response>
        : ResponseStream extends true
          ? ServerStreamingHandler<Request, Response>
          : UnaryHandler<Request, Response>
    : never;

/** An implementation of a service, with a handler for each method. */
export type RichImplementation<Service extends ServiceDefinition> = {
  readonly [Name in keyof Service]: RichHandler<Service[Name]>;
};
