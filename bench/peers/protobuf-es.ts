import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Any, anyIs, anyPack, anyUnpack } from "@bufbuild/protobuf/wkt";
import { BadRequestSchema, ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.js";
import { StatusSchema } from "../gen/google/rpc/status_pb.js";
import { type Peer, type ReceivedError, trailerOf } from "./peer.js";
import { SCHEMAS, type SchemaDetail, schemaDetailsOf } from "./standard-schemas.js";

interface Made extends Error {
  readonly code: number;
  readonly messages: readonly SchemaDetail[];
}

function find<Schema extends (typeof SCHEMAS)[number]>(received: ReceivedError, schema: Schema) {
  const { details } = fromBinary(StatusSchema, trailerOf(received));
  const any = details.find((detail) => anyIs(detail, schema));
  return any && anyUnpack(any, schema);
}

function read(any: Any): unknown {
  const schema = SCHEMAS.find((known) => anyIs(any, known));
  return schema && anyUnpack(any, schema);
}

/** Code that each service writes itself, with protobuf-es. */
export const protobufEs: Peer = {
  name: "grpc-js with protobuf-es",
  make: (sample): Made =>
    Object.assign(new Error(sample.message), { code: sample.code, messages: schemaDetailsOf(sample) }),
  pack: (made) => {
    const { code, message, messages } = made as Made;
    const details = messages.map(({ desc, value }) => anyPack(desc, create(desc, value)));
    return toBinary(StatusSchema, create(StatusSchema, { code, message, details }));
  },
  reason: (received) => find(received, ErrorInfoSchema)?.reason,
  detail: (received) => find(received, BadRequestSchema)?.fieldViolations,
  all: (received) => fromBinary(StatusSchema, trailerOf(received)).details.map(read),
};
