/** Errors declared at run time, from descriptors, with details as protobuf-es has them. */
export type { DynamicErrorClass } from "../catalog.js";
export { catalogFromDescriptorSet, protobufEsCodec } from "./catalog.js";
