import { gunzipSync } from "node:zlib";
import { createFileRegistry, fromBinary, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { thrownText } from "../platform/values.js";
import { Failure } from "./failure.js";

/** Compiled protos. */
export interface Image {
  /** All files, after those that they import. */
  readonly files: readonly FileDescriptorProto[];
  /** The names of the files that are not only imported. */
  readonly targets: ReadonlySet<string>;
}

/** The most that an image may have, or a gzipped one unpack to. */
export const MOST_BYTES = 2 ** 27;

/**
 * Reads an image of buf's or a `google.protobuf.FileDescriptorSet` of protoc's,
 * binary or JSON, gzipped or not.
 *
 * A set of protoc's does not say which of its files are only imported: none is
 * taken for one.
 *
 * @param name what the bytes are called in a message
 * @throws Failure if they are none of these
 */
export function readImage(bytes: Uint8Array, name: string): Image {
  let image: Image;
  try {
    const unpacked =
      bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
    image = unpacked[0] === "{".charCodeAt(0) ? imageOfJson(unpacked) : imageOfBinary(unpacked);
  } catch (error) {
    throw Failure.usage(`${name} is ${NO_IMAGE}: ${thrownText(error)}`, { cause: error });
  }
  if (image.files.length > 0) return image;
  throw Failure.usage(bytes.length === 0 ? `${name} is empty` : `${name} is ${NO_IMAGE}: it holds no files`);
}

const NO_IMAGE = "no image of buf's and no descriptor set of protoc's";

function imageOfBinary(bytes: Uint8Array): Image {
  const { file: files } = fromBinary(FileDescriptorSetSchema, bytes);
  return { files, targets: namesOf(files.filter((file) => !isImport(file))) };
}

function imageOfJson(bytes: Uint8Array): Image {
  const json: JsonValue = JSON.parse(new TextDecoder().decode(bytes));
  // Options of their own are read by the descriptors of them, which are in the image itself.
  const plain = fromJson(FileDescriptorSetSchema, json, { ignoreUnknownFields: true });
  const registry = createFileRegistry(plain);
  const { file: files } = fromJson(FileDescriptorSetSchema, json, { ignoreUnknownFields: true, registry });
  const imports = field(json, "file");
  const isTarget = (_: unknown, index: number) =>
    field(field(field(imports, String(index)), "bufExtension", "buf_extension"), "isImport", "is_import") !== true;
  return { files, targets: namesOf(files.filter(isTarget)) };
}

function namesOf(files: readonly FileDescriptorProto[]): Set<string> {
  return new Set(files.map(({ name }) => name));
}

/**
 * Tells whether an image says of a file that it is only imported.
 *
 * @see https://buf.build/bufbuild/buf/docs/main:buf.alpha.image.v1 (ImageFile)
 */
function isImport(file: FileDescriptorProto): boolean {
  const extension = file.$unknown?.find(({ no, wireType }) => no === 8042 && wireType === WireType.LengthDelimited);
  if (!extension) return false;
  const reader = new BinaryReader(new BinaryReader(extension.data).bytes());
  while (reader.pos < reader.len) {
    const [no, wireType] = reader.tag();
    if (no === 1 && wireType === WireType.Varint) return reader.bool();
    reader.skip(wireType, no);
  }
  return false;
}

/** A field of a message as JSON has it, under one of the two names that it may have there. */
function field(json: unknown, ...names: readonly string[]): unknown {
  const name = names.find((name) => Object.hasOwn(Object(json), name));
  return name === undefined ? undefined : Reflect.get(Object(json), name);
}
