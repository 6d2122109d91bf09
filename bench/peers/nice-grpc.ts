import { createRequire } from "node:module";
import { Status as Code } from "nice-grpc-common";
import {
  BadRequest,
  DebugInfo,
  type ErrorDetails,
  ErrorInfo,
  Help,
  LocalizedMessage,
  PreconditionFailure,
  QuotaFailure,
  RequestInfo,
  ResourceInfo,
  RetryInfo,
  RichClientError,
  RichServerError,
} from "nice-grpc-error-details";
import type { Sample } from "../samples.js";
import { type Peer, type ReceivedError, trailerOf } from "./peer.js";

interface Any {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

// The functions that its middlewares call.
const require = createRequire(import.meta.url);
const { decodeErrorDetails, encodeErrorDetails } = require("nice-grpc-error-details/lib/ErrorDetails.js") as {
  encodeErrorDetails(details: ErrorDetails[]): Any[];
  decodeErrorDetails(details: Any[]): ErrorDetails[];
};
const { Status } = require("nice-grpc-error-details/lib/proto/google/rpc/status.js") as {
  Status: {
    fromPartial(status: { code: number; message: string; details: Any[] }): unknown;
    encode(status: unknown): { finish(): Uint8Array };
    decode(bytes: Uint8Array): { details: Any[] };
  };
};

function make(sample: Sample): RichServerError {
  const { message, reason, domain, fieldViolations, retrySeconds, requestId, help, more } = sample;
  const extra: ErrorDetails[] = [ErrorInfo.fromPartial({ reason, domain })];
  if (retrySeconds !== undefined) extra.push(RetryInfo.fromPartial({ retryDelay: { seconds: retrySeconds } }));
  if (help) extra.push(Help.fromPartial({ links: [help] }));
  if (requestId !== undefined) extra.push(RequestInfo.fromPartial({ requestId }));
  if (more) {
    extra.push(
      DebugInfo.fromPartial({ detail: more.debug, stackEntries: [...more.stack] }),
      QuotaFailure.fromPartial({ violations: [more.quota] }),
      PreconditionFailure.fromPartial({ violations: [more.precondition] }),
      ResourceInfo.fromPartial(more.resource),
      LocalizedMessage.fromPartial(more.localized),
    );
  }
  extra.push(BadRequest.fromPartial({ fieldViolations: [...fieldViolations] }));
  return new RichServerError(Code.INVALID_ARGUMENT, message, extra);
}

function read(received: ReceivedError): RichClientError {
  const { details } = Status.decode(trailerOf(received));
  return new RichClientError("/s/m", Code.INVALID_ARGUMENT, received.details, decodeErrorDetails(details));
}

export const niceGrpc = {
  name: "nice-grpc-error-details",
  make,
  pack: (made) => {
    const { code, details: message, extra } = made as RichServerError;
    return Status.encode(Status.fromPartial({ code, message, details: encodeErrorDetails(extra) })).finish();
  },
  reason: (received) => read(received).extra.find((detail) => detail.$type === ErrorInfo.$type)?.reason,
  detail: (received) => read(received).extra.find((detail) => detail.$type === BadRequest.$type)?.fieldViolations,
  all: (received) => read(received).extra,
} satisfies Peer;
