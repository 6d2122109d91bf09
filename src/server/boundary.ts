import type { Metadata } from "@grpc/grpc-js";
import { LEAST_BUDGET } from "../budget/fit.js";
import type { Code } from "../code.js";
import { type CallEnd, endError } from "../masking/call-end.js";
import type { CallInfo } from "../masking/call-info.js";
import type { Decision, Failure } from "../masking/mask.js";
import { attempt, isObject } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import { isEmpty, sendableMetadataOf } from "../status/sendable-metadata.js";
import { reportFailure } from "./call-report.js";
import {
  checkServerOptions,
  optionsOfMethods,
  type ResolvedOptions,
  type RichErrorServerOptions,
  resolveOptions,
} from "./options.js";
import type { CallFailure, ServerCallTelemetry } from "./telemetry.js";
import { type FailureStatus, ownTrailers, packDecided, packFailure } from "./thrown-to-status.js";

/** The options of `richErrorServerInterceptor` that make sense on the servers of other libraries. */
export type BoundaryOptions<Thrown extends readonly unknown[] = readonly unknown[]> = Omit<
  RichErrorServerOptions<Thrown>,
  "containUncaught" | "passStatusMetadata"
>;

/** How a handler of another library's server failed. */
export interface BoundaryFailure {
  readonly thrown: unknown;
  /** The status that the thrown value stands for, if the library has a class of its own for statuses. */
  readonly status?: { readonly code: Code; readonly details: string } | undefined;
  readonly call: CallInfo;
  /** The trailers that the handler set for its call. They pass with an error that is not masked. */
  readonly trailers: Iterable<[string, readonly unknown[]]>;
  /** The parts that the library has already left out of the status. */
  readonly problems?: readonly string[] | undefined;
  /** The end of the call, if it came before the handler failed. */
  readonly end: CallEnd | undefined;
  /** Whether the failure came too late for the client. */
  readonly late: boolean;
  /** Returns the bytes by which the library's encoding of a message is longer than that of grpc-js. */
  readonly growthOf?: ((message: string) => number) | undefined;
  readonly watched: WatchedCall | undefined;
}

/** A call that telemetry watches. It ends once: with its handler, or earlier with its client. */
export class WatchedCall {
  #telemetry: ServerCallTelemetry | undefined;

  constructor(telemetry: ServerCallTelemetry) {
    this.#telemetry = telemetry;
    attempt(() => telemetry.handled());
  }

  /** Reports the end of the call. Without a failure, it succeeded. Never throws. */
  ended(failure?: CallFailure): void {
    const telemetry = this.#telemetry;
    this.#telemetry = undefined;
    if (telemetry) attempt(() => telemetry.ended(failure));
  }
}

/** Turns failures on a server of another library into statuses, by the rules of `richErrorServerInterceptor`. */
export class Boundary {
  readonly #options: ResolvedOptions;
  readonly #byMethod: ReadonlyMap<string, ResolvedOptions>;

  /**
   * @param where the name of the function that has the options, for messages
   * @throws TypeError if an option is unknown or has a value of the wrong type
   * @throws RangeError if `maxHeaderBytes` is too small or too large
   */
  constructor(where: string, options: BoundaryOptions) {
    checkBoundaryOptions(where, options);
    this.#options = resolveOptions(options);
    this.#byMethod = optionsOfMethods(options.contracts ?? [], options.strictContracts ?? false, this.#options);
  }

  /**
   * Begins to watch a call, in the asynchronous context of its handler. Returns `undefined` without telemetry.
   *
   * @param signal the library's signal, which is aborted when the call ends before its handler
   * @param endOf returns what ended the call
   */
  watch(method: string, signal: AbortSignal, endOf: (signal: AbortSignal) => CallEnd): WatchedCall | undefined {
    const { telemetry } = this.#options;
    const ofCall = telemetry && attempt(() => telemetry(method));
    if (!ofCall) return undefined;
    const watched = new WatchedCall(ofCall);
    const abort = () => watched.ended({ sent: endError(endOf(signal)), masked: false, outsideContract: false });
    signal.addEventListener("abort", abort, { once: true });
    return watched;
  }

  /** Returns the status of a failed call, and reports the failure to `onError`. Never throws. */
  fail(failed: BoundaryFailure): FailureStatus {
    const { thrown, status: own, call, trailers, problems = [], end, late, growthOf, watched } = failed;
    const { metadata, problems: unsendable } = sendableMetadataOf(trailers);
    const trailer = isEmpty(metadata) ? undefined : metadata;
    const options = this.#byMethod.get(call.method) ?? this.#options;
    const failure = { thrown: own ?? thrown, call, callMetadata: call.metadata, trailer, end };
    const packed = packFailure(failure, options, trailersOf);
    const status = growthOf ? repack(packed, growthOf(packed.details)) : packed;
    const { decision, content } = packed.metadata.packed;
    watched?.ended(decision);
    if (options.onError) {
      const all = [...content.problems, ...[...problems, ...unsendable].map((problem) => new Error(problem))];
      const { shed } = status.metadata.packed;
      reportFailure(options.onError, call, { ...decision, error: thrown, late, shed, problems: all });
    }
    return status;
  }
}

/** Packs a failure again with less room if the library's encoding makes its message longer. */
function repack(status: FailureStatus, growth: number): FailureStatus {
  if (growth === 0) return status;
  const { packed } = status.metadata;
  const { failure, decision, options } = packed;
  const maxHeaderBytes = Math.max(options.maxHeaderBytes - growth, LEAST_BUDGET);
  return packDecided({ ...packed, options: { ...options, maxHeaderBytes } }, trailersOf(failure, decision));
}

/** Returns the trailers of the call with those of a thrown error, which replace trailers of the same name. */
function trailersOf(failure: Failure, decision: Decision): Metadata | undefined {
  const { trailer, thrown } = failure;
  const own = decision.sent === thrown && trailer && RichError.trailersOf(decision.sent);
  if (!own) return ownTrailers(failure, decision);
  const all = trailer.clone();
  for (const name of Object.keys(own.getMap())) all.remove(name);
  all.merge(own);
  return all;
}

const OF_INTERCEPTOR: readonly string[] = ["containUncaught", "passStatusMetadata"];

function checkBoundaryOptions(where: string, options: BoundaryOptions): void {
  const found = isObject(options) ? OF_INTERCEPTOR.find((name) => name in options) : undefined;
  if (found !== undefined) {
    throw new TypeError(`${where}: ${found} is an option of richErrorServerInterceptor only; remove it`);
  }
  checkServerOptions(options, where);
}
