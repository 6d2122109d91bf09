import type { Definition, Outcome, Recovery } from "../../definition.js";
import { type DetailCodec, type ErrorDetail, packDetail, typeNameOf } from "../../detail/detail.js";
import { DebugInfo, Help, LocalizedMessage, RequestInfo } from "../../detail/standard-types.js";
import type { CallInfo } from "../../masking/call-info.js";
import { attempt, isError, isThenable, thrownText } from "../../platform/values.js";
import type { RichError } from "../../rich-error.js";
import { Localization, type MessageCatalogs } from "./localization.js";

/** Which details a server adds to the errors that it sends. */
export interface ExtrasOptions {
  /**
   * RequestInfo goes with every error. By default, only with those that are masked.
   *
   * It makes the details of every error different, so that HTTP/2 compresses none of them.
   */
  readonly requestInfo?: boolean;
  /**
   * Tells whether a caller may know of the server's inside: the stack of what was
   * thrown, its causes and theirs, as DebugInfo. By default, none may.
   */
  readonly debug?: (call: CallInfo) => boolean;
  /**
   * Messages in the languages of humans. An error that has one goes with a
   * LocalizedMessage in the language that suits the caller's `accept-language` best.
   */
  readonly messages?: MessageCatalogs;
  /** Errors go with a Help of where they are explained, if their declaration says it. By default, they do not. */
  readonly help?: boolean;
}

/** What is added to an error, and what could not be. */
interface Added {
  readonly details: readonly ErrorDetail[];
  readonly problems: readonly Error[];
}

/**
 * Adds details to errors as a server's options ask for. What an error says
 * itself stays; what is added stands before its typed detail.
 */
export class Extras {
  readonly #options: ExtrasOptions;
  readonly #localization: Localization | undefined;
  readonly #debugBytes: number;

  /**
   * @param maxHeaderBytes how large the header block of an error may be: DebugInfo takes up to half of it
   * @throws TypeError if the messages are in a language that is none
   */
  constructor(options: ExtrasOptions, maxHeaderBytes: number) {
    this.#options = options;
    this.#localization = options.messages && new Localization(options.messages);
    // Three bytes are four in base64.
    this.#debugBytes = Math.floor((maxHeaderBytes / 2) * (3 / 4));
  }

  /**
   * @param sent the error that the client gets
   * @param thrown what the handler failed with
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

/** Nothing but `true` is a yes. */
function allows(debug: (call: CallInfo) => unknown, call: CallInfo): boolean {
  const answer = debug(call);
  // The function must not be async. If it is, the process must not end of it.
  if (isThenable(answer)) answer.then(undefined, () => {});
  return answer === true;
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
      this.problems.push(new Error(`the error goes without a ${codec.typeName}, which could not be made`, { cause }));
    }
  }
}

/**
 * The trailer by which a server has a say in the retries that a client makes by
 * itself, without asking its caller.
 *
 * @see https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback
 */
export const PUSHBACK = "grpc-retry-pushback-ms";

/** To a client that retries by itself: do not. */
const NEVER = "-1";

/**
 * What a client that retries by itself is told with an error:
 *
 * - `-1`, not to, where the same request must not just be sent again: its
 *   declaration asks for anything else than `RETRY` and `BACK_OFF_AND_RETRY`, or
 *   says that the request took effect, or may have. A client that retries by
 *   itself cannot redirect, read again, or hold back what follows.
 * - else the delay of its RetryInfo, in milliseconds, rounded up;
 * - nothing if it has none: the client's own backoff counts.
 */
export function pushbackOf(error: RichError): string | undefined {
  const { definition, retryDelay } = error;
  if (definition && mustNotRepeat(definition)) return NEVER;
  return retryDelay === undefined ? undefined : String(Math.ceil(retryDelay));
}

function mustNotRepeat({ recovery, outcome }: Definition): boolean {
  return (recovery !== undefined && !REPEATS.has(recovery)) || (outcome !== undefined && APPLIED.has(outcome));
}

const REPEATS: ReadonlySet<Recovery> = new Set(["RETRY", "BACK_OFF_AND_RETRY"]);
const APPLIED: ReadonlySet<Outcome> = new Set(["MAYBE_APPLIED", "ALREADY_APPLIED"]);

/** How many errors are looked at: what was thrown, and what led to it. */
const MOST_ERRORS = 8;

/** How many frames of each stack are told. */
const MOST_FRAMES = 16;

/**
 * What a developer of the server wants to know of what was thrown: its name and
 * message, its stack, and those of its causes, and of the errors of an
 * `AggregateError`. Never throws.
 *
 * @param most how many bytes it may take about, the first of which the message has
 */
export function debugInfoOf(thrown: unknown, most: number): DebugInfo {
  const detail = cut(titleOf(thrown), Math.floor(most / 4));
  const stackEntries: string[] = [];
  let left = most - Buffer.byteLength(detail);
  for (const entry of entriesOf(thrown)) {
    const text = cut(entry, 256);
    // Each has a tag and a length of its own.
    left -= Buffer.byteLength(text) + 3;
    if (left < 0) break;
    stackEntries.push(text);
  }
  return { detail, stackEntries };
}

function* entriesOf(thrown: unknown): Iterable<string> {
  const errors = new Set([thrown]);
  let told = 0;
  // A set is walked through in the order of its growth, and has no error twice.
  for (const error of errors) {
    if (told++ > 0) yield `caused by ${titleOf(error)}`;
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

/** The list of errors may have been replaced by an endless one. */
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
