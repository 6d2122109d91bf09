/**
 * Typed gRPC errors for servers and clients.
 *
 * @packageDocumentation
 */
export { Catalog, type ErrorClass } from "./catalog.js";
export { type RichErrorClientOptions, richErrorClientOptions } from "./client/options.js";
export type {
  ContractedClient,
  ContractFor,
  MethodRecoveries,
  MethodRecovery,
  PromiseCallOptions,
  PromiseClient,
  PromiseMethod,
  PromisesOptions,
  RecoveringMethod,
  RecoveringMethods,
  RecoveryFor,
} from "./client/promise-types.js";
export { promises } from "./client/promises.js";
export type { ClientCallInfo, ClientTelemetry, EndOfCall, FailedClientCall } from "./client/telemetry.js";
export { Code, type CodeName, codeName, isCode } from "./code.js";
export {
  type ContractedClass,
  type IdempotencyLevel,
  isErrorOf,
  type MethodContract,
  type ServiceContract,
} from "./contract.js";
export type {
  Categories,
  Category,
  Definition,
  Documentation,
  Fault,
  Origin,
  Outcome,
  Recovery,
} from "./definition.js";
export { StandardDetails } from "./detail/collected-details.js";
export type { PackOptions } from "./error/error-redaction.js";
export type { JsonError } from "./error/printing.js";
export type { ReadOptions } from "./error/receive.js";
export type { RichErrorOptions, UndeclaredErrorOptions } from "./error/thrown-error.js";
export type { Issue, IssueKind } from "./issue.js";
export { fromJson } from "./json-conversion.js";
export type { CallInfo } from "./masking/call-info.js";
export type { ErrorMapping, ErrorMatcher } from "./masking/error-map.js";
export type { DetailTypeName, MaskingOptions } from "./masking/mask.js";
export { packError } from "./packing.js";
export { RichError } from "./rich-error.js";
export { type DrainOptions, type DrainResult, drain } from "./server/drain.js";
export type { ExtrasOptions } from "./server/extras/extras.js";
export type { MessageCatalogs } from "./server/extras/localization.js";
export type {
  BidiStreamingHandler,
  ClientStreamingHandler,
  RichHandler,
  RichImplementation,
  ServerStreamingHandler,
  UnaryHandler,
} from "./server/handlers/rich-handlers.js";
export { richHandlers } from "./server/handlers/rich-handlers.js";
export {
  type InboundCall,
  type ServerCall,
  signalOf,
  type UpstreamOptions,
  upstream,
} from "./server/handlers/signal.js";
export { richErrorServerInterceptor } from "./server/interceptor.js";
export type { FailedCall, RichErrorServerOptions } from "./server/options.js";
export type { CallFailure, ServerCallTelemetry, ServerTelemetry } from "./server/telemetry.js";
export type { PackedError } from "./status/call-status.js";
export type { Status } from "./status/trailer.js";
export { fromStatus, pack, toStatus, unpack } from "./status-conversion.js";
