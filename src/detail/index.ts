/**
 * The details of an error: the standard types of `google.rpc`, and codecs for the messages of other protobuf libraries.
 *
 * @packageDocumentation
 */

export type { FieldViolationOptions, QuotaViolationOptions } from "./collected-details.js";
export { type DetailCodec, type ErrorDetail, type JsonDetail, typeNameOf } from "./detail.js";
export { ErrorInfo } from "./error-info.js";
export {
  type GoogleProtobufClass,
  type GoogleProtobufMessage,
  googleProtobufCodec,
  type PlainMessage,
  type ProtobufjsType,
  protobufjsCodec,
} from "./foreign-codecs.js";
export { packCheckedDetail as packDetail } from "./packer.js";
export * from "./standard-details.js";
export { type TsProtoMessage, tsProtoCodec } from "./ts-proto-codec.js";
