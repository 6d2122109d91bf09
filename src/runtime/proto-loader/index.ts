/** Errors declared at run time, from protos, with details as `@grpc/proto-loader` has all messages. */
export type { DynamicErrorClass } from "../catalog.js";
export { type Loaded, load, loadDescriptorSet, loadSync } from "./load.js";
