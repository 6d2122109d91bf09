import { Code, ConnectError } from "@connectrpc/connect";
import { findTrailerError, setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { BadRequestSchema, ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.js";
import { type Peer, type ReceivedError, trailerOf } from "./peer.js";
import { SCHEMAS, schemaDetailsOf } from "./standard-schemas.js";

const headers = new WeakMap<ReceivedError, Headers>();

/** Connect reads `Headers`, which its own client has already. Cached, so that they are not measured. */
export function headersOf(received: ReceivedError): Headers {
  let made = headers.get(received);
  if (!made) {
    made = new Headers({
      "grpc-status": String(received.code),
      "grpc-message": encodeURIComponent(received.details),
      "grpc-status-details-bin": trailerOf(received).toString("base64").replace(/=+$/, ""),
    });
    headers.set(received, made);
  }
  return made;
}

const read = (received: ReceivedError) => findTrailerError(headersOf(received));

/** Packs and reads base64, which the others leave to grpc-js. */
export const connect = {
  name: "@connectrpc/connect",
  make: (sample) => {
    const error = new ConnectError(sample.message, Code.InvalidArgument);
    error.details = schemaDetailsOf(sample);
    return error;
  },
  pack: (made) => {
    const trailer = new Headers();
    setTrailerStatus(trailer, made as ConnectError);
    return trailer.get("grpc-status-details-bin") ?? "";
  },
  reason: (received) => read(received)?.findDetails(ErrorInfoSchema)[0]?.reason,
  detail: (received) => read(received)?.findDetails(BadRequestSchema)[0]?.fieldViolations,
  all: (received) => {
    const error = read(received);
    return SCHEMAS.flatMap((schema) => error?.findDetails(schema));
  },
} satisfies Peer;
