import { AsyncLocalStorage } from "node:async_hooks";
import type { Metadata, ServerInterceptingCallInterface } from "@grpc/grpc-js";
import { BOUNDARY } from "../platform/symbols.js";
import { warnOnce } from "../platform/warnings.js";
import type { RunningCall, RunningCalls } from "./running-calls.js";
import type { FailureStatus } from "./thrown-to-status.js";

/** The boundary of one call, as the code on the handler's side sees it. */
export interface CallBoundary extends RunningCall {
  /** Notes that the handler is about to run, in the current asynchronous context. */
  handled(): void;
  /** Makes the status of a failure, which the handler's side then sends through the interceptors. */
  packFailure(thrown: unknown, trailer: Metadata | undefined): FailureStatus;
  /** Reports a value that was thrown after the call was over. */
  late(thrown: unknown): void;
  /** Leaves the call to the boundary of another `richErrorServerInterceptor`, which comes first. */
  stepAside(first: CallBoundary): void;
  /** Ends the call with a value that nothing else would catch, or reports it as late. */
  caught(thrown: unknown): void;
  /** Notes that the call is over. */
  over(): void;
}

type Listener = Parameters<ServerInterceptingCallInterface["start"]>[0];

/**
 * Listens to the client before all other interceptors.
 *
 * - It registers the call as running, or refuses it while the server drains.
 * - It ends the call with whatever an interceptor or the handler throws meanwhile, which would crash the process.
 */
export class BoundaryListener implements Listener {
  /** The metadata that came with the call. */
  callMetadata: Metadata | undefined;
  #over = false;

  constructor(
    private readonly next: Listener,
    private readonly call: CallBoundary,
    private readonly calls: RunningCalls,
  ) {}

  onReceiveMetadata(metadata: Metadata): void {
    this.callMetadata = metadata;
    const first = boundaryOf(metadata);
    if (first) {
      this.call.stepAside(first);
      warnOnce("GRPC_RICH_ERRORS_ATTACHED_TWICE", SECOND);
    } else {
      Reflect.defineProperty(metadata, BOUNDARY, { value: this.call });
      if (!this.calls.begin(this.call)) return;
    }
    try {
      this.next.onReceiveMetadata(metadata);
    } catch (thrown) {
      this.call.caught(thrown);
    }
  }

  onReceiveMessage(message: unknown): void {
    if (this.#over) return;
    try {
      this.next.onReceiveMessage(message);
    } catch (thrown) {
      this.call.caught(thrown);
    }
  }

  onReceiveHalfClose(): void {
    // grpc-js would take it for the end of a call without a request, and send a status.
    if (this.#over) return;
    try {
      this.next.onReceiveHalfClose();
    } catch (thrown) {
      this.call.caught(thrown);
    }
  }

  onCancel(): void {
    this.#over = true;
    this.calls.end(this.call);
    this.call.over();
    try {
      this.next.onCancel();
    } catch (thrown) {
      this.call.caught(thrown);
    }
  }
}

const SECOND =
  "richErrorServerInterceptor is attached to a server twice. Only the first one has an effect: remove the other";

/**
 * Returns the boundary of a call by the metadata that came with it. Returns
 * `undefined` if an interceptor replaced that metadata, or if there is no boundary.
 */
export function boundaryOf(callMetadata: Metadata): CallBoundary | undefined {
  return (callMetadata as { [BOUNDARY]?: CallBoundary })[BOUNDARY];
}

const contexts = new AsyncLocalStorage<CallBoundary>();

/**
 * Runs the code of a call in an asynchronous context of its own. A value that is
 * later thrown where nothing catches it, such as in a timer, then belongs to the call.
 */
export class ContainedListener implements Listener {
  constructor(
    private readonly next: Listener,
    private readonly call: CallBoundary,
  ) {}

  onReceiveMetadata(metadata: Metadata): void {
    contexts.run(this.call, () => this.next.onReceiveMetadata(metadata));
  }

  onReceiveMessage(message: unknown): void {
    contexts.run(this.call, () => this.next.onReceiveMessage(message));
  }

  onReceiveHalfClose(): void {
    contexts.run(this.call, () => this.next.onReceiveHalfClose());
  }

  onCancel(): void {
    contexts.run(this.call, () => this.next.onCancel());
  }
}

/**
 * Enters the context of a call for the rest of this turn of the event loop, in
 * which grpc-js creates the other interceptors and starts the call.
 */
export function enterCall(call: CallBoundary): void {
  contexts.enterWith(call);
}

let watching = false;

/**
 * Listens to all uncaught exceptions of the process. An exception that belongs to
 * no call crashes the process as without the listener, unless there are other
 * listeners: then they decide.
 */
export function watchUncaught(): void {
  if (watching) return;
  watching = true;
  process.on("uncaughtException", onUncaught);
}

function onUncaught(thrown: unknown): void {
  const call = contexts.getStore();
  if (call) {
    call.caught(thrown);
  } else if (process.listenerCount("uncaughtException") === 1) {
    process.removeListener("uncaughtException", onUncaught);
    // Without a listener, Node prints the exception and exits.
    setImmediate(() => {
      throw thrown;
    });
  }
}
