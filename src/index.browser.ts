// The main entry in a browser: without the server and the client, which need grpc-js.
export { Catalog } from "./catalog.js";
export { Code, codeName, isCode } from "./code.js";
export { isErrorOf } from "./contract.js";
export { StandardDetails } from "./detail/collected-details.js";
export { fromJson } from "./json-conversion.js";
export { RichError } from "./rich-error.js";
export { fromStatus, pack, toStatus, unpack } from "./status-conversion.js";
