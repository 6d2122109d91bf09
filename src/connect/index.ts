/**
 * Typed errors for Connect: an interceptor for servers, a transport for clients, and ConnectErrors both ways.
 *
 * @packageDocumentation
 */
export { fromConnectError, toConnectError } from "./connect-error.js";
export { type ConnectServerOptions, richErrorConnectInterceptor } from "./interceptor.js";
export { richErrorTransport } from "./transport.js";
