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
 * Node's HTTP/2 ends a stream that the client reset like one that the client
 * ended, and grpc-js takes both for the end of the requests. When grpc-js is asked
 * for another request, it checks the stream, and announces in the next tick that
 * the call is over.
 */
function guardedPush(this: Guarded<ReadableCall>, request: unknown): boolean {
  if (request !== null) return pushTo(this, request);
  this._read(0);
  process.nextTick(endRequests, this);
  return false;
}

function endRequests(call: Guarded<ReadableCall>): void {
  if (!call.cancelled) pushTo(call, null);
}

function pushTo(call: Guarded<ReadableCall>, request: unknown): boolean {
  const { push } = call[guard];
  return push !== undefined && Reflect.apply(push, call, [request]);
}
