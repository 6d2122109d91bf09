import { AsyncLocalStorage } from "node:async_hooks";
import type { Metadata, ServerInterceptingCallInterface } from "@grpc/grpc-js";
import type { CallBoundary } from "./boundary-listener.js";

type Listener = Parameters<ServerInterceptingCallInterface["start"]>[0];

const contexts = new AsyncLocalStorage<CallBoundary>();

/**
 * Runs what a call sets off in a context of its own, so that what is thrown
 * later on where nobody can catch it, such as in a timer, is known to be the call's.
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
