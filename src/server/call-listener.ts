import { AsyncLocalStorage } from "node:async_hooks";
import type { Metadata, ServerInterceptingCallInterface } from "@grpc/grpc-js";
import type { RunningCall, RunningCalls } from "./drain.js";
import type { FinalStatus } from "./final-status.js";

/** The boundary of one call, as its handler's side knows it. */
export interface CallBoundary extends RunningCall {
  /** Makes the status of a failure, which is to come by on its way to the client. */
  packFailure(thrown: unknown, trailer: Metadata | undefined): FinalStatus;
  /** Reports what was thrown when the call was over. */
  late(thrown: unknown): void;
  /** Leaves the call to the boundary of another interceptor of ours, which stands before this one. */
  stepAside(first: CallBoundary): void;
  /** Takes what nobody else would catch: the call ends with it, or it comes too late. */
  caught(thrown: unknown): void;
  /** The call is over. */
  over(): void;
}

type Listener = Parameters<ServerInterceptingCallInterface["start"]>[0];

/**
 * Hears first what comes from the client: lets a call in or has it refused,
 * forgets it when it is over, and ends it with what any interceptor or handler
 * throws on the way, of which the process would end.
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
    } else {
      Reflect.defineProperty(metadata, boundary, { value: this.call });
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
    // To grpc-js this would be the end of a call without a request, for which it sends a status.
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

const boundary: unique symbol = Symbol.for("grpc-rich-errors.v1.boundary");

/**
 * The boundary of the call that some metadata came with, past all interceptors
 * that stand before it. There is none if one of them hands on other metadata.
 */
export function boundaryOf(callMetadata: Metadata): CallBoundary | undefined {
  return (callMetadata as { [boundary]?: CallBoundary })[boundary];
}

type NextListener = Parameters<ServerInterceptingCallInterface["start"]>[0];

const contexts = new AsyncLocalStorage<CallBoundary>();

/**
 * Runs what a call sets off in a context of its own, so that what is thrown
 * later on where nobody can catch it, such as in a timer, is known to be the call's.
 */
export class ContainedListener implements NextListener {
  constructor(
    private readonly next: NextListener,
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
 * Has a call be known for what is thrown in the rest of this turn of the event
 * loop, in which grpc-js makes the interceptors behind and starts the call.
 */
export function enterCall(call: CallBoundary): void {
  contexts.enterWith(call);
}

let watching = false;

/**
 * Watches the whole process for what nobody catches. What no call set off ends
 * the process as ever, unless others watch too: then it is for them to decide.
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
    // As if nobody had watched: Node prints it and ends the process.
    setImmediate(() => {
      throw thrown;
    });
  }
}
