/** Errors declared at run time, from descriptors, with details as protobuf-es has them. */
export type { DynamicErrorClass } from "../dynamic/dynamic-error-class.js";
export { catalogFromDescriptorSet } from "./catalog.js";
export { protobufEsCodec } from "./codec.js";
