import { create, createFileRegistry, type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  anyPack,
  anyUnpack,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import { findTrailerError } from "@connectrpc/connect/protocol-grpc";
import { parse } from "@nitric/grpc-error-status";
import { pack as packOurs, RichError } from "grpc-rich-errors";
import { type DetailCodec, packDetail } from "grpc-rich-errors/details";
import { LocalizedMessage } from "../../gen/google/rpc/error_details.js";
import { Status } from "../gen/google/rpc/status.js";
import { StatusSchema } from "../gen/google/rpc/status_pb.js";
import { connect, headersOf } from "../peers/connect.js";
import * as googleProtobuf from "../peers/google-protobuf.js";
import { type ReceivedError, trailerOf } from "../peers/peer.js";
import * as protobufJs from "../peers/protobufjs.js";

// Each detail has the same two texts and its own type name, because an error has at most one detail of each type.

export const MAX_DETAILS = 1_000;

export const CODE = 9;
export const MESSAGE = "the order has many mistakes";
const CONTENT = { locale: "en", message: "the field must not be empty" };

const TYPES = Array.from({ length: MAX_DETAILS }, (_, index) => `parts.v1.Part${index}`);
const PREFIX = "type.googleapis.com/";
const isKnown: ReadonlySet<string> = new Set(TYPES);

const codecs = TYPES.map(
  (typeName): DetailCodec<LocalizedMessage> => ({
    typeName,
    encode: (message) => LocalizedMessage.encode(message).finish(),
    decode: (bytes) => LocalizedMessage.decode(bytes),
  }),
);

const type = FieldDescriptorProto_Type.STRING;
const field = [
  { name: "locale", number: 1, type },
  { name: "message", number: 2, type },
];
const file = create(FileDescriptorProtoSchema, {
  name: "parts.proto",
  syntax: "proto3",
  package: "parts.v1",
  messageType: TYPES.map((_, index) => ({ name: `Part${index}`, field })),
});
const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
const schemas = TYPES.map((typeName): DescMessage => {
  const schema = registry.getMessage(typeName);
  if (!schema) throw new Error(`the registry lacks ${typeName}`);
  return schema;
});

/** A library that packs or reads errors with many details. */
export interface DetailPeer {
  readonly name: string;
  /** Creates and packs an error with the first `count` details. */
  pack?(count: number): Uint8Array | string;
  /** Reads all `count` details of an error. */
  read(received: ReceivedError, count: number): readonly unknown[];
}

const read = (codec: { decode(bytes: Uint8Array): unknown }, typeName: string, bytes: Uint8Array) =>
  isKnown.has(typeName) ? codec.decode(bytes) : undefined;

export const DETAIL_PEERS: readonly DetailPeer[] = [
  {
    name: "grpc-rich-errors",
    pack: (count) => {
      const errorDetails = codecs.slice(0, count).map((codec) => packDetail(codec, CONTENT));
      return packOurs(new RichError(CODE, MESSAGE, { errorDetails }));
    },
    read: (received, count) => {
      const error = RichError.from(received);
      return codecs.slice(0, count).map((codec) => error.findDetail(codec));
    },
  },
  {
    name: "grpc-js with protobufjs",
    pack: (count) => {
      const { LocalizedMessage } = protobufJs.types;
      const { message } = new Error(MESSAGE);
      const details = TYPES.slice(0, count).map((typeName) => ({
        type_url: PREFIX + typeName,
        value: LocalizedMessage.encode(CONTENT).finish(),
      }));
      return protobufJs.Status.encode({ code: CODE, message, details }).finish();
    },
    read: (received) =>
      protobufJs
        .decode(received)
        .details.map(({ type_url, value }) =>
          read(protobufJs.types.LocalizedMessage, type_url.slice(PREFIX.length), value),
        ),
  },
  {
    name: "grpc-js with ts-proto",
    pack: (count) => {
      const { message } = new Error(MESSAGE);
      const details = TYPES.slice(0, count).map((typeName) => ({
        typeUrl: PREFIX + typeName,
        value: LocalizedMessage.encode(CONTENT).finish(),
      }));
      return Status.encode({ code: CODE, message, details }).finish();
    },
    read: (received) =>
      Status.decode(trailerOf(received)).details.map(({ typeUrl, value }) =>
        read(LocalizedMessage, typeUrl.slice(PREFIX.length), value),
      ),
  },
  {
    name: "grpc-js with protobuf-es",
    pack: (count) => {
      const { message } = new Error(MESSAGE);
      const details = schemas.slice(0, count).map((schema) => anyPack(schema, create(schema, CONTENT)));
      return toBinary(StatusSchema, create(StatusSchema, { code: CODE, message, details }));
    },
    read: (received) => fromBinary(StatusSchema, trailerOf(received)).details.map((any) => anyUnpack(any, registry)),
  },
  {
    name: "grpc-js with google-protobuf",
    pack: (count) => {
      const { message } = new Error(MESSAGE);
      const status = new googleProtobuf.Status();
      status.setCode(CODE);
      status.setMessage(message);
      for (const typeName of TYPES.slice(0, count)) {
        const any = new googleProtobuf.Any();
        const { locale, message } = CONTENT;
        const content = googleProtobuf.fill(googleProtobuf.details["LocalizedMessage"], {
          Locale: locale,
          Message: message,
        });
        any.pack(content.serializeBinary(), typeName);
        status.addDetails(any);
      }
      return status.serializeBinary();
    },
    read: (received) =>
      googleProtobuf.anysOf(received).map((any) => {
        const known = isKnown.has(any.getTypeName()) && googleProtobuf.details["LocalizedMessage"];
        return known ? known.deserializeBinary(any.getValue_asU8()).toObject() : undefined;
      }),
  },
  {
    name: "@connectrpc/connect",
    pack: (count) => {
      const error = new ConnectError(MESSAGE, CODE);
      error.details = schemas.slice(0, count).map((desc) => ({ desc, value: CONTENT }));
      return connect.pack(error);
    },
    read: (received) => findTrailerError(headersOf(received))?.findDetails(registry) ?? [],
  },
  {
    name: "@nitric/grpc-error-status",
    read: (received, count) => {
      const parsed = parse(received as Parameters<typeof parse>[0]);
      const of = googleProtobuf.details["LocalizedMessage"] as unknown as Deserializer;
      return TYPES.slice(0, count).map(() => parsed?.parseDetails(of)?.[0]);
    },
  },
];

type Deserializer = Parameters<NonNullable<ReturnType<typeof parse>>["parseDetails"]>[0];
