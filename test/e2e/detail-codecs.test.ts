import { BinaryReader } from "@bufbuild/protobuf/wire";
import streams from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/errors_pb.js";
import { type Catalog, type Definition, RichError } from "grpc-rich-errors";
import { catalog, StreamRevisionConflictError } from "grpc-rich-errors/catalogs/kurrentdb";
import { type DetailCodec, googleProtobufCodec, protobufjsCodec, tsProtoCodec } from "grpc-rich-errors/details";
import { loadSync } from "grpc-rich-errors/proto-loader";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import { StreamRevisionConflictErrorDetails } from "../../gen/kurrentdb/protocol/v2/streams/errors.js";
import { bufImage, PROTO_FOLDER } from "../support/reference-protos.js";
import { request, startShapes } from "../support/shapes.js";
import { expectNothingUncaught } from "../support/watch.js";

// Every library writes the detail of the same error, and every library reads it.

expectNothingUncaught();

const TYPE = "kurrentdb.protocol.v2.streams.errors.StreamRevisionConflictErrorDetails";
const PROTO = "kurrentdb/protocol/v2/streams/errors.proto";

/** Two integers that a double cannot represent. */
const FACTS = { stream: "orders-é", expected: -9_007_199_254_740_993n, actual: 9_223_372_036_854_775_807n };

type Facts = typeof FACTS;

/** How to make an error with the detail, and how to read the detail. */
interface Library {
  readonly definition: Definition;
  readonly detail: unknown;
  readonly read: (error: RichError) => Facts | undefined;
}

function library<T>(codec: DetailCodec<T>, detail: T, facts: (message: T) => Facts): Library {
  return {
    definition: { ...StreamRevisionConflictError.definition, detail: codec },
    detail,
    read: (error) => {
      const found = error.findDetail(codec);
      return found && facts(found);
    },
  };
}

/** A library whose messages are objects with properties in camel case. */
function plainLibrary(codec: DetailCodec<unknown>, integer: (value: bigint) => unknown): Library {
  const { stream, expected, actual } = FACTS;
  const detail = { stream, expectedRevision: integer(expected), actualRevision: integer(actual) };
  return library(codec, detail, (message) => {
    const { stream, expectedRevision, actualRevision } = Object(message);
    return { stream, expected: BigInt(String(expectedRevision)), actual: BigInt(String(actualRevision)) };
  });
}

function googleProtobufLibrary(): Library {
  const detail = new streams.StreamRevisionConflictErrorDetails();
  detail.setStream(FACTS.stream);
  detail.setExpectedRevision(String(FACTS.expected));
  detail.setActualRevision(String(FACTS.actual));
  return library(googleProtobufCodec(TYPE, streams.StreamRevisionConflictErrorDetails), detail, (message) => ({
    stream: message.getStream(),
    expected: BigInt(message.getExpectedRevision()),
    actual: BigInt(message.getActualRevision()),
  }));
}

/** The codec of an error that was declared at run time. */
function codecIn(catalog: Catalog): DetailCodec<unknown> {
  const codec = catalog.byReason("streams", "STREAM_REVISION_CONFLICT")?.definition.detail;
  if (!codec) throw new Error("there is no such error");
  return codec;
}

const includeDirs = [PROTO_FOLDER];
const root = protobuf.parse(
  `syntax = "proto3"; package ${TYPE.replace(/\.\w+$/, "")};
   message StreamRevisionConflictErrorDetails {
     string stream = 1; sint64 expectedRevision = 2; sint64 actualRevision = 3;
   }`,
).root;

const LIBRARIES: readonly [string, Library][] = Object.entries({
  "ts-proto": plainLibrary(tsProtoCodec(TYPE, StreamRevisionConflictErrorDetails, BinaryReader), BigInt),
  "protobuf-es": plainLibrary(codecIn(catalogFromDescriptorSet(bufImage())), BigInt),
  "proto-loader": plainLibrary(codecIn(loadSync(PROTO, { includeDirs, longs: String }).catalog), String),
  "proto-loader with longs": plainLibrary(codecIn(loadSync(PROTO, { includeDirs }).catalog), String),
  protobufjs: plainLibrary(protobufjsCodec(TYPE, root.lookupType(TYPE), { longs: String }), String),
  "google-protobuf": googleProtobufLibrary(),
});

describe.each(LIBRARIES)("a detail that %s wrote", (_, { definition, detail }) => {
  it("is read by every library, and integers beyond the range of a double stay exact", async () => {
    const shapes = await startShapes(
      {
        unary: () => {
          throw new RichError(definition, detail, { message: "conflict" });
        },
      },
      { catalogs: [catalog] },
    );
    const error: unknown = await shapes.calls.unary(request()).catch((error: unknown) => error);
    const received = RichError.from(error);
    expect(received).toMatchObject({ reason: "STREAM_REVISION_CONFLICT", domain: "streams" });
    expect(LIBRARIES.map(([name, { read }]) => [name, read(received)])).toEqual(
      LIBRARIES.map(([name]) => [name, FACTS]),
    );
  });
});
