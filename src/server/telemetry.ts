import type { RichError } from "../rich-error.js";

/**
 * Watches the calls of a server, for metrics and traces: `serverTelemetry()` of `grpc-rich-errors/opentelemetry`. Called
 * when a call begins, with the full path of its method. Returns the watcher of this call. Whatever it throws is ignored.
 */
export type ServerTelemetry = (method: string) => ServerCallTelemetry;

/** Watches one call of a server. */
export interface ServerCallTelemetry {
  /** Called just before the handler runs, in its asynchronous context. Only `richHandlers` calls it. */
  handled(): void;
  /** Called when the handler has failed, before any monitor of the call sees the error. Only `richHandlers` calls it. */
  failing(failure: CallFailure): void;
  /** Called once, when the call has its status. Without a failure, the call succeeded. */
  ended(failure?: CallFailure): void;
}

/** The failure of a call, as its client gets it. A call that the client cancelled failed with `CANCELLED`. */
export interface CallFailure {
  /** The error that the client gets. */
  readonly sent: RichError;
  /** Whether the error is hidden from the client. */
  readonly masked: boolean;
  /** Whether the contract of the method does not name the error. */
  readonly outsideContract: boolean;
}
