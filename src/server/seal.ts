import type { Metadata } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { type PackedError, packStatus } from "../trailer.js";
import { type Failure, judge, type Verdict } from "./boundary.js";
import { fitInto, TRAILERS } from "./budget.js";
import { sizeOf } from "./header-block.js";

/** What a server lets out. */
export interface Policy {
  /** The errors of other servers that go on to the client. */
  readonly catalogs: readonly Catalog[];
  /** How large the header block of an error may be, in bytes. */
  readonly maxHeaderBytes: number;
}

/** What a server lets out that has no interceptor to say so. */
export const DEFAULT_POLICY: Policy = { catalogs: [], maxHeaderBytes: 4096 };

/** A failure as it is sent. */
export interface Sealed extends Verdict {
  readonly status: PackedError;
  /** What was left out, because it did not fit. */
  readonly shed: readonly string[];
}

/** Makes the status of a failure. Never throws. */
export function seal(failure: Failure, policy: Policy): Sealed {
  const verdict = judge(failure, policy.catalogs);
  try {
    return pack(verdict, policy, trailersOf(failure, verdict));
  } catch {
    // What was given as metadata is none.
    return pack(verdict, policy, undefined);
  }
}

/**
 * Makes the status of a failure anew under another policy, and keeps what others
 * have put among its trailers since.
 */
export function sealAgain(failure: Failure, before: Sealed, policy: Policy): Sealed {
  const judged = judge(failure, policy.catalogs);
  // A masked error keeps the request id that it was given.
  const verdict = judged.masked && before.masked ? before : judged;
  let trailers: Metadata | undefined = before.status.metadata;
  if (before.shed.includes(TRAILERS)) {
    trailers = trailersOf(failure, verdict)?.clone();
    trailers?.merge(before.status.metadata);
  }
  const { message, errorDetails: details } = verdict.sent;
  const isSame = verdict.sent === before.sent && before.shed.length === 0;
  if (isSame && sizeOf({ message, details, trailers }) <= policy.maxHeaderBytes) return before;
  return pack(verdict, policy, trailers);
}

/** As in grpc-js, what was given beside an error takes the place of its own. */
function trailersOf({ thrown, trailer }: Failure, { sent }: Verdict): Metadata | undefined {
  return (sent === thrown && trailer) || sent.metadata;
}

function pack(verdict: Verdict, policy: Policy, trailers: Metadata | undefined): Sealed {
  const { sent } = verdict;
  const fitted = fitInto(sent, policy.maxHeaderBytes, trailers);
  const status = packStatus({ code: sent.code, message: fitted.message, details: fitted.details }, fitted.trailers);
  return { sent, masked: verdict.masked, requestId: verdict.requestId, status, shed: fitted.shed };
}
