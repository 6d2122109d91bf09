import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { Code } from "../code.js";
import type { IssueKind } from "../issue.js";

/** What a body tells of an error, of whichever format it is. */
export interface Told {
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
