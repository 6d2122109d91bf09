import type { Metadata } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { Code } from "../code.js";
import { StandardDetails } from "../detail/standard-details.js";
import { thrownText } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import { isFromPeer } from "../status/received-metadata.js";
import type { CallEnd, CallInfo } from "./call-info.js";
import { requestIdOf } from "./call-info.js";
import { clientLibraryOf, readThrownStatus } from "./client-library.js";
import type { ErrorMap, Mapped } from "./error-map.js";
import { forward } from "./forward.js";
import * as problem from "./options.js";
import { DEFAULT_MASKING, type Masking } from "./options.js";

/** What the client is told of an error that was not meant for it. */
const MASK = "internal error";

/**
 * A failure of a handler on its way through grpc-js, which hands interceptors a
 * code, a text and metadata, but not the error.
 */
export interface Failure {
  readonly thrown: unknown;
  /** The metadata that came with the call, where it is known. Only the request id is read from it. */
  readonly callMetadata: Pick<Metadata, "get"> | undefined;
  /** The trailers that the handler gave beside the error, as a callback takes them. */
  readonly trailer: Metadata | undefined;
  /** The metadata of a status that came through interceptors, without the error it was made of. */
  readonly statusMetadata?: Metadata | null | undefined;
  /** What else is known of the call. */
  readonly call?: CallInfo;
  /** How the call ended, if it did before the handler failed. */
  readonly end?: CallEnd | undefined;
}

/** What a client learns of a failure. */
export interface Decision {
  /** What the client gets. */
  readonly sent: RichError;
  /** The failure was not meant for the client, which learns no more than that there was one. */
  readonly masked: boolean;
  /** The id under which the client knows a masked failure. */
  readonly requestId: string | undefined;
  /** The failure is one that the method's contract does not name. */
  readonly outsideContract: boolean;
  /** Why the error was masked, what was left out of it, and what the functions of the error map threw. */
  readonly problems: readonly Error[];
}

/**
 * Decides what the client learns of a failure:
 *
 * - A RichError made in this process goes to the client as it is.
 * - Anything else becomes what the error map makes of it, if an entry is about it.
 * - An error that came from another server, by whichever client library, is forwarded
 *   if the catalogs know it, as {@link forward} has it. If not, it is masked.
 * - A status in the manner of grpc-js (a code from 1 to 16 with `details`)
 *   that is not another server's passes with code and text, but without metadata.
 * - Anything else is masked.
 *
 * Never throws, whatever was thrown.
 */
export function maskFailure(
  failure: Failure,
  catalogs: readonly Catalog[],
  map?: ErrorMap,
  masking: Masking = DEFAULT_MASKING,
): Decision {
  const problems: Error[] = [];
  try {
    const { thrown } = failure;
    const wrapped = thrown instanceof RichError && saysNoMoreThanItsCause(thrown);
    if (thrown instanceof RichError && !thrown.received && !wrapped) return passOrMask(thrown, failure, problems);
    const rules: Rules = { catalogs, masking, problems };
    const mapped = map && lookUp(map, wrapped ? thrown.cause : thrown);
    if (mapped) problems.push(...mapped.problems);
    let sent: RichError | undefined;
    if (mapped?.found) sent = mapped.error && meantByMap(mapped.error, rules);
    else if (wrapped) noteLibrary(thrown.cause, problems);
    else sent = meantForClient(failure, rules);
    return passOrMask(sent, failure, problems);
  } catch {
    // A getter of what was thrown threw in its turn.
    return maskedDecision(failure, problems);
  }
}

/** By what it is decided, and where it is noted why. */
interface Rules {
  readonly catalogs: readonly Catalog[];
  readonly masking: Masking;
  readonly problems: Error[];
}

function passOrMask(sent: RichError | undefined, failure: Failure, problems: readonly Error[]): Decision {
  return sent ? passedDecision(RichError.sendable(sent), problems) : maskedDecision(failure, problems);
}

/** What the client learns of an error that is meant for it. */
export function passedDecision(sent: RichError, problems: readonly Error[] = []): Decision {
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
export function maskedDecision({ thrown, callMetadata, call }: Failure, problems: readonly Error[]): Decision {
  const requestId = call?.requestId ?? requestIdOf(callMetadata);
  const errorDetails = new StandardDetails().setRequestInfo(requestId);
  const sent = new RichError(Code.INTERNAL, MASK, { cause: thrown, errorDetails });
  return { sent, masked: true, requestId, outsideContract: false, problems };
}

function meantForClient(failure: Failure, rules: Rules): RichError | undefined {
  const { thrown, trailer } = failure;
  if (thrown instanceof RichError) return forwardOrNote(thrown, rules);
  const status = readThrownStatus(failure, rules.catalogs);
  if (!status) {
    noteLibrary(thrown, rules.problems);
    return undefined;
  }
  const { code, text, received, library } = status;
  const known = forwarded(received, rules);
  if (known) return known;
  if (library) return note(problem.ofLibrary(library), rules.problems);
  if (rules.masking.maskPlainStatuses && !isOfServer(code, text)) {
    return note(problem.ofPlainStatus(code), rules.problems);
  }
  // Trailers that came from a peer are another server's.
  return new RichError(code, text, trailer && !isFromPeer(trailer) ? { metadata: trailer } : {});
}

/** What a map makes of a client library's error may say no more than that. */
function meantByMap(error: RichError, rules: Rules): RichError | undefined {
  if (error.received) return forwardOrNote(error, rules);
  if (!saysNoMoreThanItsCause(error) || !noteLibrary(error.cause, rules.problems)) return error;
  return undefined;
}

/** What `RichError.from` makes of an error that is none of ours is as little meant for the client as that. */
function saysNoMoreThanItsCause(error: RichError): boolean {
  const { code, message } = RichError.sendable(error);
  if (code !== Code.UNKNOWN || error.reason !== undefined || error.cause === undefined) return false;
  return message === thrownText(error.cause).toWellFormed();
}

/** What grpc-js's server itself answers where a method is not implemented, or is called in another shape. */
function isOfServer(code: Code, text: string): boolean {
  return code === Code.UNIMPLEMENTED && NOT_IMPLEMENTED.test(text);
}

const NOT_IMPLEMENTED =
  /^(The server does not implement the method|Received (a second|no) request message for server streaming method) \S+$/;

function forwarded(error: RichError, { catalogs, masking, problems }: Rules): RichError | undefined {
  const found = forward(error, catalogs, masking.forwardDetails);
  if (found && found.leftOut.size > 0) problems.push(problem.ofLeftOut(found.leftOut));
  return found?.error;
}

function forwardOrNote(error: RichError, rules: Rules): RichError | undefined {
  return forwarded(error, rules) ?? note(problem.ofUnknown(error), rules.problems);
}

function note(why: Error, problems: Error[]): undefined {
  problems.push(why);
  return undefined;
}

/** Notes which client library an error is of; tells whether it is of any. */
function noteLibrary(thrown: unknown, problems: Error[]): boolean {
  const library = clientLibraryOf(thrown);
  if (library) problems.push(problem.ofLibrary(library));
  return library !== undefined;
}
