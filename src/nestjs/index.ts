/**
 * Typed errors for NestJS: options of gRPC servers and clients, and a filter for exceptions.
 *
 * @packageDocumentation
 */
export { RichErrorFilter, type RichErrorFilterOptions, richErrorFilter } from "./filter.js";
export { type NestGrpcOptions, richErrorGrpcClientOptions, richErrorGrpcServerOptions } from "./grpc-options.js";
