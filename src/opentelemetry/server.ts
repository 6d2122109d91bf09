import { type Span, trace } from "@opentelemetry/api";
import type { CallFailure, ServerCallTelemetry, ServerTelemetry } from "../server/telemetry.js";
import type { Failure } from "./attributes.js";
import { type CallInstruments, lazyInstruments } from "./metrics.js";
import { recordFailure } from "./span.js";

/**
 * Returns the telemetry of a server by OpenTelemetry's semantic conventions:
 *
 * ```ts
 * const interceptor = richErrorServerInterceptor({ catalogs: [catalog], telemetry: serverTelemetry() });
 * ```
 *
 * - The histogram `rpc.server.call.duration` has every call, and the counter `rich_error.server.failed_calls` every
 *   failed one, by reason. They come from the global meter provider.
 * - The span of a failed call gets reason, domain and recovery. It is the span that is active when the handler begins,
 *   such as that of `@opentelemetry/instrumentation-grpc`, and needs `richHandlers`. No span is started.
 * - Reasons that no proto declares appear as `_OTHER`. No text of an error appears.
 */
export function serverTelemetry(): ServerTelemetry {
  const instruments = lazyInstruments("server");
  return (method) => new TracedCall(method, instruments);
}

/** One call of a server with its span. */
class TracedCall implements ServerCallTelemetry {
  readonly #began = performance.now();
  #span: Span | undefined;

  constructor(
    private readonly method: string,
    private readonly instruments: () => CallInstruments,
  ) {}

  handled(): void {
    this.#span = trace.getActiveSpan();
  }

  failing(failure: CallFailure): void {
    this.#trace(failureOf(failure));
  }

  ended(given?: CallFailure): void {
    const failure = given && failureOf(given);
    if (failure) this.#trace(failure);
    this.instruments().record(this.method, this.#began, failure);
  }

  /** Records the failure on the span, once: a call that ends with an error first fails with it. */
  #trace(failure: Failure): void {
    recordFailure(this.#span, "server", this.method, failure);
    this.#span = undefined;
  }
}

function failureOf({ sent, masked, outsideContract }: CallFailure): Failure {
  return { error: sent, masked, outsideContract };
}
