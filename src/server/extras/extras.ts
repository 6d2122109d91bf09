import { type Definition, type Outcome, RECOVERIES } from "../../definition.js";
import { type DetailCodec, type ErrorDetail, packDetail, typeNameOf } from "../../detail/detail.js";
import { DebugInfo, Help, LocalizedMessage, RequestInfo } from "../../detail/standard-details.js";
import type { CallInfo } from "../../masking/call-info.js";
import { attempt, isError, isThenable, thrownText } from "../../platform/values.js";
import type { RichError } from "../../rich-error.js";
import { Localization, type MessageCatalogs } from "./localization.js";

/** The details that a server adds to its errors. */
export interface ExtrasOptions {
  /**
   * Whether every error carries a RequestInfo with the request id. By default, only
   * masked errors do.
   *
   * It makes the trailer of every error different, so HTTP/2 cannot compress repeated ones.
   */
  readonly requestInfo?: boolean;
  /**
   * Checks whether a caller may see the internals of the server. If it returns `true`,
   * the error carries a DebugInfo with the stacks of the thrown error and its causes.
   * By default, no error does.
   */
  readonly debug?: (call: CallInfo) => boolean;
  /**
   * Translated messages. An error that has one carries a LocalizedMessage in the best
   * language for the caller's `accept-language`. By default, there are none.
   */
  readonly messages?: MessageCatalogs;
  /** Whether errors carry a Help with the `help_url` of their declaration. By default, they do not. */
  readonly help?: boolean;
}

/** The details of an error after the extras are added. */
interface Added {
  readonly details: readonly ErrorDetail[];
  /** The failures of the functions that make extras. */
  readonly problems: readonly Error[];
}

/**
 * Adds the details that the options of a server ask for. A detail that the error
 * already has stays. The extras come before the typed detail.
 */
export class Extras {
  readonly #options: ExtrasOptions;
  readonly #localization: Localization | undefined;
  readonly #debugBytes: number;

  /**
   * @param maxHeaderBytes the largest header block of an error; DebugInfo takes up to half of it
   * @throws TypeError if `messages` has a language that is not a language tag
   */
  constructor(options: ExtrasOptions, maxHeaderBytes: number) {
    this.#options = options;
    this.#localization = options.messages && new Localization(options.messages);
    // Base64 turns three bytes into four.
    this.#debugBytes = Math.floor((maxHeaderBytes / 2) * (3 / 4));
  }

  /**
   * @param sent the error that the client gets
   * @param thrown the value that the handler failed with
   */
  addTo(sent: RichError, thrown: unknown, call: CallInfo): Added {
    const { requestInfo, debug, help } = this.#options;
    const added = new Addition(sent);
    if (requestInfo) added.add(RequestInfo, () => ({ requestId: call.requestId, servingData: "" }));
    added.add(LocalizedMessage, () => this.#localization?.localize(sent, call.metadata.get("accept-language").join()));
    if (help) added.add(Help, () => helpOf(sent));
    if (debug) added.add(DebugInfo, () => (allows(debug, call) ? debugInfoOf(thrown, this.#debugBytes) : undefined));
    return added;
  }
}

/** Checks whether `debug` returned `true`. Other truthy values do not count. */
function allows(debug: (call: CallInfo) => unknown, call: CallInfo): boolean {
  const allowed = debug(call);
  // The function must not be async. If it is, its rejection must not crash the process.
  if (isThenable(allowed)) allowed.then(undefined, () => {});
  return allowed === true;
}

function helpOf({ definition }: RichError): Help | undefined {
  if (!definition?.helpUrl) return undefined;
  return { links: [{ description: definition.displayName, url: definition.helpUrl }] };
}

class Addition implements Added {
  readonly problems: Error[] = [];
  readonly #details: ErrorDetail[];
  readonly #types: Set<string>;
  #place: number;

  constructor({ errorDetails, definition }: RichError) {
    this.#details = [...errorDetails];
    const types = errorDetails.map(({ typeUrl }) => typeNameOf(typeUrl));
    this.#types = new Set(types);
    const own = definition?.detail ? types.lastIndexOf(definition.detail.typeName) : -1;
    this.#place = own < 0 ? types.length : own;
  }

  get details(): readonly ErrorDetail[] {
    return this.#details;
  }

  add<T>(codec: DetailCodec<T>, make: () => T | undefined): void {
    if (this.#types.has(codec.typeName)) return;
    try {
      const message = make();
      if (message !== undefined) this.#details.splice(this.#place++, 0, packDetail(codec, message));
    } catch (cause) {
      this.problems.push(
        new Error(`the error is sent without ${codec.typeName}, because creating it failed`, { cause }),
      );
    }
  }
}

/**
 * The trailer by which a server steers clients that retry by themselves.
 *
 * @see https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback
 */
export const PUSHBACK = "grpc-retry-pushback-ms";

/** The value that forbids a client to retry. */
const NEVER = "-1";

/**
 * Returns the value of the trailer {@link PUSHBACK} for an error:
 *
 * - `-1` if the client must not send the same request again: the declaration asks for
 *   a recovery other than `RETRY` and `BACK_OFF_AND_RETRY`, or says that the request
 *   took or may have taken effect;
 * - else the delay of its RetryInfo, in milliseconds, rounded up;
 * - `undefined` if it has none, so that the client uses its own backoff.
 */
export function pushbackOf(error: RichError): string | undefined {
  const { definition, retryDelay } = error;
  if (definition && mustNotRepeat(definition)) return NEVER;
  return retryDelay === undefined ? undefined : String(Math.ceil(retryDelay));
}

function mustNotRepeat({ recovery, outcome }: Definition): boolean {
  return (recovery !== undefined && RECOVERIES[recovery] !== "same") || (outcome !== undefined && APPLIED.has(outcome));
}

const APPLIED: ReadonlySet<Outcome> = new Set(["MAYBE_APPLIED", "ALREADY_APPLIED"]);

/** The most errors in a DebugInfo: the thrown one and its causes. */
const MOST_ERRORS = 8;

/** The most frames of each stack. */
const MOST_FRAMES = 16;

/**
 * Returns the name, the message and the stack of a thrown value, and those of its
 * causes and of the errors of an `AggregateError`. Never throws.
 *
 * @param most the approximate size limit in bytes; the message takes up to a quarter of it
 */
export function debugInfoOf(thrown: unknown, most: number): DebugInfo {
  const detail = cut(titleOf(thrown), Math.floor(most / 4));
  const stackEntries: string[] = [];
  let left = most - Buffer.byteLength(detail);
  for (const entry of entriesOf(thrown)) {
    const text = cut(entry, 256);
    // Each entry has a tag and a length.
    left -= Buffer.byteLength(text) + 3;
    if (left < 0) break;
    stackEntries.push(text);
  }
  return { detail, stackEntries };
}

function* entriesOf(thrown: unknown): Iterable<string> {
  const errors = new Set([thrown]);
  let count = 0;
  // Iteration over a set includes elements that are added meanwhile, each once.
  for (const error of errors) {
    if (count++ > 0) yield `caused by ${titleOf(error)}`;
    yield* framesOf(error);
    for (const reason of reasonsOf(error)) if (errors.size < MOST_ERRORS) errors.add(reason);
  }
}

function titleOf(thrown: unknown): string {
  const text = thrownText(thrown);
  const name = attempt(() => (isError(thrown) ? thrown.name : undefined));
  return typeof name === "string" ? `${name}: ${text}` : text;
}

function framesOf(error: unknown): readonly string[] {
  const stack = attempt(() => (isError(error) ? error.stack : undefined));
  if (typeof stack !== "string") return [];
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return frames.slice(0, MOST_FRAMES).map((line) => line.trim());
}

function reasonsOf(error: unknown): readonly unknown[] {
  const cause = attempt(() => (isError(error) ? error.cause : undefined));
  const errors = attempt(() => (error instanceof AggregateError ? firstOf(error.errors) : undefined));
  return [...(cause === undefined ? [] : [cause]), ...(errors ?? [])];
}

/** Returns the first errors of an `AggregateError`. Its `errors` can be any iterable, even an endless one. */
function firstOf(errors: Iterable<unknown>): readonly unknown[] {
  const first: unknown[] = [];
  for (const error of errors) {
    first.push(error);
    if (first.length === MOST_ERRORS) break;
  }
  return first;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}…`;
}
