import type { Metadata } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { Code, codeName } from "../code.js";
import { StandardDetails } from "../detail/collected-details.js";
import type { DetailCodec } from "../detail/detail.js";
import { thrownText } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import { isFromPeer } from "../status/metadata.js";
import type { CallEnd } from "./call-end.js";
import { type CallInfo, requestIdOf } from "./call-info.js";
import { clientLibraryOf, clientLibraryProblem, readThrownStatus } from "./client-library.js";
import type { ErrorMap, MappingResult } from "./error-map.js";
import { forward, removedDetailsProblem, undeclaredErrorProblem } from "./forward.js";

/** A detail type: its full name or its codec. */
export type DetailTypeName = string | Pick<DetailCodec<never>, "typeName">;

/** Options that decide which errors are masked, and which details of another server's error are forwarded. */
export interface MaskingOptions {
  /**
   * Masks every plain status: a `code` with `details` from a handler, another
   * interceptor or a ready-made service. Use it on servers that send declared errors
   * only. By default, a plain status passes with its code and text.
   *
   * - RichErrors made in this process pass, declared or not. To mask those that a
   *   method does not declare, use `contracts` with `strictContracts`.
   * - A plain status that carries a declared error passes as that error if `catalogs` has it.
   * - grpc-js's own `UNIMPLEMENTED` passes.
   */
  readonly maskPlainStatuses?: boolean;
  /**
   * Further details to forward with another server's error. By default, only
   * ErrorInfo, the declared detail, RetryInfo, BadRequest, PreconditionFailure,
   * QuotaFailure, ResourceInfo, Help and LocalizedMessage are forwarded.
   *
   * ```ts
   * forwardDetails: [RequestInfo, "acme.v1.Trace"]
   * ```
   *
   * DebugInfo is also removed from inside other details, unless it is listed here.
   */
  readonly forwardDetails?: readonly DetailTypeName[];
}

/** {@link MaskingOptions} with their defaults. */
export interface Masking {
  readonly maskPlainStatuses: boolean;
  /** The full names of the types in `forwardDetails`. */
  readonly forwardDetails: ReadonlySet<string>;
}

/** Returns the options with their defaults. */
export function maskingOf({ maskPlainStatuses = false, forwardDetails = [] }: MaskingOptions): Masking {
  return {
    maskPlainStatuses,
    forwardDetails: new Set(forwardDetails.map((type) => (typeof type === "string" ? type : type.typeName))),
  };
}

const DEFAULT_MASKING: Masking = maskingOf({});

/**
 * A failure of a handler.
 *
 * grpc-js hands interceptors a code, a text and metadata, but not the error that was thrown.
 */
export interface Failure {
  readonly thrown: unknown;
  /** The metadata of the request, if it is known. Only the request id is read from it. */
  readonly callMetadata: Pick<Metadata, "get"> | undefined;
  /** The trailers that the handler passed to its callback next to the error. */
  readonly trailer: Metadata | undefined;
  /** The metadata of a status that came through interceptors, without the error it was made from. */
  readonly statusMetadata?: Metadata | null | undefined;
  /** The call, if there is one. */
  readonly call?: CallInfo;
  /** The end of the call, if it came before the handler failed. */
  readonly end?: CallEnd | undefined;
}

/** The decision about what a client learns of a failure. */
export interface Decision {
  /** The error that the client gets. */
  readonly sent: RichError;
  /** Whether the failure is hidden from the client, which gets `INTERNAL` and a request id. */
  readonly masked: boolean;
  /** The request id in a masked error. */
  readonly requestId: string | undefined;
  /** Whether the method's contract does not name the error. */
  readonly outsideContract: boolean;
  /** The reason for masking, the removed details, and the failures of the error map's own functions. */
  readonly problems: readonly Error[];
}

/**
 * Decides what the client learns of a failure. Never throws.
 *
 * 1. A RichError made in this process passes unchanged.
 * 2. If an entry of the error map matches, its RichError takes the place of the error.
 * 3. An error of another server, from any client library, is forwarded by {@link forward}
 *    if a catalog declares it. Otherwise, it is masked.
 * 4. A plain status (a code from 1 to 16 with `details`) of this server passes with
 *    code and text, but without metadata.
 * 5. Everything else is masked.
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
    const wrapped = thrown instanceof RichError && addsNothingToCause(thrown);
    if (thrown instanceof RichError && !thrown.received && !wrapped) return passOrMask(thrown, failure, problems);
    const context: Context = { catalogs, masking, problems };
    const mapped = map && mapError(map, wrapped ? thrown.cause : thrown);
    if (mapped) problems.push(...mapped.problems);
    let sent: RichError | undefined;
    if (mapped?.found) sent = mapped.error && checkMapped(mapped.error, context);
    else if (wrapped) noteLibrary(thrown.cause, problems);
    else sent = visibleError(failure, context);
    return passOrMask(sent, failure, problems);
  } catch {
    // A getter of the thrown value threw.
    return maskedDecision(failure, problems);
  }
}

interface Context {
  readonly catalogs: readonly Catalog[];
  readonly masking: Masking;
  readonly problems: Error[];
}

function passOrMask(sent: RichError | undefined, failure: Failure, problems: readonly Error[]): Decision {
  return sent ? passedDecision(RichError.sendable(sent), problems) : maskedDecision(failure, problems);
}

/** Returns the decision to send an error as it is. */
export function passedDecision(sent: RichError, problems: readonly Error[] = []): Decision {
  return { sent, masked: false, requestId: undefined, outsideContract: false, problems };
}

/** The message of every masked error. */
const MASKED_MESSAGE = "internal error";

/** Returns the decision to mask a failure: `INTERNAL` with a fixed message and a request id. */
export function maskedDecision({ thrown, callMetadata, call }: Failure, problems: readonly Error[]): Decision {
  const requestId = call?.requestId ?? requestIdOf(callMetadata);
  const errorDetails = new StandardDetails().setRequestInfo(requestId);
  const sent = new RichError(Code.INTERNAL, MASKED_MESSAGE, { cause: thrown, errorDetails });
  return { sent, masked: true, requestId, outsideContract: false, problems };
}

/** Maps an error. `RichError.from` wraps errors that no server sent, so their cause is looked up too. */
function mapError(map: ErrorMap, thrown: unknown): MappingResult {
  const mapped = map.map(thrown);
  if (mapped.found || !(thrown instanceof RichError) || thrown.cause === undefined) return mapped;
  const { problems, ...ofCause } = map.map(thrown.cause);
  return { ...ofCause, problems: [...mapped.problems, ...problems] };
}

/** Returns the error that the client may see, or `undefined` if the failure must be masked. */
function visibleError(failure: Failure, context: Context): RichError | undefined {
  const { thrown, trailer } = failure;
  if (thrown instanceof RichError) return forwardOrNote(thrown, context);
  const status = readThrownStatus(failure, context.catalogs);
  if (!status) {
    noteLibrary(thrown, context.problems);
    return undefined;
  }
  const { code, text, received, library } = status;
  const known = forwardDeclared(received, context);
  if (known) return known;
  if (library) return note(clientLibraryProblem(library), context.problems);
  if (context.masking.maskPlainStatuses && !isUnimplementedByServer(code, text)) {
    return note(plainStatusProblem(code), context.problems);
  }
  // Trailers from a peer belong to another server.
  return new RichError(code, text, trailer && !isFromPeer(trailer) ? { metadata: trailer } : {});
}

/** An entry of the error map may return another server's error, which must not pass unchecked. */
function checkMapped(error: RichError, context: Context): RichError | undefined {
  if (error.received) return forwardOrNote(error, context);
  if (!addsNothingToCause(error) || !noteLibrary(error.cause, context.problems)) return error;
  return undefined;
}

/** Checks whether an error is only a wrapper by `RichError.from`. Its text is as private as that of its cause. */
function addsNothingToCause(error: RichError): boolean {
  const { code, message } = RichError.sendable(error);
  if (code !== Code.UNKNOWN || error.reason !== undefined || error.cause === undefined) return false;
  return message === thrownText(error.cause).toWellFormed();
}

/** Checks whether grpc-js's server made a status: the method does not exist, or the client called it with another shape. */
function isUnimplementedByServer(code: Code, text: string): boolean {
  return code === Code.UNIMPLEMENTED && NOT_IMPLEMENTED.test(text);
}

const NOT_IMPLEMENTED =
  /^(The server does not implement the method|Received (a second|no) request message for server streaming method) \S+$/;

function plainStatusProblem(code: Code): Error {
  return new Error(
    `masked a plain status ${codeName(code)}, because "maskPlainStatuses" is set; throw a declared error instead`,
  );
}

function forwardDeclared(error: RichError, { catalogs, masking, problems }: Context): RichError | undefined {
  const forwarded = forward(error, catalogs, masking.forwardDetails);
  if (forwarded && forwarded.removed.size > 0) problems.push(removedDetailsProblem(forwarded.removed));
  return forwarded?.error;
}

function forwardOrNote(error: RichError, context: Context): RichError | undefined {
  return forwardDeclared(error, context) ?? note(undeclaredErrorProblem(error), context.problems);
}

function note(problem: Error, problems: Error[]): undefined {
  problems.push(problem);
  return undefined;
}

/** Notes the client library that made an error. Returns whether one did. */
function noteLibrary(thrown: unknown, problems: Error[]): boolean {
  const library = clientLibraryOf(thrown);
  if (library) problems.push(clientLibraryProblem(library));
  return library !== undefined;
}
