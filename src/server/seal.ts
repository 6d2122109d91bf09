import { Metadata } from "@grpc/grpc-js";
import { type PackedError, packStatus } from "../trailer.js";
import { type Failure, judge, passed, type Verdict } from "./boundary.js";
import { fitInto, TRAILERS } from "./budget.js";
import { endError, followsFromEnd } from "./call-end.js";
import { holdTo } from "./contract.js";
import { sizeOf } from "./header-block.js";
import type { Policy } from "./policy.js";

const sealed: unique symbol = Symbol.for("grpc-rich-errors.v1.sealed");

/** A failure, and what became of it. */
export interface Seal {
  readonly failure: Failure;
  readonly verdict: Verdict;
  readonly policy: Policy;
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
  // Handlers and interceptor may come from two copies of this package, ESM beside CommonJS.
  readonly [sealed] = true;

  static override [Symbol.hasInstance](value: unknown): value is SealedMetadata {
    return typeof value === "object" && value !== null && sealed in value;
  }

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
    return pack(failure, verdict, policy, trailersOf(failure, verdict));
  } catch {
    // What was given as metadata is none.
    return pack(failure, verdict, policy, undefined);
  }
}

/** Makes a status fit again, to whose trailers others may have added. */
export function refit(status: Sealed): Sealed {
  const { failure, verdict, policy, message, details } = status.metadata.seal;
  const isWithin = sizeOf({ message, detailsLength: details.length, trailers: status.metadata }) <= policy.maxHeaderBytes;
  return isWithin ? status : pack(failure, verdict, policy, status.metadata);
}

/**
 * Makes the status of a failure anew that was made under another policy, and
 * keeps what others have put among its trailers since.
 */
export function sealAgain(before: SealedMetadata, failure: Failure, policy: Policy): Sealed {
  const verdict = verdictOf(failure, policy);
  // What came with an error that is masked by now is no more meant for the client than the error is.
  if (verdict.masked && !before.seal.verdict.masked) return pack(failure, verdict, policy, undefined);
  let trailers: Metadata | undefined = before;
  if (before.seal.shed.includes(TRAILERS)) {
    trailers = trailersOf(failure, verdict)?.clone();
    trailers?.merge(before);
  }
  return pack(failure, verdict, policy, trailers);
}

/** What a client learns of a failure under a policy. Never throws. */
export function verdictOf(failure: Failure, { catalogs, map, terms }: Policy): Verdict {
  const { thrown, end } = failure;
  // Whose call ended with another call is none of the client's business.
  if (end && followsFromEnd(thrown)) return passed(endError(end, thrown));
  return holdTo(terms, judge(failure, catalogs, map), failure);
}

/** As in grpc-js, what was given beside an error takes the place of its own. */
function trailersOf({ thrown, trailer }: Failure, { sent }: Verdict): Metadata | undefined {
  return (sent === thrown && trailer) || sent.metadata;
}

function pack(failure: Failure, verdict: Verdict, policy: Policy, own: Metadata | undefined): Sealed {
  const { message, details, trailers, shed } = fitInto(verdict.sent, policy.maxHeaderBytes, own);
  const metadata = new SealedMetadata({ failure, verdict, policy, message, details, shed });
  if (trailers) metadata.merge(trailers);
  return packStatus(verdict.sent.code, message, details, metadata);
}
