import type { Metadata } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { Code, codeName, isCode } from "../code.js";
import { typeNameOf } from "../detail.js";
import { RichError } from "../rich-error.js";
import { StandardDetails } from "../standard-details.js";
import { DebugInfo } from "../standard-types.js";
import { fromStatus, toStatus } from "../status.js";

/** What the client is told of an error that was not meant for it. */
const MASK = "internal error";

/**
 * A failure of a handler on its way through grpc-js, which hands interceptors a
 * code, a text and metadata, but not the error.
 */
export interface Failure {
  readonly thrown: unknown;
  /** The metadata that came with the call, where it is known. Only the request id is read from it. */
  readonly incoming: Pick<Metadata, "get"> | undefined;
  /** The trailers that the handler gave beside the error, as a callback takes them. */
  readonly trailer: Metadata | undefined;
}

/** What a client learns of a failure. */
export interface Verdict {
  /** What the client gets. */
  readonly sent: RichError;
  /** The failure was not meant for the client, which learns no more than that there was one. */
  readonly masked: boolean;
  /** The id under which the client knows a masked failure. */
  readonly requestId: string | undefined;
  /** The failure is one that the method's contract does not name. */
  readonly outsideContract: boolean;
}

/**
 * Decides what the client learns of a failure:
 *
 * - A RichError made in this process goes to the client as it is.
 * - A RichError or a grpc-js error that came from another server goes on with
 *   its code and details if the catalogs know it, and without its metadata and DebugInfo.
 * - A status in the manner of grpc-js (a code from 1 to 16 with `details`)
 *   that is not another server's goes on with code and text, but without
 *   metadata: it may be a copy of another server's.
 * - Anything else is masked.
 *
 * Never throws, whatever was thrown.
 */
export function judge(failure: Failure, catalogs: readonly Catalog[]): Verdict {
  try {
    const sent = meantForClient(failure, catalogs);
    if (sent) return { sent, masked: false, requestId: undefined, outsideContract: false };
  } catch {
    // A getter of what was thrown threw in its turn.
  }
  return mask(failure);
}

/** What the client learns of a failure that is not meant for it: `INTERNAL` with a fixed message and a request id. */
export function mask({ thrown, incoming }: Failure): Verdict {
  const requestId = requestIdOf(incoming);
  const errorDetails = new StandardDetails().setRequestInfo(requestId);
  const sent = new RichError(Code.INTERNAL, MASK, { cause: thrown, errorDetails });
  return { sent, masked: true, requestId, outsideContract: false };
}

function meantForClient({ thrown, trailer }: Failure, catalogs: readonly Catalog[]): RichError | undefined {
  if (thrown instanceof RichError) {
    if (saysNoMoreThanItsCause(thrown)) return undefined;
    return thrown.received ? passOn(thrown, catalogs) : thrown;
  }
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const { code, details, message, metadata } = thrown as GrpcStatus;
  if (!isCode(code)) return undefined;
  // Databases have numeric codes too: of errors, only grpc-js's have details beside.
  const text = typeof details !== "string" && !(thrown instanceof Error) ? message : details;
  if (typeof text !== "string") return undefined;
  const received = RichError.from({ code, details: text, metadata: trailer ?? metadata }, { catalogs });
  if (thrown instanceof Error && isUpstream(thrown, `${code} ${codeName(code)}: ${text}`)) {
    return passOn(received, catalogs);
  }
  // A copy of an upstream error looks the same, so that its metadata may be another server's.
  return passOn(received, catalogs) ?? new RichError(code, text, trailer && { metadata: trailer });
}

/** What `RichError.from` makes of an error that is none of ours is as little meant for the client as that. */
function saysNoMoreThanItsCause({ code, reason, message, cause }: RichError): boolean {
  if (code !== Code.UNKNOWN || reason !== undefined || cause === undefined) return false;
  return message === (cause instanceof Error ? cause.message : String(cause)).toWellFormed();
}

/** Tells an error that a client of grpc-js made, even if somebody wrote another message over its own. */
function isUpstream({ message, stack }: Error, madeByClient: string): boolean {
  return message === madeByClient || (typeof stack === "string" && stack.includes("\nfor call at\n"));
}

interface GrpcStatus {
  readonly code?: unknown;
  readonly details?: unknown;
  readonly message?: unknown;
  readonly metadata?: unknown;
}

/** Another server's error, if this server's catalogs declare it: a client of this server can know it. */
function passOn(error: RichError, catalogs: readonly Catalog[]): RichError | undefined {
  const { domain, reason } = error;
  if (domain === undefined || reason === undefined) return undefined;
  if (!catalogs.some((catalog) => catalog.byReason(domain, reason))) return undefined;
  const { details, ...status } = toStatus(error);
  // What one server tells of its inside to another is not for the other's clients.
  const passed = details.filter(({ typeUrl }) => typeNameOf(typeUrl) !== DebugInfo.typeName);
  return fromStatus({ ...status, details: passed }, { catalogs });
}

const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

function requestIdOf(incoming: Failure["incoming"]): string {
  const [given] = incoming?.get("x-request-id") ?? [];
  return typeof given === "string" && REQUEST_ID.test(given) ? given : crypto.randomUUID();
}
