import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { Code } from "../code.js";
import type { IssueKind } from "../issue.js";

/** What a body tells of an error, of whichever format it is. */
export interface ParsedError {
  readonly message?: string | undefined;
  readonly code?: Code | undefined;
  /** The HTTP status that the body names. */
  readonly httpStatus?: unknown;
  readonly reason?: string | undefined;
  readonly domain?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** The details that stand in a list. */
  readonly details: readonly JsonValue[];
  /** What stands beside the rest: fields of the error's own detail, or what the format does not know. */
  readonly fields?: JsonObject;
}

/** Takes down what is wrong with an answer. */
export type Complain = (kind: IssueKind, message: string) => void;

/** A member of a body, if it is a string. */
export function textIn(json: JsonObject, name: string, complain: Complain): string | undefined {
  const value = json[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  return void complain("malformed-body", `"${name}" is not a string`);
}

/** Tells whether a text was not UTF-8, or not Unicode, before it got here: readers put U+FFFD in its place. */
export function isReplaced(text: unknown): boolean {
  return typeof text === "string" && (text.includes("\ufffd") || !text.isWellFormed());
}

/** A member of a body, if it is a list. */
export function listIn(json: JsonObject, name: string, complain: Complain): readonly JsonValue[] {
  const value = json[name] ?? [];
  if (Array.isArray(value)) return value;
  complain("malformed-body", `"${name}" is not a list`);
  return [];
}

/** What a member is that ought to be something else, in few words whatever it is. */
export function quoted(json: JsonValue | undefined): string {
  if (typeof json === "string") return JSON.stringify(json.slice(0, 80));
  return typeof json === "object" && json !== null ? "what is no plain value" : String(json).slice(0, 80);
}

/** Tells whether a value of JSON is an object, and not a list. */
export function isObject(json: unknown): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** The same object with every value made anew; `__proto__` is a name like any other. */
export function mapEntries(
  json: Readonly<JsonObject>,
  change: (value: JsonValue, name: string) => JsonValue,
): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, change(value, name)]));
}

/** As deep as protobuf's readers go. */
const MAX_DEPTH = 100;

/** More values than any body that is read as text can hold. */
const MAX_VALUES = 1 << 20;

/**
 * Tells whether JSON is nested deeper than whoever prints it or sends it on can follow.
 *
 * Objects that were parsed elsewhere may occur in several places, and so have more values than memory holds, or throw
 * when they are looked at.
 */
export function isTooDeep(json: unknown): boolean {
  try {
    return isDeeper(json);
  } catch {
    return true;
  }
}

function isDeeper(json: unknown): boolean {
  let level: unknown[] = [json];
  for (let depth = 0, values = 1; level.length > 0; depth++, values += level.length) {
    if (depth > MAX_DEPTH || values > MAX_VALUES) return true;
    level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
  }
  return false;
}
