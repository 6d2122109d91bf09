/** Errors declared at run time, from protos, with details as `@grpc/proto-loader` has all messages. */
export type { DynamicErrorClass } from "../dynamic/dynamic-error-class.js";
export { type Loaded, load, loadSync } from "./load.js";
export { loadDescriptorSet } from "./load-descriptor-set.js";
