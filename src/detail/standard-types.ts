import { BinaryReader } from "@bufbuild/protobuf/wire";
import * as rpc from "../../gen/google/rpc/error_details.js";
import type { DetailCodec } from "./detail.js";
import { ErrorInfo } from "./error-info.js";
import { tsProtoCodec } from "./ts-proto-codec.js";

/**
 * The standard details of errors, each as a type and as the codec of that type.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
 */

/** What is wrong with the fields of a request. */
export type BadRequest = rpc.BadRequest;
/** One field of a request, and what is wrong with it. */
export type FieldViolation = rpc.BadRequest_FieldViolation;
/** What must be true before the request can succeed. */
export type PreconditionFailure = rpc.PreconditionFailure;
/** One condition that is not met. */
export type PreconditionViolation = rpc.PreconditionFailure_Violation;
/** Which quotas are used up. */
export type QuotaFailure = rpc.QuotaFailure;
/** One quota that is used up. */
export type QuotaViolation = rpc.QuotaFailure_Violation;
/** When to try again. */
export type RetryInfo = rpc.RetryInfo;
/** What a developer of the server wants to know. */
export type DebugInfo = rpc.DebugInfo;
/** How to name the request to those who operate the server. */
export type RequestInfo = rpc.RequestInfo;
/** Which resource the error is about. */
export type ResourceInfo = rpc.ResourceInfo;
/** Where to read on. */
export type Help = rpc.Help;
/** One place to read on. */
export type HelpLink = rpc.Help_Link;
/** The message in the language of a human. */
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

/** The codecs of all standard details but ErrorInfo. */
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

/** The type names of all standard details, ErrorInfo included. */
export const STANDARD_TYPES: ReadonlySet<string> = new Set(
  [ErrorInfo, ...STANDARD_DETAILS].map(({ typeName }) => typeName),
);

/** The message `google.protobuf.Duration`, as ts-proto has it. */
interface Duration {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** The most that a Duration can hold: 10,000 years. */
const MOST_SECONDS = 315_576_000_000;

/** A number of milliseconds as a Duration. What a Duration cannot hold becomes the nearest that it can. */
export function durationFromMs(ms: number): Duration {
  if (Number.isNaN(ms)) return { seconds: 0n, nanos: 0 };
  const limit = MOST_SECONDS * 1000;
  const bounded = Math.min(Math.max(ms, -limit), limit);
  const seconds = Math.trunc(bounded / 1000);
  const nanos = Math.round((bounded - seconds * 1000) * 1e6);
  // A fraction just below a second is rounded up to it.
  const carry = Math.trunc(nanos / 1e9);
  return { seconds: BigInt(seconds + carry), nanos: nanos - carry * 1e9 || 0 };
}

/** A Duration in milliseconds. */
export function durationToMs(duration: Duration): number {
  return Number(duration.seconds) * 1000 + duration.nanos / 1e6;
}

/** The longest delay that a timer takes, in milliseconds. A longer one would fire at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** A Duration from a peer as a delay that a timer takes, in milliseconds. */
export function timerDelayOf(duration: Duration | undefined): number | undefined {
  return duration && Math.min(Math.max(durationToMs(duration), 0), LONGEST_TIMER);
}
