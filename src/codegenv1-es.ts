/**
 * The exports that generated code imports if its details are messages of protobuf-es. Do not import this module yourself.
 *
 * @packageDocumentation
 */
import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { ErrorClassOf } from "./error-class.js";
import type { RichError } from "./rich-error.js";

export * from "./codegenv1.js";
export { protobufEsCodec } from "./runtime/protobuf-es-codec.js";

/** The class of an error whose detail is a message of protobuf-es. It is constructed with what `create` takes. */
export type MessageErrorClassOf<E extends RichError<MessageShape<Schema>>, Schema extends DescMessage> = ErrorClassOf<
  E,
  MessageInitShape<Schema>
>;
