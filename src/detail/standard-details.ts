import { BinaryReader } from "@bufbuild/protobuf/wire";
import * as rpc from "../../gen/google/rpc/error_details.js";
import type { DetailCodec } from "./detail.js";
import { ErrorInfo } from "./error-info.js";
import { tsProtoCodec } from "./ts-proto-codec.js";

/**
 * The standard details of errors. Each name stands for a message type and for its codec.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
 */

/** Violations in the fields of a request. */
export type BadRequest = rpc.BadRequest;
/** A field of a request, and the rule it violates. */
export type FieldViolation = rpc.BadRequest_FieldViolation;
/** Preconditions of the request that are not met. */
export type PreconditionFailure = rpc.PreconditionFailure;
/** A precondition that is not met. */
export type PreconditionViolation = rpc.PreconditionFailure_Violation;
/** Quotas that are used up. */
export type QuotaFailure = rpc.QuotaFailure;
/** A quota that is used up. */
export type QuotaViolation = rpc.QuotaFailure_Violation;
/** The time to wait before a retry. */
export type RetryInfo = rpc.RetryInfo;
/** Information for the developers of the server, such as a stack. */
export type DebugInfo = rpc.DebugInfo;
/** The id of the request, for a support case. */
export type RequestInfo = rpc.RequestInfo;
/** The resource that the error is about. */
export type ResourceInfo = rpc.ResourceInfo;
/** Links to documentation. */
export type Help = rpc.Help;
/** A link to documentation. */
export type HelpLink = rpc.Help_Link;
/** The message in the language of the user. */
export type LocalizedMessage = rpc.LocalizedMessage;

export const BadRequest: DetailCodec<BadRequest> = /* @__PURE__ */ tsProtoCodec(
  "google.rpc.BadRequest",
  rpc.BadRequest,
  BinaryReader,
);
export const PreconditionFailure: DetailCodec<PreconditionFailure> = /* @__PURE__ */ tsProtoCodec(
  "google.rpc.PreconditionFailure",
  rpc.PreconditionFailure,
  BinaryReader,
);
export const QuotaFailure: DetailCodec<QuotaFailure> = /* @__PURE__ */ tsProtoCodec(
  "google.rpc.QuotaFailure",
  rpc.QuotaFailure,
  BinaryReader,
);
export const RetryInfo: DetailCodec<RetryInfo> = /* @__PURE__ */ tsProtoCodec(
  "google.rpc.RetryInfo",
  rpc.RetryInfo,
  BinaryReader,
);
export const DebugInfo: DetailCodec<DebugInfo> = /* @__PURE__ */ tsProtoCodec(
  "google.rpc.DebugInfo",
  rpc.DebugInfo,
  BinaryReader,
);
export const RequestInfo: DetailCodec<RequestInfo> = /* @__PURE__ */ tsProtoCodec(
  "google.rpc.RequestInfo",
  rpc.RequestInfo,
  BinaryReader,
);
export const ResourceInfo: DetailCodec<ResourceInfo> = /* @__PURE__ */ tsProtoCodec(
  "google.rpc.ResourceInfo",
  rpc.ResourceInfo,
  BinaryReader,
);
export const Help: DetailCodec<Help> = /* @__PURE__ */ tsProtoCodec("google.rpc.Help", rpc.Help, BinaryReader);
export const LocalizedMessage: DetailCodec<LocalizedMessage> = /* @__PURE__ */ tsProtoCodec(
  "google.rpc.LocalizedMessage",
  rpc.LocalizedMessage,
  BinaryReader,
);

/** The codecs of all standard details except ErrorInfo. */
export const STANDARD_DETAILS: readonly DetailCodec<unknown>[] = [
  BadRequest,
  PreconditionFailure,
  QuotaFailure,
  RetryInfo,
  DebugInfo,
  RequestInfo,
  ResourceInfo,
  Help,
  LocalizedMessage,
];

/** The standard details that are meant for callers. */
export const CALLER_DETAILS: readonly DetailCodec<unknown>[] = [
  RetryInfo,
  BadRequest,
  PreconditionFailure,
  QuotaFailure,
  ResourceInfo,
  Help,
  LocalizedMessage,
];

/** The type names of all standard details, ErrorInfo included. */
export const STANDARD_TYPES: ReadonlySet<string> = new Set(
  [ErrorInfo, ...STANDARD_DETAILS].map(({ typeName }) => typeName),
);

/** The message `google.protobuf.Duration`, in the shape that ts-proto generates. */
interface Duration {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** The longest Duration: 10,000 years. */
const MOST_SECONDS = 315_576_000_000;

/** Returns milliseconds as a Duration. A value out of range becomes the nearest Duration. */
export function durationFromMs(ms: number): Duration {
  if (Number.isNaN(ms)) return { seconds: 0n, nanos: 0 };
  const limit = MOST_SECONDS * 1000;
  const bounded = Math.min(Math.max(ms, -limit), limit);
  const seconds = Math.trunc(bounded / 1000);
  const nanos = Math.round((bounded - seconds * 1000) * 1e6);
  // A fraction just below a second rounds up to a second.
  const carry = Math.trunc(nanos / 1e9);
  return { seconds: BigInt(seconds + carry), nanos: nanos - carry * 1e9 || 0 };
}

/** Returns a Duration in milliseconds. */
export function durationToMs(duration: Duration): number {
  return Number(duration.seconds) * 1000 + duration.nanos / 1e6;
}

/** The longest delay of a timer, in milliseconds. A timer with a longer one fires at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** Returns a peer's Duration in milliseconds, within the range of a timer. */
export function timerDelayOf(duration: Duration | undefined): number | undefined {
  return duration && Math.min(Math.max(durationToMs(duration), 0), LONGEST_TIMER);
}
