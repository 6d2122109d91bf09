import * as rpc from "../../gen/google/rpc/error_details.js";
import { Status } from "../gen/google/rpc/status.js";
import type { Sample } from "../samples.js";
import { type Peer, type ReceivedError, trailerOf } from "./peer.js";

const PREFIX = "type.googleapis.com/google.rpc.";

interface Codec<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

type Detail = readonly [name: string, pack: () => Uint8Array];

function detail<T>(name: string, codec: Codec<T>, message: T): Detail {
  return [name, () => codec.encode(message).finish()];
}

interface Made extends Error {
  readonly code: number;
  readonly messages: readonly Detail[];
}

function make(sample: Sample): Made {
  const { code, message, reason, domain, fieldViolations, retrySeconds, requestId, help, more } = sample;
  const messages = [detail("ErrorInfo", rpc.ErrorInfo, { reason, domain, metadata: {} })];
  if (retrySeconds !== undefined) {
    const retryDelay = { seconds: BigInt(retrySeconds), nanos: 0 };
    messages.push(detail("RetryInfo", rpc.RetryInfo, { retryDelay }));
  }
  if (help) messages.push(detail("Help", rpc.Help, { links: [help] }));
  if (requestId !== undefined) messages.push(detail("RequestInfo", rpc.RequestInfo, { requestId, servingData: "" }));
  if (more) {
    const quota = { apiService: "", quotaMetric: "", quotaId: "", quotaDimensions: {}, quotaValue: 0n, ...more.quota };
    messages.push(
      detail("DebugInfo", rpc.DebugInfo, { detail: more.debug, stackEntries: [...more.stack] }),
      detail("QuotaFailure", rpc.QuotaFailure, { violations: [quota] }),
      detail("PreconditionFailure", rpc.PreconditionFailure, { violations: [more.precondition] }),
      detail("ResourceInfo", rpc.ResourceInfo, { owner: "", ...more.resource }),
      detail("LocalizedMessage", rpc.LocalizedMessage, more.localized),
    );
  }
  const violations = fieldViolations.map(({ field, description }) => ({
    field,
    description,
    reason: "",
    localizedMessage: undefined,
  }));
  messages.push(detail("BadRequest", rpc.BadRequest, { fieldViolations: violations }));
  return Object.assign(new Error(message), { code, messages });
}

const CODECS: Readonly<Record<string, { decode(bytes: Uint8Array): unknown }>> = {
  ErrorInfo: rpc.ErrorInfo,
  RetryInfo: rpc.RetryInfo,
  DebugInfo: rpc.DebugInfo,
  QuotaFailure: rpc.QuotaFailure,
  PreconditionFailure: rpc.PreconditionFailure,
  BadRequest: rpc.BadRequest,
  RequestInfo: rpc.RequestInfo,
  ResourceInfo: rpc.ResourceInfo,
  Help: rpc.Help,
  LocalizedMessage: rpc.LocalizedMessage,
};

function find<T>(received: ReceivedError, name: string, codec: Codec<T>): T | undefined {
  const { details } = Status.decode(trailerOf(received));
  const found = details.find(({ typeUrl }) => typeUrl === PREFIX + name);
  return found && codec.decode(found.value);
}

/** Code that each service writes itself, with ts-proto. */
export const tsProto: Peer = {
  name: "grpc-js with ts-proto",
  make,
  pack: (made) => {
    const { code, message, messages } = made as Made;
    const details = messages.map(([name, pack]) => ({ typeUrl: PREFIX + name, value: pack() }));
    return Status.encode({ code, message, details }).finish();
  },
  reason: (received) => find(received, "ErrorInfo", rpc.ErrorInfo)?.reason,
  detail: (received) => find(received, "BadRequest", rpc.BadRequest)?.fieldViolations,
  all: (received) =>
    Status.decode(trailerOf(received)).details.map(({ typeUrl, value }) =>
      CODECS[typeUrl.slice(PREFIX.length)]?.decode(value),
    ),
};
