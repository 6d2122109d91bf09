import { Metadata } from "@grpc/grpc-js";
import { type PackedError, packStatus } from "../trailer.js";
import { type Failure, judge, type Verdict } from "./boundary.js";
import { fitInto, TRAILERS } from "./budget.js";
import { holdTo } from "./contract.js";
import { sizeOf } from "./header-block.js";
import type { Policy } from "./policy.js";

const sealed: unique symbol = Symbol.for("grpc-rich-errors.v1.sealed");

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

  constructor(
    readonly failure: Failure,
    readonly verdict: Verdict,
    /** What the client reads: the error's message, or what fits of it. */
    readonly message: string,
    /** What was left out, because it did not fit. */
    readonly shed: readonly string[],
  ) {
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

/**
 * Makes the status of a failure anew under another policy, and keeps what others
 * have put among its trailers since.
 */
export function sealAgain(before: SealedMetadata, policy: Policy): Sealed {
  const { failure, shed } = before;
  const judged = verdictOf(failure, policy);
  // A masked error keeps the request id that it was given.
  const verdict = judged.masked && before.verdict.masked ? before.verdict : judged;
  const { code, message, errorDetails: details } = verdict.sent;
  const isSame = verdict.sent === before.verdict.sent && verdict.outsideContract === before.verdict.outsideContract;
  if (isSame && shed.length === 0) {
    const isWithin = sizeOf({ message, details, trailers: before }) <= policy.maxHeaderBytes;
    if (isWithin) return { code, details: message, metadata: before };
  }
  // What came with an error that is masked by now is no more meant for the client than the error is.
  if (verdict.masked && !before.verdict.masked) return pack(failure, verdict, policy, undefined);
  let trailers: Metadata | undefined = before;
  if (shed.includes(TRAILERS)) {
    trailers = trailersOf(failure, verdict)?.clone();
    trailers?.merge(before);
  }
  return pack(failure, verdict, policy, trailers);
}

function verdictOf(failure: Failure, { catalogs, terms }: Policy): Verdict {
  return holdTo(terms, judge(failure, catalogs), failure);
}

/** As in grpc-js, what was given beside an error takes the place of its own. */
function trailersOf({ thrown, trailer }: Failure, { sent }: Verdict): Metadata | undefined {
  return (sent === thrown && trailer) || sent.metadata;
}

function pack(failure: Failure, verdict: Verdict, policy: Policy, own: Metadata | undefined): Sealed {
  const { message, details, trailers, shed } = fitInto(verdict.sent, policy.maxHeaderBytes, own);
  const metadata = new SealedMetadata(failure, verdict, message, shed);
  if (trailers) metadata.merge(trailers);
  return packStatus({ code: verdict.sent.code, message, details }, metadata);
}
