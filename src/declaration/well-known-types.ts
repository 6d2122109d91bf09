import type { DescMessage } from "@bufbuild/protobuf";

/** Tells whether a message is one of `google.protobuf.StringValue` and its like. */
export function isWrapper(message: DescMessage): boolean {
  return WRAPPER.test(message.typeName);
}

/** Tells whether a message is one that libraries have as something else than its fields: a `Date`, a list, anything. */
export function isReplaced(message: DescMessage): boolean {
  return REPLACED.test(message.typeName);
}

const WRAPPER = /^google\.protobuf\.(Bool|Bytes|Double|Float|Int32|Int64|String|UInt32|UInt64)Value$/;
const REPLACED = /^google\.protobuf\.(FieldMask|ListValue|Struct|Timestamp|Value)$/;
