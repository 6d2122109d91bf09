/**
 * Metrics and traces of errors, by OpenTelemetry's semantic conventions.
 *
 * @packageDocumentation
 */
export { clientTelemetry } from "./client.js";
export { serverTelemetry } from "./server.js";
export { recordAttempt } from "./span.js";
