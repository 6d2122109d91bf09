import type { Readable } from "node:stream";
import { type Guarded, guard, type ReadableCall } from "./guard.js";
import type { GuardedCall } from "./settlement.js";

/**
 * Guards the requests of a call: they end only where the client ended them, and
 * leaving a loop over them does not destroy the call.
 */
export function guardRequests(call: Guarded<ReadableCall>): void {
  call[guard].push = call.push;
  call.push = guardedPush;
  call[Symbol.asyncIterator] = iterateRequests;
}

/** Tells whether a call reads many requests. */
export function isReadable(call: GuardedCall): call is ReadableCall {
  return "iterator" in call;
}

function iterateRequests(this: ReadableCall): ReturnType<Readable["iterator"]> {
  return this.iterator({ destroyOnReturn: false });
}

/**
 * Holds back the end of the requests until it is known whether the client meant it:
 *
 * - Node's HTTP/2 client ends a stream before it resets it. The reset comes in a
 *   packet of its own, which takes the event loop another round to read.
 * - Node's HTTP/2 server ends a stream that was reset as if the client had ended
 *   it, and grpc-js does not look which it was. It does so when it is asked for
 *   another request, and announces in the next tick that the call is over.
 */
function guardedPush(this: Guarded<ReadableCall>, request: unknown): boolean {
  if (request !== null) return pushTo(this, request);
  setImmediate(waitOneRound, this);
  return false;
}

/** The first `setImmediate` comes before the event loop reads again. */
function waitOneRound(call: Guarded<ReadableCall>): void {
  setImmediate(askForMore, call);
}

function askForMore(call: Guarded<ReadableCall>): void {
  call._read(0);
  process.nextTick(endRequests, call);
}

function endRequests(call: Guarded<ReadableCall>): void {
  if (!call.cancelled) pushTo(call, null);
}

function pushTo(call: Guarded<ReadableCall>, request: unknown): boolean {
  const { push } = call[guard];
  return push !== undefined && Reflect.apply(push, call, [request]);
}
