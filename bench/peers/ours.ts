import { pack, RichError, StandardDetails } from "grpc-rich-errors";
import { BadRequestError, catalog } from "grpc-rich-errors/catalogs/kurrent";
import type { Sample } from "../samples.js";
import type { Peer, ReceivedError } from "./peer.js";

const options = { catalogs: [catalog] };

function make({ message, fieldViolations, retrySeconds, requestId, help, more }: Sample): RichError {
  const violations = fieldViolations.map(({ field, description }) => ({
    field,
    description,
    reason: "",
    localizedMessage: undefined,
  }));
  if (retrySeconds === undefined || requestId === undefined || !help) {
    return new BadRequestError({ fieldViolations: violations }, { message });
  }
  const errorDetails = new StandardDetails().setRequestInfo(requestId);
  if (more) {
    errorDetails
      .setDebugInfo(more.debug, more.stack)
      .addQuotaViolation(more.quota.subject, more.quota.description)
      .addPreconditionViolation(more.precondition.type, more.precondition.subject, more.precondition.description)
      .setResourceInfo(more.resource)
      .setLocalizedMessage(more.localized.locale, more.localized.message);
  }
  const options = { message, retryDelay: retrySeconds * 1000, help: [help], errorDetails };
  return new BadRequestError({ fieldViolations: violations }, options);
}

export const ours = {
  name: "grpc-rich-errors",
  make,
  pack: (made) => pack(made as RichError),
  reason: (received: ReceivedError) => RichError.from(received, options).reason,
  detail: (received: ReceivedError) => (RichError.from(received, options) as BadRequestError).detail.fieldViolations,
  all: (received: ReceivedError) => {
    const error = RichError.from(received, options);
    const { standardDetails: read } = error;
    return [
      error.info,
      read.retryInfo,
      read.debugInfo,
      read.quotaFailure,
      read.preconditionFailure,
      read.badRequest,
      read.requestInfo,
      read.resourceInfo,
      read.help,
      read.localizedMessage,
    ];
  },
} satisfies Peer;
