import type { Metadata, ServerInterceptingCallInterface } from "@grpc/grpc-js";
import type { RunningCall, RunningCalls } from "./running-calls.js";

type Listener = Parameters<ServerInterceptingCallInterface["start"]>[0];

/**
 * Hears first what comes from the client: lets a call in or has it refused,
 * forgets it when it is over, and ends it with what any interceptor or handler
 * throws on the way, of which the process would end.
 */
export class BoundaryListener implements Listener {
  /** The metadata that came with the call. */
  incoming: Metadata | undefined;

  constructor(
    private readonly next: Listener,
    private readonly call: RunningCall,
    private readonly calls: RunningCalls,
  ) {}

  onReceiveMetadata(metadata: Metadata): void {
    this.incoming = metadata;
    Object.defineProperty(metadata, boundary, { value: this.call });
    if (!this.calls.begin(this.call)) return;
    try {
      this.next.onReceiveMetadata(metadata);
    } catch (thrown) {
      this.call.fail(thrown);
    }
  }

  onReceiveMessage(message: unknown): void {
    try {
      this.next.onReceiveMessage(message);
    } catch (thrown) {
      this.call.fail(thrown);
    }
  }

  onReceiveHalfClose(): void {
    try {
      this.next.onReceiveHalfClose();
    } catch (thrown) {
      this.call.fail(thrown);
    }
  }

  onCancel(): void {
    this.calls.end(this.call);
    try {
      this.next.onCancel();
    } catch {
      // Nobody waits for the call any more.
    }
  }
}

const boundary: unique symbol = Symbol.for("grpc-rich-errors.v1.boundary");

/**
 * The boundary of the call that some metadata came with, past all interceptors
 * that stand before it. There is none if one of them hands on other metadata.
 */
export function boundaryOf(incoming: Metadata): RunningCall | undefined {
  return (incoming as { [boundary]?: RunningCall })[boundary];
}
