import type { DebugInfo } from "../../detail/standard-types.js";
import { attempt, isError, thrownText } from "../../platform/values.js";

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
