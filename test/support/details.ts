import {
  create,
  createFileRegistry,
  type DescEnum,
  type DescField,
  type DescMessage,
  fromBinary,
  ScalarType,
  toBinary,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { base64Decode } from "@bufbuild/protobuf/wire";
import { FileDescriptorSetSchema, file_google_protobuf_duration } from "@bufbuild/protobuf/wkt";
import fc, { type Arbitrary } from "fast-check";
import type { Definition } from "grpc-rich-errors";
import { file_google_rpc_error_details } from "../../gen/google/rpc/error_details_pb.js";

const STANDARD = [file_google_protobuf_duration, file_google_rpc_error_details].map(({ proto }) => proto);

/**
 * Random small details of a declared error, in the form of its codec. They are
 * made from the descriptors of their type, independently of the codec.
 */
export function detailsOf({ detail: codec, descriptors, name }: Definition): Arbitrary<unknown> {
  if (!codec) return fc.constant(undefined);
  const { file } = fromBinary(FileDescriptorSetSchema, base64Decode(descriptors?.base64 ?? ""));
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...STANDARD, ...file] }));
  const message = registry.getMessage(codec.typeName);
  if (!message) throw new Error(`the descriptors of ${name} lack ${codec.typeName}`);
  return messageOf(message).map((made) => codec.decode(toBinary(message, made.message)));
}

/** Messages with any of their fields set. */
function messageOf(desc: DescMessage): Arbitrary<ReflectMessage> {
  const oneofs = desc.oneofs.map((oneof) => chosen(oneof.fields));
  const others = desc.fields.filter(({ oneof }) => !oneof).map((field) => chosen([field]));
  return fc.tuple(...oneofs, ...others).map((fields) => {
    const message = reflect(desc, create(desc));
    for (const set of fields) set?.(message);
    return message;
  });
}

type Set = (message: ReflectMessage) => void;

/** One of some fields, or none. */
function chosen(fields: readonly DescField[]): Arbitrary<Set | undefined> {
  return fc.option(fc.oneof(...fields.map(fieldOf)), { nil: undefined, freq: 6 });
}

function fieldOf(field: DescField): Arbitrary<Set> {
  switch (field.fieldKind) {
    case "scalar":
      return scalarOf(field.scalar).map((value) => (message) => message.set(field, value));
    case "enum":
      return numberOf(field.enum).map((value) => (message) => message.set(field, value));
    case "message":
      return messageOf(field.message).map((value) => (message) => message.set(field, value));
    case "list": {
      const items: Arbitrary<unknown> =
        field.listKind === "message"
          ? messageOf(field.message)
          : field.listKind === "enum"
            ? numberOf(field.enum)
            : scalarOf(field.scalar);
      return fc.array(items, { minLength: 1, maxLength: 3 }).map((all) => (message) => {
        for (const item of all) message.get(field).add(item);
      });
    }
    case "map":
      throw new Error(`${field.parent.typeName} has a map, which no detail had so far`);
  }
}

function numberOf({ values }: DescEnum): Arbitrary<number> {
  return fc.constantFrom(...values.map(({ number }) => number));
}

const int32 = fc.integer();
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const int64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
const uint64 = fc.bigInt(0n, 2n ** 64n - 1n);

function scalarOf(type: ScalarType): Arbitrary<unknown> {
  switch (type) {
    case ScalarType.STRING:
      return fc.string({ unit: "binary", maxLength: 12 }).map((text) => text.toWellFormed());
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 12 });
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.DOUBLE:
      return fc.double();
    case ScalarType.FLOAT:
      return fc.float();
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return int32;
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return uint32;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return uint64;
    default:
      return int64;
  }
}
