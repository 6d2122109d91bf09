import type { DescMessage, MessageInitShape } from "@bufbuild/protobuf";
import * as rpc from "../../gen/google/rpc/error_details_pb.js";
import type { Sample } from "../samples.js";

/** A detail for protobuf-es and Connect. */
export interface SchemaDetail {
  readonly desc: DescMessage;
  readonly value: MessageInitShape<DescMessage>;
}

export const SCHEMAS = [
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

/** Returns the details of a sample. */
export function schemaDetailsOf(sample: Sample): SchemaDetail[] {
  const { reason, domain, fieldViolations, retrySeconds, requestId, help, more } = sample;
  const details: SchemaDetail[] = [{ desc: rpc.ErrorInfoSchema, value: { reason, domain } }];
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
  return details;
}
