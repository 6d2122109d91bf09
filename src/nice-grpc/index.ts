/**
 * Typed errors for nice-grpc: middleware for its servers and clients.
 *
 * @packageDocumentation
 */
export { richErrorClientMiddleware } from "./client.js";
export { type NiceGrpcServerOptions, richErrorServerMiddleware } from "./server.js";
