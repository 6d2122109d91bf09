import { type Code, type CodeName, codeName } from "../code.js";
import { defaultFault } from "../defaults.js";
import type { Fault, Origin, Outcome, Recovery } from "../definition.js";
import { STANDARD_DETAILS } from "../detail/collected-details.js";
import { EMPTY, type ErrorDetail, encodeDetails, type JsonDetail, typeNameOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import { isRedactedJson, REDACTED, redactionOf } from "../detail/process-redaction.js";
import { type Identified, isBranded } from "../instance-of.js";
import type { Issue } from "../issue.js";
import { base64Encode } from "../platform/base64.js";
import { cutText, fieldsOf, type PlainStyle, plainList, plainOf, UNREADABLE } from "../platform/plain-value.js";
import { attempt, causeOf, describeValue, isErrorValue, isObject, tagOf } from "../platform/values.js";
import { encodeStatus } from "../status/trailer.js";
import { detailsWithoutRedacted } from "./error-redaction.js";

/**
 * A RichError as plain data for a log, with its details decoded and without its metadata, which may hold secrets. `fromJson`
 * reads it.
 *
 * - A field that is marked `debug_redact` is `"[redacted]"`, and so is a fact whose key `redactInfo` names.
 * - 64-bit integers are strings, bytes are base64.
 * - `detail`, `errorDetails` and `issues` are printed up to 2,000 values and 50,000 characters each: 16 levels deep,
 *   100 entries of a list, 10,000 characters of a text, 3,000 bytes of a field. The rest is counted: `"… 9,984 more"`.
 * - Up to 8 causes are printed, each within the same bounds.
 * - Accessors of details are not called.
 */
export interface JsonError {
  /** The name of the error's class: `"OrderNotFoundError"`. */
  readonly name: string;
  /** The name of the status code: `"NOT_FOUND"`. */
  readonly code: CodeName;
  readonly message: string;
  readonly reason?: string;
  readonly domain?: string;
  readonly detail?: unknown;
  /** Each detail with its type URL as `"@type"`. */
  readonly errorDetails?: readonly unknown[];
  /** If there are more than 100, the last entry is a text that counts the rest. */
  readonly issues?: readonly (Issue | string)[];
  /** Of an error without a declaration that ended a call: see the members of these names. */
  readonly recovery?: Recovery;
  readonly outcome?: Outcome;
  readonly fault?: Fault;
  readonly origin?: Origin;
  /**
   * The details as `fromJson` reads them: a `google.rpc.Status` in base64, without redacted fields and facts. Left out if there are
   * none, or more than 37,500 bytes.
   */
  readonly packed?: string;
  /** The name and the message of a cause that is an error, and all of a RichError. Of any other object, only its type. */
  readonly cause?: unknown;
}

/** The members of a RichError that are printed. */
export interface Printable extends Identified {
  readonly code: Code;
  readonly reason: string | undefined;
  readonly domain: string | undefined;
  readonly detail: unknown;
  readonly info: ErrorInfo | undefined;
  readonly errorDetails: readonly ErrorDetail[];
  readonly jsonDetails: readonly JsonDetail[];
  readonly issues: readonly Issue[];
  readonly received: boolean;
  readonly recovery: Recovery | undefined;
  readonly outcome: Outcome | undefined;
  readonly fault: Fault;
  readonly origin: Origin | undefined;
  readonly metadata?: { getMap(): object };
}

// Every member is read with care: a subclass, another copy of this package or a Proxy may return anything, or throw.

/** Returns an error as plain data, bounded in size. Never throws. */
export function jsonOf(error: Printable, causes = MAX_CAUSES): JsonError {
  const detail = attempt(() => detailOf(error));
  const errorDetails = plainDetails(error, [], "json");
  const issues = plainList(
    listOf(() => error.issues),
    "json",
  ) as (Issue | string)[];
  return {
    name: nameOf(error),
    code: codeOf(error),
    message: messageOf(error),
    ...identityOf(error),
    ...(detail !== undefined && { detail: plainOf(detail, "json") }),
    ...(errorDetails.length > 0 && { errorDetails }),
    ...(issues.length > 0 && { issues }),
    ...factsOf(error),
    ...packedOf(error),
    ...jsonCause(error, causes),
  };
}

/** The facts that follow from the end of a call. A declared error has those of its declaration. */
function factsOf(error: Printable): Pick<JsonError, "recovery" | "outcome" | "fault" | "origin"> {
  const facts = attempt(() => {
    const { received, definition, code, recovery, outcome, fault, origin } = error;
    if (!received || definition) return undefined;
    const isDefault = fault === defaultFault(code);
    return {
      ...(recovery && { recovery }),
      ...(outcome && { outcome }),
      ...(!isDefault && { fault }),
      ...(origin && { origin }),
    };
  });
  return facts ?? {};
}

/** In bytes: 50,000 characters in base64, as many as all texts of a detail. */
export const MOST_PACKED = 37_500;

function packedOf(error: Printable): { readonly packed?: string } {
  return (
    attempt(() => {
      const { code, message, errorDetails, jsonDetails } = error;
      const length = errorDetails.reduce((sum, { value }) => sum + value.length, message.length);
      if (errorDetails.length + jsonDetails.length === 0 || length > MOST_PACKED) return {};
      const packed = encodeStatus(code, message.toWellFormed(), encodeDetails(detailsWithoutRedacted(errorDetails)));
      return packed.length > MOST_PACKED ? {} : { packed: base64Encode(packed) };
    }) ?? {}
  );
}

/** Returns the detail of an error. If it has redacted fields, it is decoded anew without them. */
export function detailOf(error: Printable): unknown {
  const codec = error.definition?.detail;
  const redaction = redactionOf(codec?.typeName);
  if (!codec || !redaction) return error.detail;
  const packed = error.errorDetails.find(({ typeUrl }) => typeNameOf(typeUrl) === codec.typeName);
  return redaction.show(codec, packed?.value ?? EMPTY);
}

/** Returns the metadata of an ErrorInfo for people. If it may have redacted keys, it is decoded anew without them. */
export function shownFacts(info: ErrorInfo | undefined): Readonly<Record<string, string>> | undefined {
  const redaction = info && redactionOf(ErrorInfo.typeName);
  if (!redaction) return info?.metadata;
  return (redaction.show(ErrorInfo, ErrorInfo.encode(info)) as Partial<ErrorInfo>).metadata;
}

/** The number of causes that are printed: the error's cause, the cause of that, and so on. */
export const MAX_CAUSES = 8;

function jsonCause(error: Error, left: number): { cause?: unknown } {
  const cause = causeOf(error);
  if (cause === undefined || left === 0) return {};
  if (isPrintable(cause)) return { cause: jsonOf(cause, left - 1) };
  if (isErrorValue(cause)) {
    return { cause: { name: nameOf(cause), message: messageOf(cause), ...jsonCause(cause, left - 1) } };
  }
  return { cause: withoutFields(cause, "json") };
}

/** The fields of an object that is not an error may hold secrets, so only its type is printed. */
export function withoutFields(value: unknown, style: PlainStyle): unknown {
  return isObject(value) ? tagOf(value) : plainOf(value, style);
}

/** Checks whether a value is a RichError of any copy of this package. */
export function isPrintable(value: unknown): value is Printable {
  return isBranded(value);
}

/** Returns the name and the message of an error as `String(error)` does, bounded in size. Never throws. */
export function titleOf(error: Error): string {
  const [name, message] = [nameOf(error), messageOf(error)];
  return name && message ? `${name}: ${message}` : name || message;
}

/** Returns the stack of an error, bounded in size. */
export function stackOf(error: Error): string {
  const stack: unknown = attempt(() => error.stack);
  return typeof stack === "string" ? cutText(stack) : `${nameOf(error)}: ${messageOf(error)}`;
}

function nameOf(error: Error): string {
  return textOf(() => error.name);
}

function messageOf(error: Error): string {
  return textOf(() => error.message);
}

function textOf(get: () => unknown): string {
  const found = attempt(() => ({ text: get() }));
  if (!found) return UNREADABLE;
  const { text } = found;
  if (isObject(text)) return tagOf(text);
  return typeof text === "string" ? cutText(text) : describeValue(text);
}

/** Returns the name of an error's code. */
export function codeOf(error: Printable): CodeName {
  return codeName(attempt(() => Number(error.code)) as Code);
}

/** Returns what identifies a declared error. */
export function identityOf(error: Printable): { readonly reason?: string; readonly domain?: string } {
  const reason = attempt(() => error.reason);
  const domain = attempt(() => error.domain);
  return {
    ...(reason !== undefined && { reason: textOf(() => reason) }),
    ...(domain !== undefined && { domain: textOf(() => domain) }),
  };
}

/** Returns a list, or an empty one if the member is no list. */
export function listOf<T>(get: () => readonly T[]): readonly T[] {
  const list: unknown = attempt(get);
  return Array.isArray(list) ? list : [];
}

/** Returns the details of an error, decoded, except those of some types. */
export function plainDetails(error: Printable, without: readonly unknown[], style: PlainStyle): readonly unknown[] {
  const packed = listOf(() => error.errorDetails).filter(({ typeUrl }) => !without.includes(typeNameOf(typeUrl)));
  const all = [...packed, ...listOf(() => error.jsonDetails)];
  return plainList(all, style, (detail) => ("@type" in detail ? readableJson(detail) : readable(error, detail)));
}

function readableJson(detail: JsonDetail): JsonDetail {
  const { "@type": type } = detail;
  return isRedactedJson(detail) ? { "@type": type, value: REDACTED } : detail;
}

function readable(error: Printable, packed: ErrorDetail): unknown {
  const typeName = typeNameOf(packed.typeUrl);
  const redaction = redactionOf(packed.typeUrl);
  try {
    const codec = CODECS.find((known) => known.typeName === typeName) ?? error.definition?.detail;
    if (codec?.typeName === typeName) {
      const message = redaction ? redaction.show(codec, packed.value) : codec.decode(packed.value);
      const isRecord = isObject(message) && !(Symbol.iterator in message);
      return { "@type": packed.typeUrl, ...(isRecord ? fieldsOf(message) : { value: message }) };
    }
  } catch {
    // The bytes are shown instead.
  }
  const value = redaction ? (redaction.messageWithoutFields(packed.typeUrl, packed.value) ?? REDACTED) : packed.value;
  return { "@type": packed.typeUrl, value };
}

const CODECS = [ErrorInfo, ...STANDARD_DETAILS];
