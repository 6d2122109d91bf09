import type { Metadata } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { Code } from "../code.js";
import { typeNameOf } from "../detail.js";
import { RichError } from "../rich-error.js";
import { StandardDetails } from "../standard-details.js";
import { DebugInfo } from "../standard-types.js";
import { fromStatus, toStatus } from "../status.js";
import { thrownText } from "../thrown-text.js";
import type { CallEnd } from "./call-end.js";
import type { CallInfo } from "./call-info.js";
import type { ErrorMap, Mapped } from "./error-map.js";
import { requestIdOf } from "./request-id.js";
import { readThrownStatus } from "./thrown-status.js";

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
  /** What else is known of the call. */
  readonly call?: CallInfo;
  /** How the call ended, if it did before the handler failed. */
  readonly end?: CallEnd | undefined;
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
  /** What the functions of the error map threw. */
  readonly problems: readonly Error[];
}

/**
 * Decides what the client learns of a failure:
 *
 * - A RichError made in this process goes to the client as it is.
 * - Anything else becomes what the error map makes of it, if an entry is about it.
 * - A RichError or a grpc-js error that came from another server goes on with
 *   its code and details if the catalogs know it, and without its metadata and DebugInfo.
 * - A status in the manner of grpc-js (a code from 1 to 16 with `details`)
 *   that is not another server's goes on with code and text, but without
 *   metadata: it may be a copy of another server's.
 * - Anything else is masked.
 *
 * Never throws, whatever was thrown.
 */
export function judge(failure: Failure, catalogs: readonly Catalog[], map?: ErrorMap): Verdict {
  let problems: readonly Error[] = [];
  try {
    const { thrown } = failure;
    const wrapped = thrown instanceof RichError && saysNoMoreThanItsCause(thrown);
    if (thrown instanceof RichError && !thrown.received && !wrapped) return passOrMask(thrown, failure, problems);
    const mapped = map && lookUp(map, wrapped ? thrown.cause : thrown);
    problems = mapped?.problems ?? [];
    let sent: RichError | undefined;
    if (mapped?.found) sent = mapped.error?.received ? passOn(mapped.error, catalogs) : mapped.error;
    else if (!wrapped) sent = meantForClient(failure, catalogs);
    return passOrMask(sent, failure, problems);
  } catch {
    // A getter of what was thrown threw in its turn.
    return mask(failure, problems);
  }
}

function passOrMask(sent: RichError | undefined, failure: Failure, problems: readonly Error[]): Verdict {
  return sent ? passed(RichError.sendable(sent), problems) : mask(failure, problems);
}

/** What the client learns of an error that is meant for it. */
export function passed(sent: RichError, problems: readonly Error[] = []): Verdict {
  return { sent, masked: false, requestId: undefined, outsideContract: false, problems };
}

/** What `RichError.from` made of an error that no server answered is that error, too. */
function lookUp(map: ErrorMap, thrown: unknown): Mapped {
  const mapped = map.map(thrown);
  if (mapped.found || !(thrown instanceof RichError) || thrown.cause === undefined) return mapped;
  const { problems, ...ofCause } = map.map(thrown.cause);
  return { ...ofCause, problems: [...mapped.problems, ...problems] };
}

/** What the client learns of a failure that is not meant for it: `INTERNAL` with a fixed message and a request id. */
export function mask({ thrown, incoming, call }: Failure, problems: readonly Error[]): Verdict {
  const requestId = call?.requestId ?? requestIdOf(incoming);
  const errorDetails = new StandardDetails().setRequestInfo(requestId);
  const sent = new RichError(Code.INTERNAL, MASK, { cause: thrown, errorDetails });
  return { sent, masked: true, requestId, outsideContract: false, problems };
}

function meantForClient({ thrown, trailer }: Failure, catalogs: readonly Catalog[]): RichError | undefined {
  if (thrown instanceof RichError) return passOn(thrown, catalogs);
  const status = readThrownStatus(thrown, trailer, catalogs);
  if (!status) return undefined;
  const { code, text, received, upstream } = status;
  const known = passOn(received, catalogs);
  if (known || upstream) return known;
  // A copy of an upstream error looks the same, so that its metadata may be another server's.
  return new RichError(code, text, trailer && { metadata: trailer });
}

/** What `RichError.from` makes of an error that is none of ours is as little meant for the client as that. */
function saysNoMoreThanItsCause(error: RichError): boolean {
  const { code, message } = RichError.sendable(error);
  if (code !== Code.UNKNOWN || error.reason !== undefined || error.cause === undefined) return false;
  return message === thrownText(error.cause).toWellFormed();
}

/** Another server's error, if this server's catalogs declare it: a client of this server can know it. */
function passOn(error: RichError, catalogs: readonly Catalog[]): RichError | undefined {
  const { domain, reason } = error;
  if (domain === undefined || reason === undefined) return undefined;
  if (!catalogs.some((catalog) => catalog.byReason(domain, reason))) return undefined;
  const { details, ...status } = toStatus(error);
  // What one server tells of its inside to another is not for the other's clients.
  const shared = details.filter(({ typeUrl }) => typeNameOf(typeUrl) !== DebugInfo.typeName);
  return fromStatus({ ...status, details: shared }, { catalogs });
}
