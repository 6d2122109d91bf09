import type { JsonObject } from "@bufbuild/protobuf";
import { parseBody } from "../http/parsed-body.js";

/** A JSON object in a text. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
  readonly json: JsonObject;
}

/**
 * Finds the JSON objects in a text, none of them inside another. Takes time linear in the text: after many objects that
 * never end, it gives up.
 */
export function jsonSpans(text: string): JsonSpan[] {
  const spans: JsonSpan[] = [];
  let effort = 8 * text.length;
  for (let start = next(text, 0); start >= 0 && effort > 0; ) {
    const end = endOf(text, start);
    effort -= Math.abs(end) - start;
    const json = end > 0 ? parsed(text.slice(start, end)) : undefined;
    if (json) spans.push({ start, end, json });
    start = next(text, json ? end : start + 1);
  }
  return spans;
}

/** Returns the place of the next brace that may begin an object, or -1. */
function next(text: string, from: number): number {
  BEGINNING.lastIndex = from;
  return BEGINNING.exec(text)?.index ?? -1;
}

const BEGINNING = /\{\s{0,1000}["}]/g;

/** Returns the place after the object that begins at `start`. If it never ends, the place where that shows, negated. */
function endOf(text: string, start: number): number {
  MARK.lastIndex = start;
  let depth = 0;
  for (let mark = MARK.exec(text); mark; mark = MARK.exec(text)) {
    const [found] = mark;
    if (found === "{") depth++;
    else if (found === "}" && --depth === 0) return MARK.lastIndex;
    else if (found === '"') return -MARK.lastIndex;
  }
  return -text.length;
}

/** A brace, a string, or the quote of a string that breaks off at the end of its line. */
const MARK = /[{}]|"(?:[^"\\\n]|\\.)*"|"/g;

function parsed(text: string): JsonObject | undefined {
  try {
    return parseBody(text);
  } catch {
    return undefined;
  }
}
