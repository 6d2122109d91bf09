import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Any, anyIs, anyPack, anyUnpack } from "@bufbuild/protobuf/wkt";
import { BadRequestSchema, ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.js";
import { StatusSchema } from "../gen/google/rpc/status_pb.js";
import { type GivenError, type Peer, trailerOf } from "./peer.js";
import { SCHEMAS, type SchemaDetail, schemaDetailsOf } from "./standard-schemas.js";

interface Made extends Error {
  readonly code: number;
  readonly messages: readonly SchemaDetail[];
}

function find<Schema extends (typeof SCHEMAS)[number]>(given: GivenError, schema: Schema) {
  const { details } = fromBinary(StatusSchema, trailerOf(given));
  const any = details.find((detail) => anyIs(detail, schema));
  return any && anyUnpack(any, schema);
}

function read(any: Any): unknown {
  const schema = SCHEMAS.find((known) => anyIs(any, known));
  return schema && anyUnpack(any, schema);
}

/** Written by hand for each service, with protobuf-es. */
export const protobufEs: Peer = {
  name: "grpc-js, by hand with protobuf-es",
  make: (facts): Made =>
    Object.assign(new Error(facts.message), { code: facts.code, messages: schemaDetailsOf(facts) }),
  pack: (made) => {
    const { code, message, messages } = made as Made;
    const details = messages.map(({ desc, value }) => anyPack(desc, create(desc, value)));
    return toBinary(StatusSchema, create(StatusSchema, { code, message, details }));
  },
  reason: (given) => find(given, ErrorInfoSchema)?.reason,
  detail: (given) => find(given, BadRequestSchema)?.fieldViolations,
  all: (given) => fromBinary(StatusSchema, trailerOf(given)).details.map(read),
};
