import { Metadata, type MetadataValue, type ServerInterceptingCallInterface } from "@grpc/grpc-js";
import type { ErrorDetail } from "../detail/detail.js";
import { endError, isCausedByEnd } from "../masking/call-info.js";
import { type Decision, type Failure, maskedDecision, maskFailure, passedDecision } from "../masking/mask.js";
import { isEmpty, type Sendable, sendable } from "../status/sendable-metadata.js";
import { type PackedError, packStatus, TRAILER } from "../status/trailer.js";
import { fitInto, TRAILERS } from "./budget/fit.js";
import { fits, sizeOfField } from "./budget/header-size.js";
import { cutText } from "./budget/shorten.js";
import { PUSHBACK, pushbackOf } from "./extras/extras.js";
import { applyContract, type ResolvedOptions } from "./options.js";

const PACKED: unique symbol = Symbol.for("grpc-rich-errors.v1.PACKED");

/** What is to be sent of an error, beside its code and message. */
interface Content {
  /** The error's own and those that are added; none if it is the error's own alone. */
  readonly details: readonly ErrorDetail[] | undefined;
  readonly pushback: string | undefined;
  /** What went wrong with the functions that the boundary was given, and trailers that cannot be sent. */
  readonly problems: readonly Error[];
}

/** A failure, and what became of it. */
export interface PackedFailure {
  readonly failure: Failure;
  readonly decision: Decision;
  readonly options: ResolvedOptions;
  readonly content: Content;
  /** What the client reads: the error's message, or what fits of it. */
  readonly message: string;
  /** What fits of the error's details, as they stand in a status. */
  readonly details: Uint8Array;
  /** What was left out, because it did not fit. */
  readonly shed: readonly string[];
}

/**
 * The metadata of a failed call, which knows the failure.
 *
 * grpc-js hands interceptors a code, a text and metadata, but not the error. The
 * metadata is the same object all the way from the handler to the last of them.
 * A WeakMap of metadata would say the same, and costs the garbage collector a
 * tenth of a failing call.
 */
export class PackedMetadata extends Metadata {
  static {
    // Handlers and interceptor may come from two copies of this package, ESM beside CommonJS.
    Object.defineProperty(this.prototype, PACKED, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): value is PackedMetadata {
    try {
      return typeof value === "object" && value !== null && PACKED in value;
    } catch {
      // A proxy that throws.
      return false;
    }
  }

  /** Somebody was reported of the failure, or is about to be. */
  reported = false;
  /** The PACKED details, as they were put here. */
  trailer: MetadataValue | undefined;

  constructor(readonly packed: PackedFailure) {
    super();
  }
}

/** The status of a failure. */
export interface FinalStatus extends PackedError {
  readonly metadata: PackedMetadata;
}

/** Makes the status of a failure. Never throws. */
export function packFailure(failure: Failure, options: ResolvedOptions): FinalStatus {
  const decision = decisionOf(failure, options);
  try {
    return pack(failure, decision, options, contentOf(failure, decision, options), trailersOf(failure, decision));
  } catch {
    return packAtLeast(failure, decision, options);
  }
}

/** Makes a status fit again, to whose trailers others may have added. Never throws. */
export function refit(status: FinalStatus): FinalStatus {
  const { metadata } = status;
  const { options, message, details } = metadata.packed;
  if (hasOwnTrailer(metadata) && sendable(metadata).metadata === metadata) {
    if (fits({ message, detailsLength: details.length, trailers: metadata }, options.maxHeaderBytes)) return status;
  }
  return repack(metadata.packed, metadata);
}

function hasOwnTrailer(metadata: PackedMetadata): boolean {
  const [trailer, another] = metadata.get(TRAILER);
  return trailer === metadata.trailer && another === undefined;
}

/** Makes the status of a failure anew, with other trailers beside. Never throws. */
export function repack(
  { failure, decision, options, content }: PackedFailure,
  trailers: Metadata | null | undefined,
): FinalStatus {
  return pack(failure, decision, options, content, trailers ? trailersBeside(trailers, content) : undefined);
}

/** The trailers of a status without those that were made for its error. */
export function trailersBeside(metadata: Metadata, { pushback }: Pick<Content, "pushback">): Metadata {
  const beside = new Metadata();
  try {
    beside.merge(metadata);
  } catch {
    // It is no Metadata, and is reported where it is left out.
    return metadata;
  }
  beside.remove(TRAILER);
  if (pushback !== undefined) beside.remove(PUSHBACK);
  return beside;
}

/**
 * Makes the status of a failure anew that was made under another options, and
 * keeps what others have put among its trailers since. Never throws.
 */
export function packAgain(before: PackedMetadata, failure: Failure, options: ResolvedOptions): FinalStatus {
  const decision = decisionOf(failure, options);
  try {
    return pack(
      failure,
      decision,
      options,
      contentOf(failure, decision, options),
      trailersSince(before, failure, decision),
    );
  } catch {
    return packAtLeast(failure, decision, options);
  }
}

/** What a client learns of a failure under a options. Never throws. */
export function decisionOf(failure: Failure, { catalogs, map, masking, contractOptions }: ResolvedOptions): Decision {
  const { thrown, end } = failure;
  // Whose call ended with another call is none of the client's business.
  if (end && isCausedByEnd(thrown)) return passedDecision(endError(end, thrown));
  return applyContract(contractOptions, maskFailure(failure, catalogs, map, masking), failure);
}

function contentOf(
  { thrown, call }: Failure,
  { sent, problems }: Decision,
  { extras, retryPushback }: ResolvedOptions,
): Content {
  const pushback = retryPushback ? pushbackOf(sent) : undefined;
  if (!extras || !call) return { details: undefined, pushback, problems };
  const added = extras.addTo(sent, thrown, call);
  return { details: added.details, pushback, problems: [...problems, ...added.problems] };
}

/** As in grpc-js, what was given beside an error takes the place of its own. */
function trailersOf({ thrown, trailer }: Failure, { sent }: Decision): Metadata | undefined {
  return (sent === thrown && trailer) || sent.metadata;
}

/** The trailers of a status that was made before, with what others have put among them since. */
function trailersSince(before: PackedMetadata, failure: Failure, decision: Decision): Metadata | undefined {
  // What came with an error that is masked by now is no more meant for the client than the error is.
  if (decision.masked && !before.packed.decision.masked) return undefined;
  if (!before.packed.shed.includes(TRAILERS)) return before;
  const trailers = trailersOf(failure, decision)?.clone();
  trailers?.merge(before);
  return trailers;
}

function pack(
  failure: Failure,
  decision: Decision,
  options: ResolvedOptions,
  content: Content,
  own: Metadata | undefined,
): FinalStatus {
  const { pushback } = content;
  // Too small to be left out, and a client that does not have it may do harm.
  const most = options.maxHeaderBytes - (pushback === undefined ? 0 : sizeOfField(PUSHBACK, pushback.length));
  const given = own && sendable(own);
  const { message, details, trailers, shed } = fitInto(decision.sent, most, given?.metadata, content.details);
  const reported = given ? withProblems(content, given) : content;
  const metadata = new PackedMetadata({ failure, decision, options, content: reported, message, details, shed });
  if (trailers) metadata.merge(trailers);
  if (pushback !== undefined) metadata.set(PUSHBACK, pushback);
  const status = packStatus(decision.sent.code, message, details, metadata);
  [metadata.trailer] = metadata.get(TRAILER);
  return status;
}

function withProblems(content: Content, { problems }: Sendable): Content {
  if (problems.length === 0) return content;
  return { ...content, problems: [...content.problems, ...problems.map((problem) => new Error(problem))] };
}

/** For what cannot be PACKED: what was given as metadata may be none, and an error may be none that says it is one of ours. */
function packAtLeast(failure: Failure, decision: Decision, options: ResolvedOptions): FinalStatus {
  try {
    return pack(failure, decision, options, contentOf(failure, decision, options), undefined);
  } catch {
    const masked = maskedDecision(failure, decision.problems);
    return pack(failure, masked, options, contentOf(failure, masked, options), undefined);
  }
}

type Status = Parameters<ServerInterceptingCallInterface["sendStatus"]>[0];

/** How much text a success may have, in bytes. grpc-js sends `OK`. */
const MOST_TEXT = 1024;

/** The status of a success in a form that HTTP/2 can send: the same object if all of it can be sent. */
export function sendableSuccess(status: Status): Status {
  const { details, metadata } = status;
  const text = sendableText(details);
  if (isEmpty(metadata)) return text === details ? status : { ...status, details: text };
  const trailers = metadata ? sendable(metadata).metadata : null;
  return text === details && trailers === metadata ? status : { ...status, details: text, metadata: trailers };
}

/** grpc-js throws at a lone surrogate. */
function sendableText(details: unknown): string {
  if (details === "OK") return details;
  return typeof details === "string" ? cutText(details.toWellFormed(), MOST_TEXT) : "";
}
