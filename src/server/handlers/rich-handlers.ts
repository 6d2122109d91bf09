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
import { insteadOf } from "../../platform/names.js";
import { describeValue, isObject, isPlain, isThenable } from "../../platform/values.js";
import { type Messages, type Sink, writeAll } from "../../platform/write-all.js";
import { endWith, guardCall, guardResponses, isReadingCall, OVER, type WritingCall } from "./guarded-call.js";
import { guardRequests } from "./guarded-requests.js";
import { endIfForgotten, type HandledCall, Settlement } from "./settlement.js";

/**
 * Wraps the handlers of a service, so that a handler that fails in any way gives
 * the client exactly one correct status.
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
 * - A method with one response calls back, or returns the message or a promise of it.
 * - A method with many responses writes and ends, or returns an (async) iterable of
 *   messages or of promises. The iterable is read no faster than the client takes the
 *   messages. Any other return value is an error, including strings and bytes.
 * - `for await (const request of call)` reads the requests of a stream. Leaving the
 *   loop early does not end the call. If the call is cancelled, lost or past its
 *   deadline before all requests arrived, the loop throws `CANCELLED` or
 *   `DEADLINE_EXCEEDED`.
 * - A handler fails by throwing, by rejecting, by calling back with an error, and by
 *   `call.emit("error", e)` or `call.destroy(e)`. A listener on the call and a callback
 *   of `write` fail it by throwing or rejecting. The error ends the call, after the
 *   messages that were written. Listeners for `errorMonitor` get the error that the
 *   client gets.
 * - A handler that takes a callback may return first and call back later. If the
 *   callback is garbage-collected uncalled, the call ends with an error.
 *
 * A missing method stays missing: grpc-js answers it with `UNIMPLEMENTED`.
 *
 * Without `richErrorServerInterceptor`, the default options apply and nothing is reported.
 *
 * @throws TypeError if the service is not a definition, a handler is not a function, or a handler has no method. An
 *   instance of a class may have other members.
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
      throw new TypeError(`richHandlers: the handler ${name} is ${describeValue(given)}, not a function`);
    }
    const arity = given.length;
    const handler = (...args: unknown[]): unknown => Reflect.apply(given, implementation, args);
    const guarded = responseStream ? guardStream(handler) : guardUnary(handler, arity);
    handlers[name] = guarded as UntypedHandleCall;
  }
  return handlers;
}

/** Returns the handler of an implementation or its class. Skips what every object inherits, such as `toString`. */
function handlerNamed(implementation: object, name: string): unknown {
  const given: unknown = Reflect.get(implementation, name);
  if (!(name in Object.prototype) || Object.hasOwn(implementation, name)) return given;
  if (name === "constructor" || name === "__proto__") return undefined;
  return given === Reflect.get(Object.prototype, name) ? undefined : given;
}

/** @throws TypeError */
function checkService(service: unknown, implementation: unknown): void {
  if (!isObject(service) || Array.isArray(service)) {
    const hint = "pass a service definition, such as the generated OrdersService or shop.Orders.service";
    throw new TypeError(`richHandlers: the service is ${describeValue(service)}; ${hint}`);
  }
  if (!isObject(implementation) || Array.isArray(implementation)) {
    const found = describeValue(implementation);
    throw new TypeError(`richHandlers: the handlers are ${found}; pass an object with a function for each method`);
  }
  if (!isPlain(implementation)) return;
  const names = Object.entries(service).flatMap(([name, { originalName }]) => [name, originalName ?? name]);
  const known = new Set(names);
  for (const name of Object.keys(implementation)) {
    if (known.has(name)) continue;
    const instead = insteadOf(name, [...known]);
    throw new TypeError(`richHandlers: the service has no method for the handler ${JSON.stringify(name)}; ${instead}`);
  }
}

type Handler = (...args: unknown[]) => unknown;

/** Guards a handler with one response. */
function guardUnary(handler: Handler, arity: number) {
  return (call: HandledCall, respond: sendUnaryData<unknown>): void => {
    const settlement = new Settlement(call, respond, respond);
    guard(call, settlement);

    const callback: sendUnaryData<unknown> = (error, value, trailer, flags) => {
      if (error) settlement.fail(error, trailer);
      else if (settlement.settle()) settlement.passing(() => respond(null, value, trailer, flags));
    };
    function takeResult(value: unknown): void {
      if (value !== undefined) callback(null, value);
      // A handler that declares no parameters may still read the callback from `arguments`.
      else if (arity === 1) settlement.fail(new Error("the handler returned nothing and takes no callback"));
      else if (!settlement.settled) endIfForgotten(callback, settlement);
    }
    try {
      const result = handler(call, callback);
      if (isThenable(result)) result.then(takeResult, (thrown: unknown) => settlement.fail(thrown));
      // A handler that takes the callback may return anything, such as a timer.
      else takeResult(arity < 2 ? result : undefined);
    } catch (thrown) {
      settlement.fail(thrown);
    }
  };
}

/** Guards a handler with many responses. */
function guardStream(handler: Handler) {
  return (call: WritingCall & Sink<unknown>): void => {
    const settlement = new Settlement(call, (status) => endWith(call, status));
    guard(call, settlement);
    guardResponses(call);

    const fail = (thrown: unknown): void => void settlement.fail(thrown);
    function takeResult(value: unknown): void {
      // Methods of a call return the call, which is an iterable of its requests.
      if (value === undefined || value === call) return;
      if (isIterable(value)) writeAll(call, value, OVER).catch(fail);
      else if (!settlement.settled && !call.writableEnded) fail(notIterable(value));
    }
    try {
      const result = handler(call);
      if (isThenable(result)) result.then(takeResult).then(undefined, fail);
      else takeResult(result);
    } catch (thrown) {
      fail(thrown);
    }
  };
}

function guard(call: HandledCall, settlement: Settlement): void {
  guardCall(call, settlement);
  if (isReadingCall(call)) guardRequests(call);
}

/** Checks whether a value is an iterable of messages. Strings and bytes are iterable, but not over messages. */
function isIterable(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  if (!isObject(value) || ArrayBuffer.isView(value)) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

function notIterable(value: unknown): TypeError {
  return new TypeError(
    `the handler of a stream returned ${describeType(value)}; return an iterable of messages such as an array or a generator, or write to the call and return nothing`,
  );
}

/** Describes the type of a value, never its content, which may be a secret. */
function describeType(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return `a ${typeof value}`;
  const { name } = (Object.getPrototypeOf(value) as object | null)?.constructor ?? {};
  return name === undefined || name === "" || name === "Object" ? "an object" : `an object of the class ${name}`;
}

// biome-ignore-start lint/suspicious/noConfusingVoidType: a handler that calls back returns nothing, and its type is void.
/** The return value of a handler with one response: the message, a promise of it, or nothing if the handler calls back. */
type UnaryResult<Response> = Response | Promise<Response | void> | void;

/** The return value of a handler with many responses: the messages, or nothing if the handler writes them. */
type StreamResult<Response> = Messages<Response> | Promise<Messages<Response> | void> | void;
// biome-ignore-end lint/suspicious/noConfusingVoidType: see above.

/** The callback of grpc-js, which takes any error here. */
type Callback<Response> = (
  error: Error | Partial<StatusObject> | null,
  value?: Response | null,
  trailer?: Metadata,
  flags?: number,
) => void;

/** A handler with one request and one response. */
export type UnaryHandler<Request, Response> = (
  call: ServerUnaryCall<Request, Response>,
  callback: Callback<Response>,
) => UnaryResult<Response>;

/** A handler with many requests and one response. */
export type ClientStreamingHandler<Request, Response> = (
  call: AsyncIterable<Request> & ServerReadableStream<Request, Response>,
  callback: Callback<Response>,
) => UnaryResult<Response>;

/** A handler with one request and many responses. */
export type ServerStreamingHandler<Request, Response> = (
  call: ServerWritableStream<Request, Response>,
) => StreamResult<Response>;

/** A handler with many requests and many responses. */
export type BidiStreamingHandler<Request, Response> = (
  call: AsyncIterable<Request> & ServerDuplexStream<Request, Response>,
) => StreamResult<Response>;

interface Method<Request, Response, RequestStream, ResponseStream> {
  readonly requestStream: RequestStream;
  readonly responseStream: ResponseStream;
  readonly requestDeserialize: (bytes: Buffer) => Request;
  readonly responseSerialize: (response: Response) => Buffer;
}

/** The handler of one method. The definition of the method decides which of the four types it has. */
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

/** The handlers of a service, by the names of its methods. */
export type RichImplementation<Service extends ServiceDefinition> = {
  readonly [Name in keyof Service]: RichHandler<Service[Name]>;
};
