import type { ServiceDefinition, sendUnaryData, UntypedHandleCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { describeKind, insteadOf, isPlain } from "../options-check.js";
import { produce, type Sink } from "../produce.js";
import { endIfForgotten } from "./forgotten-callback.js";
import { endWith, guardCall, guardWriting } from "./guarded-call.js";
import type { RichImplementation } from "./handler-types.js";
import { type GuardedCall, type GuardedSink, Settlement } from "./settlement.js";
import { isThenable } from "./thenable.js";

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
 *   of them, which is read no faster than the client takes the messages.
 * - `for await (const request of call)` reads the requests of a stream; leaving
 *   the loop early does not end the call.
 * - Throwing, rejecting, calling back with an error, `call.emit("error", e)` and
 *   `call.destroy(e)` all end the call with the error, after what was written
 *   before; so does a listener on the call that throws or rejects.
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
  const handlers: UntypedServiceImplementation = {};
  for (const [name, { originalName, responseStream }] of Object.entries(service)) {
    const named: unknown = Reflect.get(implementation, name);
    const given = named === undefined && originalName ? Reflect.get(implementation, originalName) : named;
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
    guardWriting(call, settlement);

    const fail = (thrown: unknown): void => settlement.fail(thrown);
    function answer(value: unknown): void {
      // Methods of a call return the call, and it is iterable: over the requests.
      if (value !== call && isIterable(value)) produce(call, value, "cancelled").catch(fail);
    }
    function answerLater(value: unknown): void {
      if (value !== undefined && !isIterable(value)) {
        throw new TypeError("the handler returned no iterable of messages");
      }
      answer(value);
    }
    try {
      const result = handler(call);
      if (isThenable(result)) result.then(answerLater).then(undefined, fail);
      else answer(result);
    } catch (thrown) {
      fail(thrown);
    }
  };
}

function isIterable(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  return typeof value === "object" && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
}
