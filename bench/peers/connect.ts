import { Code, ConnectError } from "@connectrpc/connect";
import { findTrailerError, setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { BadRequestSchema, ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.js";
import { type GivenError, type Peer, trailerOf } from "./peer.js";
import { SCHEMAS, schemaDetailsOf } from "./standard-schemas.js";

const headers = new WeakMap<GivenError, Headers>();

/** It reads headers as fetch has them, which are there already in its own client. */
export function headersOf(given: GivenError): Headers {
  let made = headers.get(given);
  if (!made) {
    made = new Headers({
      "grpc-status": String(given.code),
      "grpc-message": encodeURIComponent(given.details),
      "grpc-status-details-bin": trailerOf(given).toString("base64").replace(/=+$/, ""),
    });
    headers.set(given, made);
  }
  return made;
}

const read = (given: GivenError) => findTrailerError(headersOf(given));

/** Its own error class. What it packs and reads is base64, which the others leave to grpc-js. */
export const connect = {
  name: "@connectrpc/connect, base64 included",
  make: (facts) => {
    const error = new ConnectError(facts.message, Code.InvalidArgument);
    error.details = schemaDetailsOf(facts);
    return error;
  },
  pack: (made) => {
    const trailer = new Headers();
    setTrailerStatus(trailer, made as ConnectError);
    return trailer.get("grpc-status-details-bin") ?? "";
  },
  reason: (given) => read(given)?.findDetails(ErrorInfoSchema)[0]?.reason,
  detail: (given) => read(given)?.findDetails(BadRequestSchema)[0]?.fieldViolations,
  all: (given) => {
    const error = read(given);
    return SCHEMAS.flatMap((schema) => error?.findDetails(schema));
  },
} satisfies Peer;
