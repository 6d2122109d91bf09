import { Code, ConnectError } from "@connectrpc/connect";
import { findTrailerError, setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import * as rpc from "../../gen/google/rpc/error_details_pb.js";
import type { Facts } from "../facts.js";
import type { GivenError, Peer } from "./peer.js";

function make(facts: Facts): ConnectError {
  const { message, reason, domain, fieldViolations, retrySeconds, requestId, help, more } = facts;
  const error = new ConnectError(message, Code.InvalidArgument);
  error.details = [{ desc: rpc.ErrorInfoSchema, value: { reason, domain } }];
  const { details } = error;
  if (retrySeconds !== undefined) {
    details.push({ desc: rpc.RetryInfoSchema, value: { retryDelay: { seconds: BigInt(retrySeconds) } } });
  }
  if (help) details.push({ desc: rpc.HelpSchema, value: { links: [help] } });
  if (requestId !== undefined) details.push({ desc: rpc.RequestInfoSchema, value: { requestId } });
  if (more) {
    details.push(
      { desc: rpc.DebugInfoSchema, value: { detail: more.debug, stackEntries: [...more.stack] } },
      { desc: rpc.QuotaFailureSchema, value: { violations: [more.quota] } },
      { desc: rpc.PreconditionFailureSchema, value: { violations: [more.precondition] } },
      { desc: rpc.ResourceInfoSchema, value: more.resource },
      { desc: rpc.LocalizedMessageSchema, value: more.localized },
    );
  }
  details.push({ desc: rpc.BadRequestSchema, value: { fieldViolations: [...fieldViolations] } });
  return error;
}

const SCHEMAS = [
  rpc.ErrorInfoSchema,
  rpc.RetryInfoSchema,
  rpc.DebugInfoSchema,
  rpc.QuotaFailureSchema,
  rpc.PreconditionFailureSchema,
  rpc.BadRequestSchema,
  rpc.RequestInfoSchema,
  rpc.ResourceInfoSchema,
  rpc.HelpSchema,
  rpc.LocalizedMessageSchema,
];

const headers = new WeakMap<GivenError, Headers>();

/** It reads headers as fetch has them, which are there already in its own client. */
function headersOf(given: GivenError): Headers {
  let made = headers.get(given);
  if (!made) {
    const [trailer] = given.metadata.get("grpc-status-details-bin");
    made = new Headers({
      "grpc-status": String(given.code),
      "grpc-message": encodeURIComponent(given.details),
      "grpc-status-details-bin": (trailer as Buffer).toString("base64").replace(/=+$/, ""),
    });
    headers.set(given, made);
  }
  return made;
}

const read = (given: GivenError) => findTrailerError(headersOf(given));

/** Its own error class; packing and reading include base64. */
export const connect: Peer = {
  name: "@connectrpc/connect",
  make,
  pack: (made) => {
    const trailer = new Headers();
    setTrailerStatus(trailer, made as ConnectError);
    return Buffer.from(trailer.get("grpc-status-details-bin") ?? "", "base64");
  },
  reason: (given) => read(given)?.findDetails(rpc.ErrorInfoSchema)[0]?.reason,
  detail: (given) => read(given)?.findDetails(rpc.BadRequestSchema)[0]?.fieldViolations,
  all: (given) => {
    const error = read(given);
    return SCHEMAS.map((schema) => error?.findDetails(schema));
  },
};
