import { randomUUID } from "node:crypto";
import type { Metadata } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { Code, codeName, isCode } from "../code.js";
import { RichError } from "../rich-error.js";
import { StandardDetails } from "../standard-details.js";
import { fromStatus, toStatus } from "../status.js";

/** What the client is told of an error that was not meant for it. */
const MASK = "internal error";

/**
 * A failure of a handler on its way through grpc-js, which hands interceptors a
 * code, a text and metadata, but not the error.
 */
export interface Failure {
  readonly thrown: unknown;
  /** The metadata that came with the call, where it is known. */
  readonly incoming: Metadata | undefined;
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
}

/**
 * Decides what the client learns of a failure:
 *
 * - A RichError made in this process goes to the client as it is.
 * - A RichError or a grpc-js error that came from another server goes on with
 *   its code and details if the catalogs know it, and without its metadata.
 * - A status in the manner of grpc-js (a code from 1 to 16 with `details`)
 *   that is not another server's goes on; it was meant for the client.
 * - Anything else is masked.
 *
 * Never throws, whatever was thrown.
 */
export function judge(failure: Failure, catalogs: readonly Catalog[]): Verdict {
  try {
    const sent = meantForClient(failure.thrown, catalogs, failure.trailer);
    if (sent) return { sent, masked: false, requestId: undefined };
  } catch {
    // A getter of what was thrown threw in its turn.
  }
  return mask(failure);
}

/** What the client learns of a failure that is not meant for it: `INTERNAL` with a fixed message and a request id. */
function mask({ thrown, incoming }: Failure): Verdict {
  const requestId = requestIdOf(incoming);
  const errorDetails = new StandardDetails().setRequestInfo(requestId);
  return { sent: new RichError(Code.INTERNAL, MASK, { cause: thrown, errorDetails }), masked: true, requestId };
}

function meantForClient(
  thrown: unknown,
  catalogs: readonly Catalog[],
  trailer: Metadata | undefined,
): RichError | undefined {
  if (thrown instanceof RichError) return thrown.received ? passOn(thrown, catalogs) : thrown;
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const { code, details, message, metadata } = thrown as GrpcStatus;
  if (!isCode(code)) return undefined;
  if (!(thrown instanceof Error)) {
    const text = typeof details === "string" ? details : message;
    if (typeof text !== "string") return undefined;
    return RichError.from({ code, details: text, metadata: trailer ?? metadata }, { catalogs });
  }
  // Databases have numeric codes too: only grpc-js's errors have details beside.
  if (typeof details !== "string") return undefined;
  if (isUpstream(thrown, `${code} ${codeName(code)}: ${details}`)) {
    return passOn(RichError.from(thrown, { catalogs }), catalogs);
  }
  return RichError.from(trailer ? { code, details, metadata: trailer } : thrown, { catalogs });
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
  return fromStatus(toStatus(error), { catalogs });
}

const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

function requestIdOf(incoming: Metadata | undefined): string {
  const [given] = incoming?.get("x-request-id") ?? [];
  return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
}
