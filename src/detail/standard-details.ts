import type * as rpc from "../../gen/google/rpc/error_details.js";
import { BinaryReader } from "../wire/generated-code.js";
import type { DetailCodec } from "./detail.js";
import * as messages from "./standard-messages.js";
import { generatedCodec } from "./ts-proto-codec.js";

// The standard details of errors. Each name stands for a message type and for its codec. The entries of the package export
// everything in this file. A new standard detail also goes into the lists in collected-details.ts.
//
// See https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto

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

export const BadRequest: DetailCodec<BadRequest> = /* @__PURE__ */ generatedCodec(
  "google.rpc.BadRequest",
  messages.BadRequest,
  BinaryReader,
);
export const PreconditionFailure: DetailCodec<PreconditionFailure> = /* @__PURE__ */ generatedCodec(
  "google.rpc.PreconditionFailure",
  messages.PreconditionFailure,
  BinaryReader,
);
export const QuotaFailure: DetailCodec<QuotaFailure> = /* @__PURE__ */ generatedCodec(
  "google.rpc.QuotaFailure",
  messages.QuotaFailure,
  BinaryReader,
);
export const RetryInfo: DetailCodec<RetryInfo> = /* @__PURE__ */ generatedCodec(
  "google.rpc.RetryInfo",
  messages.RetryInfo,
  BinaryReader,
);
export const DebugInfo: DetailCodec<DebugInfo> = /* @__PURE__ */ generatedCodec(
  "google.rpc.DebugInfo",
  messages.DebugInfo,
  BinaryReader,
);
export const RequestInfo: DetailCodec<RequestInfo> = /* @__PURE__ */ generatedCodec(
  "google.rpc.RequestInfo",
  messages.RequestInfo,
  BinaryReader,
);
export const ResourceInfo: DetailCodec<ResourceInfo> = /* @__PURE__ */ generatedCodec(
  "google.rpc.ResourceInfo",
  messages.ResourceInfo,
  BinaryReader,
);
export const Help: DetailCodec<Help> = /* @__PURE__ */ generatedCodec("google.rpc.Help", messages.Help, BinaryReader);
export const LocalizedMessage: DetailCodec<LocalizedMessage> = /* @__PURE__ */ generatedCodec(
  "google.rpc.LocalizedMessage",
  messages.LocalizedMessage,
  BinaryReader,
);
