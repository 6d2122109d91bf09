/**
 * Errors in structured logs: serializers for pino, a format for winston, and plain data for any other logger.
 *
 * @packageDocumentation
 */

export { type LoggedCall, serializeCall } from "./logged-call.js";
export { type LoggedError, type LoggingOptions, serializeError } from "./logged-error.js";
export { type PinoSerializers, pinoSerializers, type StandardSerializers } from "./pino.js";
export { type WinstonFormat, winstonFormat } from "./winston.js";
