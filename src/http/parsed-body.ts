import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { Code } from "../code.js";
import type { IssueKind } from "../issue.js";
import { isBytes } from "../platform/bytes.js";

/** The error in a body, in any format. */
export interface ParsedError {
  readonly message?: string | undefined;
  readonly code?: Code | undefined;
  /** The HTTP status that the body names. */
  readonly httpStatus?: unknown;
  readonly reason?: string | undefined;
  readonly domain?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** The details in a list of the body. */
  readonly details: readonly JsonValue[];
  /** The other members: fields of the error's own detail, or members that the format does not know. */
  readonly fields?: JsonObject;
}

/** Adds an entry to the issues of the error that is being read. */
export type AddIssue = (kind: IssueKind, message: string) => void;

/** The size limit of a body in bytes or characters. An error of this package has some hundreds. */
const MAX_LENGTH = 1 << 20;

/**
 * Returns the object in a body of text or bytes, or in one that is already parsed.
 *
 * - Of an array, it is the last entry if that has an `error`. Google's APIs end a JSON stream this way.
 * - Integers that a double cannot hold become strings, as in proto3 JSON.
 * - Lone surrogates become U+FFFD.
 *
 * @throws TypeError if the body is not JSON, too long, or not an object
 */
export function parseBody(body: unknown): JsonObject {
  const whole = typeof body === "string" ? parse(body) : isBinary(body) ? parse(decode(body)) : body;
  const json = Array.isArray(whole) ? lastError(whole) : whole;
  if (!isJsonObject(json)) throw new TypeError("it is not an object");
  return json;
}

function lastError(list: readonly unknown[]): unknown {
  const last = list.at(-1);
  return isJsonObject(last) && isJsonObject(last["error"]) ? last : list;
}

function isBinary(body: unknown): body is Uint8Array | ArrayBuffer {
  return isBytes(body) || body instanceof ArrayBuffer;
}

function decode(bytes: Uint8Array | ArrayBuffer): string {
  checkLength(bytes.byteLength, "bytes");
  return new TextDecoder().decode(bytes);
}

function parse(text: string): unknown {
  if (text === "") throw new TypeError("it is empty");
  checkLength(text.length, "characters");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new TypeError(`it is not JSON: ${JSON.stringify(text.slice(0, 80))}`);
  }
  return INEXACT.test(text) ? JSON.parse(text.replace(TOKEN, toExact)) : json;
}

function checkLength(length: number, unit: string): void {
  if (length > MAX_LENGTH) throw new TypeError(`it has ${length} ${unit}, more than the limit of ${MAX_LENGTH}`);
}

/** An integer that may be too large for a double, or an escape that may be a lone surrogate. */
const INEXACT = /\d{16}|\\u[dD][89a-fA-F]/;

/** A string or number in valid JSON. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function toExact(token: string): string {
  if (token.startsWith('"')) {
    return INEXACT.test(token) ? JSON.stringify(String(JSON.parse(token)).toWellFormed()) : token;
  }
  return /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
}

/** The author of a body, guessed from its beginning. */
interface BodyAuthor {
  /** Whether the body is an HTML page. */
  readonly isHtml: boolean;
  /** Whether no application wrote the body: it is a page, a proxy's text, or empty. */
  readonly isProxy: boolean;
}

/** Guesses the author of a body. Never throws. */
export function authorOf(body: unknown, contentType: string): BodyAuthor {
  const text = startOf(body).trimStart();
  const isJson = text.startsWith("{") || text.startsWith("[");
  const isHtml = !isJson && text !== "" && (HTML_TYPE.test(contentType) || HTML.test(text));
  return { isHtml, isProxy: isHtml || text === "" || PROXY.test(text) };
}

/** The number of characters that identify a body. */
const START_LENGTH = 256;

/** A parsed body was JSON. */
const START_OF_PARSED = "{";

function startOf(body: unknown): string {
  try {
    if (typeof body === "string") return body.slice(0, START_LENGTH);
    if (isBytes(body)) return new TextDecoder().decode(body.subarray(0, START_LENGTH));
    if (body instanceof ArrayBuffer) return new TextDecoder().decode(body.slice(0, START_LENGTH));
  } catch {
    // The body is a proxy object that throws.
  }
  return body === undefined || body === null ? "" : START_OF_PARSED;
}

const HTML_TYPE = /^\s*(text\/html|application\/xhtml\+xml)\b/i;
const HTML = /^(<\?xml[^>]*>\s*)?<(!doctype\s+html|html|head|title|body|center|h1)\b/i;

/** Texts of Envoy, and of the default backend of nginx in Kubernetes. nginx itself sends pages. */
const PROXY =
  /^(no healthy upstream|upstream (connect error|request timeout)|RBAC: access denied|local_rate_limited|fault filter abort|default backend - \d)/;

/** Returns a member of a body if it is a string. Any other value but null becomes an issue. */
export function textIn(json: JsonObject, name: string, addIssue: AddIssue): string | undefined {
  const value = json[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  return void addIssue("malformed-body", `"${name}" in the body is not a string`);
}

/** Returns a member of a body if it is an array, or an empty one. Any other value but null becomes an issue. */
export function listIn(json: JsonObject, name: string, addIssue: AddIssue): readonly JsonValue[] {
  const value = json[name] ?? [];
  if (Array.isArray(value)) return value;
  addIssue("malformed-body", `"${name}" in the body is not an array`);
  return [];
}

/** Checks whether a text was not valid Unicode when it was decoded: decoders replace invalid parts with U+FFFD. */
export function isReplaced(text: unknown): boolean {
  return typeof text === "string" && (text.includes("\ufffd") || !text.isWellFormed());
}

/** Returns a JSON value as short text for a message. */
export function quoted(json: JsonValue | undefined): string {
  if (typeof json === "string") return JSON.stringify(json.slice(0, 80));
  return typeof json === "object" && json !== null ? "an object or array" : String(json).slice(0, 80);
}

/** Checks whether a JSON value is an object and not an array. */
export function isJsonObject(json: unknown): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** Returns a copy of an object with every value changed. Unlike an assignment, it keeps a key `__proto__`. */
export function mapEntries(
  json: Readonly<JsonObject>,
  change: (value: JsonValue, name: string) => JsonValue,
): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, change(value, name)]));
}
