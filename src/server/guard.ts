import type { Readable, Writable } from "node:stream";
import type { RichError } from "../rich-error.js";
import type { GuardedCall, Settlement } from "./settlement.js";

/** A call that reads many requests. */
export type ReadableCall = GuardedCall &
  Pick<Readable, "iterator" | "push" | "readableEnded" | typeof Symbol.asyncIterator> &
  Required<Pick<Readable, "_read">>;

/** A call that answers many messages, with the methods by which its stream hands them on. */
export type GuardedSink = GuardedCall &
  Required<Pick<Writable, "_write" | "_final">> &
  Pick<Writable, "write" | "writableEnded"> & { end(...args: unknown[]): unknown };

/** The guard of a call, and the methods of the call that it replaces. Kept at the call, so that all calls share the functions. */
export interface Guard {
  readonly settlement: Settlement;
  readonly emit: GuardedCall["emit"];
  readonly destroy: GuardedCall["destroy"];
  /** grpc-js's own listener for errors, which ends a stream with a status. */
  readonly sender: ((status: unknown) => void) | undefined;
  /** Only of a call with many requests. */
  push: ReadableCall["push"] | undefined;
  /** Only of a call with many responses. */
  sink: Pick<GuardedSink, "_write" | "_final" | "write" | "end"> | undefined;
  /** The error by which the requests end, if the call ended before they did. */
  cutOff: RichError | undefined;
  /** Monitors know the error that is being emitted. */
  monitored: boolean;
}

export const guard: unique symbol = Symbol("grpc-rich-errors.guard");

export type Guarded<Call extends GuardedCall = GuardedCall> = Call & { [guard]: Guard };

/** A guarded call emits this when it is over, before `"cancelled"`: a listener for that may throw, and those after it are not called. */
export const OVER: unique symbol = Symbol("grpc-rich-errors.over");

/** The guard of a call, if `richHandlers` of this copy of the package wraps its handler. */
export function guardOf(call: object): Guard | undefined {
  return (call as { [guard]?: Guard })[guard];
}
