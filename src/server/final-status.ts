import { Metadata, type MetadataValue, type ServerInterceptingCallInterface } from "@grpc/grpc-js";
import type { ErrorDetail } from "../detail/detail.js";
import { TRAILER } from "../error/receive.js";
import { endError, followsFromEnd } from "../masking/call-info.js";
import { type Failure, judge, mask, passed, type Verdict } from "../masking/mask.js";
import { type PackedError, packStatus } from "../packing.js";
import { isEmpty, type Sendable, sendable } from "../status/sendable-metadata.js";
import { fitInto, TRAILERS } from "./budget/fit.js";
import { fits, sizeOfField } from "./budget/header-size.js";
import { cutText } from "./budget/shorten.js";
import { PUSHBACK, pushbackOf } from "./extras/extras.js";
import { holdTo, type Policy } from "./resolved-options.js";

const sealed: unique symbol = Symbol.for("grpc-rich-errors.v1.sealed");

/** What is to be sent of an error, beside its code and message. */
interface Content {
  /** The error's own and those that are added; none if it is the error's own alone. */
  readonly details: readonly ErrorDetail[] | undefined;
  readonly pushback: string | undefined;
  /** What went wrong with the functions that the boundary was given, and trailers that cannot be sent. */
  readonly problems: readonly Error[];
}

/** A failure, and what became of it. */
export interface Seal {
  readonly failure: Failure;
  readonly verdict: Verdict;
  readonly policy: Policy;
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
export class SealedMetadata extends Metadata {
  static {
    // Handlers and interceptor may come from two copies of this package, ESM beside CommonJS.
    Object.defineProperty(this.prototype, sealed, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): value is SealedMetadata {
    try {
      return typeof value === "object" && value !== null && sealed in value;
    } catch {
      // A proxy that throws.
      return false;
    }
  }

  /** Somebody was told of the failure, or is about to be. */
  told = false;
  /** The packed details, as they were put here. */
  trailer: MetadataValue | undefined;

  constructor(readonly seal: Seal) {
    super();
  }
}

/** The status of a failure. */
export interface Sealed extends PackedError {
  readonly metadata: SealedMetadata;
}

/** Makes the status of a failure. Never throws. */
export function seal(failure: Failure, policy: Policy): Sealed {
  const verdict = verdictOf(failure, policy);
  try {
    return pack(failure, verdict, policy, contentOf(failure, verdict, policy), trailersOf(failure, verdict));
  } catch {
    return packAtLeast(failure, verdict, policy);
  }
}

/** Makes a status fit again, to whose trailers others may have added. Never throws. */
export function refit(status: Sealed): Sealed {
  const { metadata } = status;
  const { policy, message, details } = metadata.seal;
  if (hasOwnTrailer(metadata) && sendable(metadata).metadata === metadata) {
    if (fits({ message, detailsLength: details.length, trailers: metadata }, policy.maxHeaderBytes)) return status;
  }
  return repack(metadata.seal, metadata);
}

function hasOwnTrailer(metadata: SealedMetadata): boolean {
  const [trailer, another] = metadata.get(TRAILER);
  return trailer === metadata.trailer && another === undefined;
}

/** Makes the status of a failure anew, with other trailers beside. Never throws. */
export function repack({ failure, verdict, policy, content }: Seal, trailers: Metadata | null | undefined): Sealed {
  return pack(failure, verdict, policy, content, trailers ? trailersBeside(trailers, content) : undefined);
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
 * Makes the status of a failure anew that was made under another policy, and
 * keeps what others have put among its trailers since. Never throws.
 */
export function sealAgain(before: SealedMetadata, failure: Failure, policy: Policy): Sealed {
  const verdict = verdictOf(failure, policy);
  try {
    return pack(failure, verdict, policy, contentOf(failure, verdict, policy), trailersSince(before, failure, verdict));
  } catch {
    return packAtLeast(failure, verdict, policy);
  }
}

/** What a client learns of a failure under a policy. Never throws. */
export function verdictOf(failure: Failure, { catalogs, map, masking, terms }: Policy): Verdict {
  const { thrown, end } = failure;
  // Whose call ended with another call is none of the client's business.
  if (end && followsFromEnd(thrown)) return passed(endError(end, thrown));
  return holdTo(terms, judge(failure, catalogs, map, masking), failure);
}

function contentOf({ thrown, call }: Failure, { sent, problems }: Verdict, { extras, retryPushback }: Policy): Content {
  const pushback = retryPushback ? pushbackOf(sent) : undefined;
  if (!extras || !call) return { details: undefined, pushback, problems };
  const added = extras.addTo(sent, thrown, call);
  return { details: added.details, pushback, problems: [...problems, ...added.problems] };
}

/** As in grpc-js, what was given beside an error takes the place of its own. */
function trailersOf({ thrown, trailer }: Failure, { sent }: Verdict): Metadata | undefined {
  return (sent === thrown && trailer) || sent.metadata;
}

/** The trailers of a status that was made before, with what others have put among them since. */
function trailersSince(before: SealedMetadata, failure: Failure, verdict: Verdict): Metadata | undefined {
  // What came with an error that is masked by now is no more meant for the client than the error is.
  if (verdict.masked && !before.seal.verdict.masked) return undefined;
  if (!before.seal.shed.includes(TRAILERS)) return before;
  const trailers = trailersOf(failure, verdict)?.clone();
  trailers?.merge(before);
  return trailers;
}

function pack(failure: Failure, verdict: Verdict, policy: Policy, content: Content, own: Metadata | undefined): Sealed {
  const { pushback } = content;
  // Too small to be left out, and a client that does not have it may do harm.
  const most = policy.maxHeaderBytes - (pushback === undefined ? 0 : sizeOfField(PUSHBACK, pushback.length));
  const given = own && sendable(own);
  const { message, details, trailers, shed } = fitInto(verdict.sent, most, given?.metadata, content.details);
  const reported = given ? withProblems(content, given) : content;
  const metadata = new SealedMetadata({ failure, verdict, policy, content: reported, message, details, shed });
  if (trailers) metadata.merge(trailers);
  if (pushback !== undefined) metadata.set(PUSHBACK, pushback);
  const status = packStatus(verdict.sent.code, message, details, metadata);
  [metadata.trailer] = metadata.get(TRAILER);
  return status;
}

function withProblems(content: Content, { problems }: Sendable): Content {
  if (problems.length === 0) return content;
  return { ...content, problems: [...content.problems, ...problems.map((problem) => new Error(problem))] };
}

/** For what cannot be packed: what was given as metadata may be none, and an error may be none that says it is one of ours. */
function packAtLeast(failure: Failure, verdict: Verdict, policy: Policy): Sealed {
  try {
    return pack(failure, verdict, policy, contentOf(failure, verdict, policy), undefined);
  } catch {
    const masked = mask(failure, verdict.problems);
    return pack(failure, masked, policy, contentOf(failure, masked, policy), undefined);
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
