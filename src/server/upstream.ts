import type { Deadline } from "@grpc/grpc-js";
import { type ServerCall, signalOf } from "./signal.js";

/** A call of any shape, as grpc-js gives it to a handler, as far as calls to other servers depend on it. */
export interface IncomingServerCall extends ServerCall {
  getDeadline(): Deadline;
}

/** What a call to another server takes over from the call that it is made for. */
export interface UpstreamOptions {
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
}

/**
 * Options for a call to another server, which ends when the call ends that it is
 * made for: at the same deadline, and with its cancellation.
 *
 * ```ts
 * getOrder: async (call) => {
 *   const stock = await promises(inventory).getStock({ sku }, upstream(call));
 * ```
 *
 * - What the handler then fails with is the call's own `CANCELLED` or
 *   `DEADLINE_EXCEEDED`, and not masked as a failure of the other server.
 * - A shorter deadline goes behind: `{ ...upstream(call), deadline: Date.now() + 200 }`.
 *   If it passes, the other server failed.
 * - A client of grpc-js itself takes `{ parent: call }` in its place.
 */
export function upstream(call: IncomingServerCall): UpstreamOptions {
  return { deadline: call.getDeadline(), signal: signalOf(call) };
}
