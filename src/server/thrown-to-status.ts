import { status as grpcStatus, Metadata, type MetadataValue } from "@grpc/grpc-js";
import { fitInto } from "../budget/fit.js";
import { fits, sizeOfField } from "../budget/header-size.js";
import { isErrorOf } from "../contract.js";
import type { ErrorDetail } from "../detail/detail.js";
import { detailsWithoutRedacted, withoutRedacted } from "../error/error-redaction.js";
import { endError, isCausedByEnd } from "../masking/call-end.js";
import type { CallInfo } from "../masking/call-info.js";
import { type Decision, type Failure, maskedDecision, maskFailure, passedDecision } from "../masking/mask.js";
import { FAILURE } from "../platform/symbols.js";
import { isObject, thrownText } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import { type PackedError, packStatus } from "../status/call-status.js";
import { sendable } from "../status/sendable-metadata.js";
import { TRAILER } from "../status/trailer.js";
import { PUSHBACK, pushbackOf } from "./extras/extras.js";
import type { ContractCheck, ResolvedOptions } from "./options.js";

/**
 * Turns whatever a handler failed with into the status of its call. Never throws.
 *
 * 1. Decide what the client learns: the error itself, another server's error, or a mask.
 * 2. Check the error against the contract of the method.
 * 3. Add the extras that the options ask for.
 * 4. Fit everything into the size budget, and pack the trailer.
 *
 * @param trailersFor returns the trailers beside the error's own details; by default, {@link ownTrailers}
 */
export function packFailure(
  failure: Failure,
  options: ResolvedOptions,
  trailersFor: (failure: Failure, decision: Decision) => Metadata | undefined = ownTrailers,
): FailureStatus {
  const decision = decideFailure(failure, options);
  try {
    const content = contentOf(failure, decision, options);
    return packDecided({ failure, decision, options, content }, trailersFor(failure, decision));
  } catch {
    return packWithoutTrailers(failure, decision, options);
  }
}

/** Decides what the client learns of a failure. Never throws. */
export function decideFailure(failure: Failure, { catalogs, map, masking, contract }: ResolvedOptions): Decision {
  const { thrown, end } = failure;
  // The call is over, and the client must not see errors of other calls that ended with it.
  if (end && isCausedByEnd(thrown)) return passedDecision(endError(end, thrown));
  return checkAgainstContract(contract, maskFailure(failure, catalogs, map, masking), failure);
}

/** Marks or masks an error that the contract of its method does not name. */
export function checkAgainstContract(check: ContractCheck | undefined, decision: Decision, failure: Failure): Decision {
  if (!check || decision.masked || isErrorOf(check.contract, decision.sent)) return decision;
  return { ...(check.strict ? maskedDecision(failure, decision.problems) : decision), outsideContract: true };
}

/** The parts of an error that are packed, besides its code and message. */
interface Content {
  /** The error's own details and the extras, or `undefined` for the error's own alone. */
  readonly details: readonly ErrorDetail[] | undefined;
  /** Whether the caller gets the redacted fields of the details. */
  readonly sendsRedacted: boolean;
  /** The value of the trailer `grpc-retry-pushback-ms`. */
  readonly pushback: string | undefined;
  /** The failures of the functions in the options, and the trailers that cannot be sent. */
  readonly problems: readonly Error[];
}

/** A failure after all decisions about it. */
interface DecidedFailure {
  readonly failure: Failure;
  readonly decision: Decision;
  /** The options by which it was decided. */
  readonly options: ResolvedOptions;
  readonly content: Content;
}

/** A failure as it was packed for the client. */
export interface PackedFailure extends DecidedFailure {
  /** The message that the client reads: the error's, cut to what fits. */
  readonly message: string;
  /** The details that fit, encoded as in a `google.rpc.Status`. */
  readonly details: Uint8Array;
  /** The names of the parts that did not fit. */
  readonly shed: readonly string[];
}

/** The status of a failed call. */
export interface FailureStatus extends PackedError {
  readonly metadata: FailureMetadata;
}

/**
 * The metadata of a failed call, which carries the failure.
 *
 * grpc-js hands interceptors a code, a text and metadata, but not the error. The
 * metadata is the same object from the handler to the last interceptor. A
 * `WeakMap` with metadata as keys would do the same, but its garbage collection
 * costs a tenth of a failing call.
 */
export class FailureMetadata extends Metadata {
  static {
    Object.defineProperty(this.prototype, FAILURE, { value: true });
  }

  /** Recognizes instances of another copy of this package, which may have wrapped the handlers. */
  static override [Symbol.hasInstance](value: unknown): value is FailureMetadata {
    try {
      return isObject(value) && FAILURE in value;
    } catch {
      // The value is a Proxy that throws.
      return false;
    }
  }

  /** Whether the failure is reported to `onError`, or is about to be. */
  reported = false;
  /** The trailer with the details, as it was set here. */
  trailer: MetadataValue | undefined;

  constructor(readonly packed: PackedFailure) {
    super();
  }
}

function contentOf({ thrown, call }: Failure, { sent, problems }: Decision, options: ResolvedOptions): Content {
  const { extras, retryPushback } = options;
  const pushback = retryPushback ? pushbackOf(sent) : undefined;
  const redacted = decideRedacted(sent, call, options);
  const { sendsRedacted } = redacted;
  const all = redacted.problem ? [...problems, redacted.problem] : problems;
  if (!extras || !call) return { details: undefined, sendsRedacted, pushback, problems: all };
  const added = extras.addTo(sent, thrown, call);
  const details = added.details.length === sent.errorDetails.length ? undefined : added.details;
  return { details, sendsRedacted, pushback, problems: [...all, ...added.problems] };
}

/** Decides whether a caller gets the redacted fields of an error, if it has any. */
function decideRedacted(
  sent: RichError,
  call: CallInfo | undefined,
  { sendRedacted }: ResolvedOptions,
): { readonly sendsRedacted: boolean; readonly problem?: Error } {
  if (!sendRedacted || !call) return { sendsRedacted: false };
  const whole = RichError.packableOf(sent, { sendRedacted: true });
  if (withoutRedacted(whole) === whole) return { sendsRedacted: false };
  try {
    return { sendsRedacted: sendRedacted(call) === true };
  } catch (error) {
    const problem = new Error(`"sendRedacted" failed: ${thrownText(error)}; the fields are left out`, { cause: error });
    return { sendsRedacted: false, problem };
  }
}

/** Returns the trailers of an error. As in grpc-js, trailers given beside the error replace its own. */
export function ownTrailers({ thrown, trailer }: Failure, { sent, trailers }: Decision): Metadata | undefined {
  return trailers ?? ((sent === thrown && trailer) || RichError.trailersOf(sent));
}

/** Packs a failure with the given trailers, as far as they can be sent and fit. */
export function packDecided(decided: DecidedFailure, trailers: Metadata | undefined): FailureStatus {
  const { failure, decision, options, content } = decided;
  const { pushback } = content;
  // The pushback is never shed: it is small, and a client that retries without it may do harm.
  const most = options.maxHeaderBytes - (pushback === undefined ? 0 : sizeOfField(PUSHBACK, pushback.length));
  const given = trailers && sendable(trailers);
  const { sent } = decision;
  // Code may have changed the message since the error was made.
  const text = sent.message.toWellFormed();
  const { sendsRedacted } = content;
  const packable = RichError.packableOf(sent, { sendRedacted: sendsRedacted });
  const details = content.details && (sendsRedacted ? content.details : detailsWithoutRedacted(content.details));
  const fitted = fitInto(text, packable, most, given?.metadata, details);
  const { message, details: packed, shed } = fitted;
  const reported = withProblems(content, [...issuesOf(sent), ...(given?.problems ?? [])]);
  const metadata = new FailureMetadata({
    failure,
    decision,
    options,
    content: reported,
    message,
    details: packed,
    shed,
  });
  if (fitted.trailers) metadata.merge(fitted.trailers);
  if (pushback !== undefined) metadata.set(PUSHBACK, pushback);
  const status = packStatus(sent.code, message, packed, metadata);
  const { packed: own } = decision;
  if (own && !details && shed.length === 0 && packable === RichError.packableOf(sent, { sendRedacted: true })) {
    const block = { message, detailsLength: own.length, trailers: given?.metadata };
    if (fits(block, most)) metadata.set(TRAILER, own);
  }
  [metadata.trailer] = metadata.get(TRAILER);
  return status;
}

function withProblems(content: Content, problems: readonly string[]): Content {
  if (problems.length === 0) return content;
  return { ...content, problems: [...content.problems, ...problems.map((problem) => new Error(problem))] };
}

/** Returns the problems of an error that was made in this process: values that cannot be sent, and unknown options. */
function issuesOf(sent: RichError): readonly string[] {
  return sent.received ? [] : sent.issues.map(({ message }) => message);
}

/** Packs a failure whose metadata is not a `Metadata`. Masks a value that only pretends to be a RichError. */
function packWithoutTrailers(failure: Failure, decision: Decision, options: ResolvedOptions): FailureStatus {
  try {
    return packDecided({ failure, decision, options, content: contentOf(failure, decision, options) }, undefined);
  } catch {
    const masked = maskedDecision(failure, decision.problems);
    const content = contentOf(failure, masked, options);
    return packDecided({ failure, decision: masked, options, content }, undefined);
  }
}

/**
 * Returns a thrown value that stands for a status that this package did not make:
 * a status of grpc-js itself, of another interceptor, or of a handler without
 * `richHandlers`. grpc-js gives errors without a code the code `UNKNOWN`.
 */
export function thrownAs(code: number, details: string): unknown {
  if (code === grpcStatus.OK) return new Error("the call ended with OK, but without a response");
  return code === grpcStatus.UNKNOWN ? new Error(details) : { code, details };
}
