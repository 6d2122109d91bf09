/**
 * Metrics and traces of errors, by OpenTelemetry's semantic conventions.
 *
 * @packageDocumentation
 */
export { recordAttempt } from "./attempt.js";
export { clientTelemetry } from "./client.js";
export { serverTelemetry } from "./server.js";
