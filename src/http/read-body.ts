import type { JsonObject } from "@bufbuild/protobuf";
import { isBytes } from "../platform/bytes.js";
import { thrownText } from "../platform/values.js";
import { readCompactBody } from "./compact-body.js";
import { type Complain, isObject, type ParsedError } from "./parsed-body.js";
import { isProblem, isProblemType, readProblemBody } from "./problem-body.js";
import { readStatusBody } from "./status-body.js";

/**
 * What a body tells of an error; nothing if it is of no format that is known. Never throws.
 *
 * By the type of its content it is a problem; else its members tell what it is.
 */
export function readBody(
  body: unknown,
  contentType: string,
  httpStatus: number,
  complain: Complain,
): ParsedError | undefined {
  try {
    const json = parseBody(body);
    if (isProblemType(contentType)) return readProblemBody(json, httpStatus, complain);
    const parsed = readStatusBody(json, httpStatus, complain) ?? readCompactBody(json, complain);
    if (parsed) return parsed;
    if (isProblem(json)) return readProblemBody(json, httpStatus, complain);
    complain("malformed-body", "the body is none of an error");
  } catch (error) {
    complain("malformed-body", `the body cannot be read: ${thrownText(error)}`);
  }
  return undefined;
}

/** The most that is read of a body. An error of this package has some hundreds of bytes. */
const MAX_LENGTH = 1 << 20;

/**
 * The object in a body, which may be parsed already.
 *
 * - Of a list, it is the last entry, if that has an `error`: so Google's APIs end a stream of JSON.
 * - Integers that a double does not hold are strings in it, which is what proto3 JSON has for them.
 * - Text in it is well-formed: half a character of a text that was cut is U+FFFD.
 *
 * @throws TypeError if there is none
 */
function parseBody(body: unknown): JsonObject {
  const whole = typeof body === "string" ? parse(body) : isBinary(body) ? parse(textOf(body)) : body;
  const json = Array.isArray(whole) ? lastError(whole) : whole;
  if (!isObject(json)) throw new TypeError("it is not an object");
  return json;
}

function lastError(list: readonly unknown[]): unknown {
  const last = list.at(-1);
  return isObject(last) && isObject(last["error"]) ? last : list;
}

function isBinary(body: unknown): body is Uint8Array | ArrayBuffer {
  return isBytes(body) || body instanceof ArrayBuffer;
}

function textOf(bytes: Uint8Array | ArrayBuffer): string {
  checkLength(bytes.byteLength);
  return new TextDecoder().decode(bytes);
}

function parse(text: string): unknown {
  if (text === "") throw new TypeError("it is empty");
  checkLength(text.length);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new TypeError(`it is not JSON: ${JSON.stringify(text.slice(0, 80))}`);
  }
  return ODD.test(text) ? JSON.parse(text.replace(TOKEN, mend)) : json;
}

function checkLength(length: number): void {
  if (length > MAX_LENGTH) throw new TypeError(`it is longer than ${MAX_LENGTH}`);
}

/** Digits that may be more than a double holds, and what may be half a character. */
const ODD = /\d{16}|\\u[dD][89a-fA-F]/;

/** A string or a number of valid JSON, each as a whole. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function mend(token: string): string {
  if (token.startsWith('"')) return ODD.test(token) ? JSON.stringify(String(JSON.parse(token)).toWellFormed()) : token;
  return /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
}

/** How a body of no known format looks. */
interface Look {
  /** It is a page for humans. */
  readonly isHtml: boolean;
  /** It is nothing that an application answers: a page, the text of a proxy, or nothing at all. */
  readonly isOfProxy: boolean;
}

/** Looks at the beginning of a body. Never throws. */
export function lookOf(body: unknown, contentType: string): Look {
  const text = startOf(body).trimStart();
  const isJson = text.startsWith("{") || text.startsWith("[");
  const isHtml = !isJson && text !== "" && (HTML_TYPE.test(contentType) || HTML.test(text));
  return { isHtml, isOfProxy: isHtml || text === "" || PROXY.test(text) };
}

/** As much as tells what it is. */
const START = 256;

/** A body that is parsed already was JSON. */
const PARSED = "{";

function startOf(body: unknown): string {
  try {
    if (typeof body === "string") return body.slice(0, START);
    if (isBytes(body)) return new TextDecoder().decode(body.subarray(0, START));
    if (body instanceof ArrayBuffer) return new TextDecoder().decode(body.slice(0, START));
  } catch {
    // It is an object that throws when it is looked at.
  }
  return body === undefined || body === null ? "" : PARSED;
}

const HTML_TYPE = /^\s*(text\/html|application\/xhtml\+xml)\b/i;
const HTML = /^(<\?xml[^>]*>\s*)?<(!doctype\s+html|html|head|title|body|center|h1)\b/i;

/** Texts of Envoy, and of the default backend of nginx in Kubernetes. nginx itself answers pages. */
const PROXY =
  /^(no healthy upstream|upstream (connect error|request timeout)|RBAC: access denied|local_rate_limited|fault filter abort|default backend - \d)/;
