import { Code } from "../code.js";
import type { OriginFacts } from "../error-content.js";
import {
  CANCELLED_BY_CLIENT,
  FROM_PROXY,
  NO_RESPONSE,
  NOT_SENT,
  REJECTED_BY_CLIENT,
  TIMED_OUT,
  TIMED_OUT_UNSENT,
} from "./origin.js";

/** Checks whether grpc-js on the client or a proxy writes statuses with a code and a text, and no application does. */
export function isLocalStatus(code: Code, text: string): boolean {
  const status = localStatusOf(code, text);
  return status !== undefined && !status.byServersToo;
}

/** Returns what never left the process by what a status says: the whole call, or one message of it. */
export function unsentPart(code: Code, text: string): "call" | "message" | undefined {
  const failure = localStatusOf(code, text);
  if (failure?.originFacts.outcome !== "NOT_APPLIED" || failure.refused) return undefined;
  return failure.ofMessage ? "message" : "call";
}

/** Checks whether a status says that a peer got the request, and refused it before any application saw it. */
export function isRefused(code: Code, text: string): boolean {
  return localStatusOf(code, text)?.refused === true;
}

/** Returns the status that grpc-js on the client or a proxy writes with a code and a text. */
export function localStatusOf(code: Code, text: string): LocalStatus | undefined {
  statuses ??= localStatuses();
  return statuses.find((status) => (status.code ?? code) === code && status.text.test(text));
}

/** A status that grpc-js on the client or a proxy writes. */
interface LocalStatus {
  /** By default, the text comes with any code. */
  readonly code?: Code;
  readonly text: Pick<RegExp, "test">;
  readonly originFacts: OriginFacts;
  /** Whether the status may come with metadata, such as those of a proxy. */
  readonly anyMetadata?: true;
  /** Whether a peer got the request and refused it. */
  readonly refused?: true;
  /** Whether one message is the cause. In a stream of requests, others may have been sent before it. */
  readonly ofMessage?: true;
  /** Whether servers write the same text. */
  readonly byServersToo?: true;
}

let statuses: readonly LocalStatus[] | undefined;

/**
 * Returns the statuses that no application writes, as of grpc-js 1.10 to 1.14: failures of the transport, statuses of proxies,
 * and last those of a call that is cancelled or not well-formed. `docs/outcomes.md` explains them.
 *
 * @see https://github.com/grpc/grpc-node/tree/master/packages/grpc-js/src
 */
function localStatuses(): readonly LocalStatus[] {
  const { CANCELLED, DEADLINE_EXCEEDED, INTERNAL, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAVAILABLE, UNIMPLEMENTED } =
    Code;
  return [
    { code: UNAVAILABLE, text: /^(\w+: )?No connection established($|\. Last error: )/, originFacts: NOT_SENT },
    {
      code: UNAVAILABLE,
      text: /^(Name resolution failed for target |No addresses resolved\. Resolution note: )/,
      originFacts: NOT_SENT,
    },
    { code: UNAVAILABLE, text: /^Picked subchannel \S+ is unhealthy$/, originFacts: NOT_SENT },
    { code: UNAVAILABLE, text: /^Stream refused by server$/, originFacts: NOT_SENT, refused: true },
    {
      code: UNAVAILABLE,
      text: /^(Connection dropped$|Write error: |Write failed with error )/,
      originFacts: NO_RESPONSE,
    },
    { code: UNAVAILABLE, text: /^(\w+ )?(ECONNRESET|ETIMEDOUT)( [\da-f.:]+)?$/, originFacts: NO_RESPONSE },
    { code: INTERNAL, text: /^Received RST_STREAM with code \d+($| \(| triggered by )/, originFacts: NO_RESPONSE },
    // The code of a stream that the server cancelled, which is not the caller's doing.
    { code: CANCELLED, text: /^Call cancelled$/, originFacts: { ...NO_RESPONSE, fault: "SERVER" } },
    { code: RESOURCE_EXHAUSTED, text: /^Bandwidth exhausted or memory limit exceeded$/, originFacts: NO_RESPONSE },
    { code: PERMISSION_DENIED, text: /^Protocol not secure enough$/, originFacts: NO_RESPONSE },
    // A call that still waits is forgotten at its deadline. "waiting for metadata filters" is not among them, because
    // grpc-js sends such a call after its deadline.
    {
      code: DEADLINE_EXCEEDED,
      text: /^Deadline exceeded after [\d.]+s,(?!.*previous attempts: ).*[Ww]aiting for (name resolution|LB pick)$/,
      originFacts: TIMED_OUT_UNSENT,
    },
    { code: DEADLINE_EXCEEDED, text: /^Deadline exceeded after [\d.]+s(,|$)/, originFacts: TIMED_OUT },
    { code: DEADLINE_EXCEEDED, text: /^Deadline exceeded$/, originFacts: TIMED_OUT, byServersToo: true },

    { code: UNAVAILABLE, text: /^Received HTTP status code 50[234]$/, originFacts: NO_RESPONSE, anyMetadata: true },
    {
      code: UNAVAILABLE,
      text: /^Received HTTP status code 429$/,
      originFacts: { ...FROM_PROXY, fault: "CALLER" },
      anyMetadata: true,
    },
    { text: /^Received HTTP status code \d{3}$/, originFacts: FROM_PROXY, anyMetadata: true },
    { code: UNAVAILABLE, text: /^no healthy upstream$/, originFacts: NOT_SENT, anyMetadata: true, refused: true },
    {
      code: UNAVAILABLE,
      text: /^upstream (connect error or disconnect\/reset before headers|request timeout$)/,
      originFacts: NO_RESPONSE,
      anyMetadata: true,
    },

    { code: CANCELLED, text: /^Cancelled (on client|by parent call)$/, originFacts: CANCELLED_BY_CLIENT },
    { code: INTERNAL, text: /^Response message parsing error: /, originFacts: CANCELLED_BY_CLIENT },
    { code: INTERNAL, text: /^Failed to decompress \w+-encoded message$/, originFacts: CANCELLED_BY_CLIENT },
    { code: UNIMPLEMENTED, text: /^Too many responses received$/, originFacts: CANCELLED_BY_CLIENT },
    { code: UNIMPLEMENTED, text: /^No message received$/, originFacts: CANCELLED_BY_CLIENT, anyMetadata: true },
    { code: RESOURCE_EXHAUSTED, text: { test: isTextAsMessage }, originFacts: { ...FROM_PROXY, fault: "SERVER" } },
    {
      code: RESOURCE_EXHAUSTED,
      text: /^Received message (larger than max \(|that decompresses to a size larger than )/,
      originFacts: CANCELLED_BY_CLIENT,
    },
    {
      code: RESOURCE_EXHAUSTED,
      text: /^Attempted to send message with a size larger than \d+$/,
      originFacts: REJECTED_BY_CLIENT,
      ofMessage: true,
    },
    {
      code: INTERNAL,
      text: /^Request message serialization failure: /,
      originFacts: REJECTED_BY_CLIENT,
      ofMessage: true,
    },
    { code: INTERNAL, text: /^"authorization" metadata cannot have multiple values$/, originFacts: REJECTED_BY_CLIENT },
    {
      code: INTERNAL,
      text: /^Failed to start HTTP\/2 stream with error (The session has been destroyed|New streams cannot be created )/,
      originFacts: NOT_SENT,
    },
    { code: INTERNAL, text: /^Failed to start HTTP\/2 stream with error /, originFacts: REJECTED_BY_CLIENT },
    { code: UNAVAILABLE, text: /^Channel closed before call started$/, originFacts: REJECTED_BY_CLIENT },
    { code: UNAVAILABLE, text: /^Failed to parse \w+ address /, originFacts: REJECTED_BY_CLIENT },
    { code: UNAVAILABLE, text: /^Unrecognized scheme \S+ in IP resolver$/, originFacts: REJECTED_BY_CLIENT },
    {
      code: UNAVAILABLE,
      text: /^(Parsing service config failed with error |All load balancer options in service config are not compatible$)/,
      originFacts: REJECTED_BY_CLIENT,
    },
    {
      text: /^(Getting metadata from plugin failed with error|Invalid status from control plane): /,
      originFacts: REJECTED_BY_CLIENT,
    },
    { text: /^Failed to route call to method /, originFacts: REJECTED_BY_CLIENT },
  ];
}

/**
 * A web page with the HTTP status 200 comes from a proxy. grpc-js reads it as a message and takes the second to fifth
 * characters for the length, which gives hundreds of megabytes.
 */
function isTextAsMessage(text: string): boolean {
  const length = Number(/^Received message larger than max \((\d+) vs \d+\)$/.exec(text)?.[1]);
  return [24, 16, 8, 0].every((shift) => isAscii((length >>> shift) & 0xff));
}

function isAscii(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
