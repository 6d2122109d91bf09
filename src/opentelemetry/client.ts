import { type Attributes, trace } from "@opentelemetry/api";
import type { ClientTelemetry } from "../client/telemetry.js";
import { lazyInstruments } from "./metrics.js";
import { recordFailure } from "./span.js";

/**
 * Returns the telemetry of a client by OpenTelemetry's semantic conventions:
 *
 * ```ts
 * const options = richErrorClientOptions({ catalogs: [catalog], telemetry: clientTelemetry() });
 * ```
 *
 * - The histogram `rpc.client.call.duration` has every call, and the counter `rich_error.client.failed_calls` every
 *   failed one, by reason. They come from the global meter provider. Each attempt of a recovery is a call.
 * - The span that is active when the call begins gets reason, domain and recovery: as attributes if it is a client span,
 *   such as that of `@opentelemetry/instrumentation-grpc`, else as the event `rich_error.call_failed`. No span is started.
 * - Reasons that `catalogs` does not have appear as `_OTHER`. No text of an error appears.
 */
export function clientTelemetry(): ClientTelemetry {
  const instruments = lazyInstruments("client");
  let latest = { target: "", attributes: serverAttributes("") };
  return ({ method, target }) => {
    const began = performance.now();
    const span = trace.getActiveSpan();
    return (error) => {
      const failure = error && { error };
      if (failure) recordFailure(span, "client", method, failure);
      // The calls of a client have the same target.
      if (latest.target !== target) latest = { target, attributes: serverAttributes(target) };
      instruments().record(method, began, failure, latest.attributes);
    };
  };
}

/** The scheme of a target, and the authority of the name server after it. */
const SCHEME = /^(?:dns|ipv4|ipv6):(?:\/\/[^/]*\/)?/;
const HOST_AND_PORT = /^(?:\[([^\]]+)\]|([^:,[\]]+))(?::(\d{1,5}))?$/;

/**
 * Returns the attributes of a channel's target. A target that is not one host has no port.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
 */
export function serverAttributes(target: string): Attributes {
  if (target === "") return {};
  const socket = /^unix:(?:\/\/)?(.+)/.exec(target)?.[1];
  if (socket !== undefined) return { "server.address": socket };
  const [, bracketed, host = bracketed, port] = HOST_AND_PORT.exec(target.replace(SCHEME, "")) ?? [];
  if (host === undefined) return { "server.address": target };
  return { "server.address": host, ...(port !== undefined && { "server.port": Number(port) }) };
}
