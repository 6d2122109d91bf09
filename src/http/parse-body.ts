import type { JsonObject } from "@bufbuild/protobuf";
import { isBytes } from "../platform/bytes.js";
import { isObject } from "./json.js";

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
export function parseBody(body: unknown): JsonObject {
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
