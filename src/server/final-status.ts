import { status as grpcStatus, Metadata, type ServerInterceptingCallInterface } from "@grpc/grpc-js";
import { TRAILERS } from "../budget/fit.js";
import { fits } from "../budget/header-size.js";
import { cutToBytes } from "../budget/shorten.js";
import { thrownOf } from "../error/carried-metadata.js";
import type { Decision, Failure } from "../masking/mask.js";
import { errorOfStatus } from "../masking/own-status.js";
import { attempt } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import { fieldCountOf, isEmpty, sendable } from "../status/sendable-metadata.js";
import { TRAILER } from "../status/trailer.js";
import { PUSHBACK } from "./extras/extras.js";
import type { ResolvedOptions } from "./options.js";
import {
  type FailureMetadata,
  type FailureStatus,
  ownTrailers,
  type PackedFailure,
  packDecided,
  packFailure,
  thrownAs,
} from "./thrown-to-status.js";

/** A status as interceptors hand it on. */
export type Status = Parameters<ServerInterceptingCallInterface["sendStatus"]>[0];

/** The parts of a call that the status of a failure depends on. */
export interface FailingCall {
  readonly options: ResolvedOptions;
  /** The options for the call's handler, which add the contract of the method. */
  readonly optionsOfMethod: ResolvedOptions;
  failure(thrown: unknown, trailer: Metadata | undefined): Failure;
}

/**
 * Returns the status that goes to the client in place of a status that the other
 * interceptors have handed on. Never throws.
 *
 * - A failure that they left alone keeps its status. Trailers that they added stay if they fit.
 * - A status whose code or text they changed replaces the failure.
 * - A status that this package did not make is decided like an error that was thrown.
 *
 * @param known the metadata of the failure that the status was made of, if the call knows it
 */
export function finalStatus(status: Status, known: FailureMetadata | undefined, call: FailingCall): FailureStatus {
  const { code, details, metadata } = status;
  const { options, optionsOfMethod } = call;
  const carried = attempt(() => errorOfStatus(status));
  if (carried) return packCarried(carried, status, options, call);
  if (!known) {
    const thrown = thrownOf(metadata);
    if (metadata && thrown instanceof RichError) {
      // The text of another server's error may be secret, even if an interceptor has changed the status.
      if (thrown.received) return packFailure(call.failure(thrown, undefined), options);
      const trailers = without(metadata, TRAILER);
      return packAltered(status, attempt(() => thrown.details) ?? "", trailers, trailers, call);
    }
    return packForeign(call.failure(meantBy(status, options), undefined), metadata, options);
  }
  const { packed } = known;
  const { failure, decision, message } = packed;
  if (code === decision.sent.code && details === message) {
    if (metadata !== known) return repackWithTrailers(packed, metadata);
    if (packed.options === optionsOfMethod) return refit({ code: decision.sent.code, details, metadata: known });
    // The handler could not find this call, because another interceptor had replaced the metadata that came with it.
    return repackWithOptions(known, call.failure(failure.thrown, failure.trailer), optionsOfMethod);
  }
  const others = metadata && withoutOwn(metadata, packed);
  return packAltered(status, message, others, packed.options === optionsOfMethod ? others : undefined, call);
}

/** Packs an error whose status grpc-js or a handler made, with the trailers of that status. */
function packCarried(
  error: RichError,
  { code, metadata }: Status,
  options: ResolvedOptions,
  call: FailingCall,
): FailureStatus {
  return packFailure(call.failure(error, undefined), options, (failure, { sent, masked }) => {
    // The trailers came with an error that is masked now, so they are not meant for the client either.
    if (masked) return undefined;
    const isSent = sent === failure.thrown && sent.code === code && metadata;
    return isSent ? RichError.trailersOf(sent, without(metadata, TRAILER)) : RichError.trailersOf(sent);
  });
}

/**
 * Packs a status whose code or text an interceptor changed.
 *
 * @param message the text before
 * @param metadata the trailers of the status, without those that were made for the error before
 * @param trailers those that are meant for the client
 */
function packAltered(
  { code, details }: Status,
  message: string,
  metadata: Metadata | null | undefined,
  trailers: Metadata | null | undefined,
  call: FailingCall,
): FailureStatus {
  const altered = details === message && code !== grpcStatus.OK ? { code, details } : thrownAs(code, details);
  return packForeign(call.failure(altered, trailers ?? undefined), metadata, call.options);
}

/** Returns a thrown value for a status. With `passStatusMetadata`, a handler may mean the code `UNKNOWN`. */
function meantBy({ code, details, metadata }: Status, { masking }: ResolvedOptions): unknown {
  const isPacked = masking.passStatusMetadata && attempt(() => metadata?.get(TRAILER).length);
  return isPacked ? { code, details } : thrownAs(code, details);
}

function packForeign(failure: Failure, metadata: Status["metadata"], options: ResolvedOptions): FailureStatus {
  return packFailure({ ...failure, statusMetadata: metadata ?? null }, options);
}

/** Packs a status again if trailers that other interceptors added do not fit or cannot be sent. Never throws. */
export function refit(status: FailureStatus): FailureStatus {
  const { metadata } = status;
  const { options, message, details } = metadata.packed;
  if (hasOwnDetails(metadata)) {
    // Most failures have no other trailers. They were packed to fit.
    if (fieldCountOf(metadata) === (metadata.trailer ? 1 : 0)) return status;
    const block = { message, detailsLength: details.length, trailers: metadata };
    if (sendable(metadata).metadata === metadata && fits(block, options.maxHeaderBytes)) return status;
  }
  return repackWithTrailers(metadata.packed, metadata);
}

function hasOwnDetails(metadata: FailureMetadata): boolean {
  const [trailer, another] = metadata.get(TRAILER);
  return trailer === metadata.trailer && another === undefined;
}

function repackWithTrailers(packed: PackedFailure, trailers: Metadata | null | undefined): FailureStatus {
  return packDecided(packed, trailers ? withoutOwn(trailers, packed) : undefined);
}

/** Returns the trailers without those that were made for the failure. */
function withoutOwn(metadata: Metadata, { content }: PackedFailure): Metadata {
  return content.pushback === undefined ? without(metadata, TRAILER) : without(metadata, TRAILER, PUSHBACK);
}

function without(metadata: Metadata, ...names: readonly string[]): Metadata {
  const others = new Metadata();
  try {
    others.merge(metadata);
  } catch {
    // It is not a Metadata. The code that leaves it out also reports it.
    return metadata;
  }
  for (const name of names) others.remove(name);
  return others;
}

/** Packs a failure again with other options and the trailers that other interceptors added. Never throws. */
export function repackWithOptions(before: FailureMetadata, failure: Failure, options: ResolvedOptions): FailureStatus {
  return packFailure(failure, options, (_, decision) => trailersSince(before, failure, decision));
}

/** Returns the trailers of a packed failure, with those that other interceptors have added since. */
function trailersSince(before: FailureMetadata, failure: Failure, decision: Decision): Metadata | undefined {
  // The trailers came with an error that is masked now, so they are not meant for the client either.
  if (decision.masked && !before.packed.decision.masked) return undefined;
  if (!before.packed.shed.includes(TRAILERS)) return before;
  const trailers = ownTrailers(failure, decision)?.clone();
  trailers?.merge(before);
  return trailers;
}

/** The longest text of a success, in bytes. grpc-js sends `OK`. */
const MOST_TEXT = 1024;

/** Returns the status of a success without the parts that HTTP/2 cannot send: the same object if there are none. */
export function sendableSuccess(status: Status): Status {
  const { details, metadata } = status;
  const text = sendableText(details);
  if (isEmpty(metadata)) return text === details ? status : { ...status, details: text };
  const trailers = metadata ? sendable(metadata).metadata : null;
  return text === details && trailers === metadata ? status : { ...status, details: text, metadata: trailers };
}

/** Returns the text of a success without lone surrogates, at which grpc-js throws. */
function sendableText(details: unknown): string {
  if (details === "OK") return details;
  return typeof details === "string" ? cutToBytes(details.toWellFormed(), MOST_TEXT) : "";
}
