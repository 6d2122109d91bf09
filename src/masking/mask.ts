import type { Metadata } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { Code, codeName, isCode } from "../code.js";
import { StandardDetails } from "../detail/collected-details.js";
import type { DetailCodec } from "../detail/detail.js";
import { isError, thrownText } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import { isFromPeer } from "../status/metadata.js";
import { TRAILER } from "../status/trailer.js";
import type { CallEnd } from "./call-end.js";
import { type CallInfo, requestIdOf } from "./call-info.js";
import { clientLibraryOf, clientLibraryProblem, readThrownStatus } from "./client-library.js";
import type { ErrorMap, MappingResult } from "./error-map.js";
import { forward, removedDetailsProblem, undeclaredErrorProblem } from "./forward.js";
import { droppedProblem, errorOfStatus, MASKED, passStatus } from "./own-status.js";

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
  /** Whether plain statuses pass with their metadata. `undefined` where errors have no metadata, as over HTTP. */
  readonly passStatusMetadata: boolean | undefined;
  /** The full names of the types in `forwardDetails`. */
  readonly forwardDetails: ReadonlySet<string>;
}

/** Returns the options with their defaults. */
export function maskingOf(
  { maskPlainStatuses = false, forwardDetails = [] }: MaskingOptions,
  passStatusMetadata?: boolean,
): Masking {
  return {
    maskPlainStatuses,
    passStatusMetadata,
    forwardDetails: new Set(forwardDetails.map((type) => (typeof type === "string" ? type : type.typeName))),
  };
}

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
  /** The trailers to send in place of the error's own: those of a status that an interceptor or a handler copied. */
  readonly trailers?: Metadata | undefined;
  /** The trailer `grpc-status-details-bin` as a handler packed it. It is sent as it is if the error fits. */
  readonly packed?: Buffer | undefined;
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
 * 1. A RichError made in this process passes unchanged. So does a status that still carries its metadata.
 * 2. If an entry of the error map matches, its RichError takes the place of the error.
 * 3. An error of another server, from any client library, is forwarded by {@link forward}
 *    if a catalog declares it. Otherwise, it is masked.
 * 4. A plain status (a code from 1 to 16 with `details`) of this server passes with
 *    code and text, and with its metadata if `passStatusMetadata` is set.
 * 5. Everything else is masked.
 */
export function maskFailure(
  failure: Failure,
  catalogs: readonly Catalog[],
  map?: ErrorMap,
  masking: Masking = maskingOf({}),
): Decision {
  const problems: Error[] = [];
  try {
    const { thrown } = failure;
    const ofStatus = errorOfStatus(thrown);
    if (ofStatus && !(isError(thrown) && clientLibraryOf(thrown, true))) {
      const { trailer = (thrown as { metadata?: Metadata }).metadata } = failure;
      const decision = maskFailure({ ...failure, thrown: ofStatus }, catalogs, map, masking);
      return decision.masked ? decision : { ...decision, trailers: trailer };
    }
    const wrapped = thrown instanceof RichError && addsNothingToCause(thrown);
    if (thrown instanceof RichError && !thrown.received && !wrapped)
      return passOrMask({ sent: thrown }, failure, problems);
    const context: Context = { catalogs, masking, problems };
    const mapped = map && mapError(map, wrapped ? thrown.cause : thrown);
    if (mapped) problems.push(...mapped.problems);
    let visible: Visible | undefined;
    if (mapped?.found) visible = visibleOf(mapped.error && checkMapped(mapped.error, context));
    else if (wrapped) noteLibrary(thrown.cause, problems);
    else visible = visibleError(failure, context);
    if (!visible) noteDropped(failure.trailer, MASKED, context);
    return passOrMask(visible, failure, problems);
  } catch {
    // A getter of the thrown value threw.
    return maskedDecision(failure, problems);
  }
}

/** The error that a client may see, and its trailer if a handler packed it. */
interface Visible {
  readonly sent: RichError;
  readonly packed?: Buffer | undefined;
}

function visibleOf(sent: RichError | undefined): Visible | undefined {
  return sent && { sent };
}

interface Context {
  readonly catalogs: readonly Catalog[];
  readonly masking: Masking;
  readonly problems: Error[];
}

function passOrMask(visible: Visible | undefined, failure: Failure, problems: Error[]): Decision {
  if (!visible) return maskedDecision(failure, problems);
  return passedDecision(RichError.sendable(visible.sent), problems, visible.packed);
}

/** Returns the decision to send an error as it is, with its trailer if a handler packed it. */
export function passedDecision(sent: RichError, problems: readonly Error[] = [], packed?: Buffer): Decision {
  return { sent, packed, masked: false, requestId: undefined, outsideContract: false, problems };
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
function visibleError(failure: Failure, context: Context): Visible | undefined {
  const { thrown, trailer } = failure;
  const { masking, problems } = context;
  if (thrown instanceof RichError) return visibleOf(forwardOrNote(thrown, context));
  const { passStatusMetadata = false } = masking;
  const status = readThrownStatus(failure, context.catalogs, passStatusMetadata);
  if (!status) {
    noteMasked(thrown, problems);
    return undefined;
  }
  const { code, text, metadata, received, library } = status;
  const passes = !library && !isFromPeer(metadata) && (passStatusMetadata || trailer !== undefined);
  if (passes && !masking.maskPlainStatuses) return passStatus(status, problems);
  const known = forwardDeclared(received, context);
  if (known) {
    if (!library) noteDropped(metadata, "a declared error", context, [TRAILER]);
    return { sent: known };
  }
  if (library) return note(clientLibraryProblem(library), problems);
  if (masking.maskPlainStatuses && !isUnimplementedByServer(code, text))
    return note(plainStatusProblem(code), problems);
  noteDropped(metadata, "a plain status", context);
  return { sent: new RichError(code, text) };
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

/** Notes why a value that is no status is masked, if the value is likely to have been meant as one. */
function noteMasked(thrown: unknown, problems: Error[]): void {
  if (noteLibrary(thrown, problems) || !isError(thrown)) return;
  const { code } = thrown as { code?: unknown };
  if (isCode(code)) problems.push(numericCodeProblem(code));
}

function numericCodeProblem(code: Code): Error {
  const name = codeName(code);
  return new Error(
    `masked an Error with the code ${code}, because errors of other libraries have numeric codes too; ` +
      `to send ${name}, throw new RichError(Code.${name}, message), or add an entry to "map"`,
  );
}

/** Notes the metadata of a handler that the client does not get. Where errors have no metadata, there is nothing to note. */
function noteDropped(metadata: unknown, of: string, context: Context, sent?: readonly string[]): void {
  const problem = context.masking.passStatusMetadata === undefined ? undefined : droppedProblem(metadata, of, sent);
  if (problem) context.problems.push(problem);
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
