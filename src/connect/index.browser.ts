// The entry in a browser: without the interceptor of a server, which needs grpc-js.
export { fromConnectError, toConnectError } from "./connect-error.js";
export { richErrorTransport } from "./transport.js";
