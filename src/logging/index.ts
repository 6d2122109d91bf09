/**
 * Errors in structured logs: serializers for pino, a format for winston, and plain data for any other logger.
 *
 * @packageDocumentation
 */
export { type LoggedError, type LoggingOptions, serializeError } from "./error-log.js";
export { type LoggedCall, serializeCall } from "./failed-call.js";
export { type PinoSerializers, pinoSerializers, type StandardSerializers } from "./pino.js";
export { type WinstonFormat, winstonFormat } from "./winston.js";
