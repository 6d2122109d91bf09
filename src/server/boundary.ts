import { randomUUID } from "node:crypto";
import type { Metadata } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { Code, codeName, isCode } from "../code.js";
import { RichError } from "../rich-error.js";
import { StandardDetails } from "../standard-details.js";
import { fromStatus, toStatus } from "../status.js";

/** What the client is told of an error that was not meant for it. */
const MASK = "internal error";

/** What becomes of a failure at the boundary of the server. */
export interface Verdict {
  /** What the client gets. */
  readonly sent: RichError;
  /** The failure was not meant for the client, which learns no more than that there was one. */
  readonly masked: boolean;
  /** The id under which the client knows a masked failure. */
  readonly requestId?: string;
}

/**
 * Decides what the client learns of a failure:
 *
 * - A RichError made in this process goes to the client as it is.
 * - A RichError or a grpc-js error that came from another server goes on with
 *   its code and details if the catalogs know it, and without its metadata.
 * - A status in the manner of grpc-js (a code from 1 to 16 with `details`)
 *   that is not another server's goes on; it was meant for the client.
 * - Anything else is masked: `INTERNAL` with a fixed message and a request id.
 *
 * Never throws, whatever was thrown.
 *
 * @param incoming the metadata of the call, whose `x-request-id` becomes the request id
 */
export function judge(thrown: unknown, catalogs: readonly Catalog[], incoming: Metadata | undefined): Verdict {
  try {
    const sent = meantForClient(thrown, catalogs);
    if (sent) return { sent, masked: false };
  } catch {
    // A getter of what was thrown threw in its turn.
  }
  const requestId = requestIdOf(incoming);
  const errorDetails = new StandardDetails().setRequestInfo(requestId);
  const sent = new RichError(Code.INTERNAL, MASK, { cause: thrown, errorDetails });
  return { sent, masked: true, requestId };
}

function meantForClient(thrown: unknown, catalogs: readonly Catalog[]): RichError | undefined {
  if (thrown instanceof RichError) return thrown.received ? passOn(thrown, catalogs) : thrown;
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const { code, details, message, metadata } = thrown as GrpcStatus;
  if (!isCode(code)) return undefined;
  if (!(thrown instanceof Error)) {
    const text = typeof details === "string" ? details : message;
    return typeof text === "string" ? RichError.from({ code, details: text, metadata }, { catalogs }) : undefined;
  }
  // Databases have numeric codes too: only grpc-js's errors have details beside.
  if (typeof details !== "string") return undefined;
  const error = RichError.from(thrown, { catalogs });
  const isUpstream = thrown.message === `${code} ${codeName(code)}: ${details}`;
  return isUpstream ? passOn(error, catalogs) : error;
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
