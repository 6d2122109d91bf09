/**
 * The exports that generated code imports. Do not import this module yourself.
 *
 * The number in its name changes when code from an older generator no longer works.
 *
 * @packageDocumentation
 */
export { Catalog, type ErrorIdentity, type ReceivingClass } from "./catalog.js";
export { ApiError, type ApiErrorOptions, CircuitOpenError, NetworkError } from "./client-errors.js";
export type { ServiceContract } from "./contract.js";
export type { Definition, FileDescriptors } from "./definition.js";
export type { DetailCodec } from "./detail/detail.js";
export type { Redaction } from "./detail/process-redaction.js";
export * from "./detail/standard-details.js";
export { tsProtoCodec } from "./detail/ts-proto-codec.js";
export type { MessageCheck } from "./detail/ts-proto-mismatch.js";
export { decodeUnsafe } from "./detail/unsafe-integers.js";
export type { RichErrorOptions } from "./error/thrown-error.js";
export { defineError, type ErrorClassOf } from "./error-class.js";
export { type DetailSchema, type ErrorBase, ErrorTable, type SharedFields } from "./error-table.js";
export { type ClientErrorIdentity, type ClientErrorKind, type IdentifiedClass, isInstance } from "./instance-of.js";
export { FieldRedaction } from "./redaction/field-redaction.js";
export { RichError } from "./rich-error.js";
