import type { Metadata } from "@grpc/grpc-js";
import { type Code, type CodeName, codeName } from "./code.js";
import { type ErrorDetail, type JsonDetail, typeNameOf } from "./detail.js";
import { ErrorInfo } from "./error-info.js";
import { type Identified, isBranded } from "./identity.js";
import type { Issue } from "./issue.js";
import { isLong } from "./long.js";
import { STANDARD_DETAILS } from "./standard-types.js";

/** A RichError as plain data, for logs. 64-bit integers are strings, bytes are base64. */
export interface JsonError {
  readonly name: string;
  readonly code: CodeName;
  readonly message: string;
  readonly reason?: string;
  readonly domain?: string;
  readonly detail?: unknown;
  readonly errorDetails?: readonly unknown[];
  readonly issues?: readonly Issue[];
  readonly cause?: unknown;
}

/** What is printed of a RichError. */
export interface Printable extends Identified {
  readonly code: Code;
  readonly reason: string | undefined;
  readonly domain: string | undefined;
  readonly detail: unknown;
  readonly info: ErrorInfo | undefined;
  readonly errorDetails: readonly ErrorDetail[];
  readonly jsonDetails: readonly JsonDetail[];
  readonly issues: readonly Issue[];
  readonly metadata?: Metadata;
}

/** The error as plain data. Metadata is left out: it may hold what may not be logged. */
export function jsonOf(error: Printable, causes = MAX_CAUSES): JsonError {
  const { issues } = error;
  const errorDetails = [...error.errorDetails.map((detail) => plain(readable(error, detail))), ...error.jsonDetails];
  return {
    name: error.name,
    code: codeName(error.code),
    message: error.message,
    ...(error.reason !== undefined && { reason: error.reason }),
    ...(error.domain !== undefined && { domain: error.domain }),
    ...(error.detail !== undefined && { detail: plain(error.detail) }),
    ...(errorDetails.length > 0 && { errorDetails }),
    ...(issues.length > 0 && { issues }),
    ...jsonCause(error, causes),
  };
}

const MAX_CAUSES = 8;

function jsonCause({ cause }: Error, left: number): { cause?: unknown } {
  if (cause === undefined || left === 0) return {};
  if (isPrintable(cause)) return { cause: jsonOf(cause, left - 1) };
  if (cause instanceof Error) {
    return { cause: { name: cause.name, message: cause.message, ...jsonCause(cause, left - 1) } };
  }
  return { cause: nameless(cause) };
}

/** A foreign object's own fields may hold what may not be shown. */
function nameless(value: unknown): unknown {
  return typeof value === "object" && value !== null ? Object.prototype.toString.call(value) : plain(value);
}

function isPrintable(value: unknown): value is Printable {
  return isBranded(value);
}

/** The error as Node shows it on a console: its stack, then what it carries. */
export function inspectError(error: Printable, inspect: (value: unknown) => string): string {
  const { detail, info, issues, metadata } = error;
  const shownAbove = [ErrorInfo.typeName, error.definition?.detail?.typeName];
  const packed = error.errorDetails.filter(({ typeUrl }) => !shownAbove.includes(typeNameOf(typeUrl)));
  const extras = [...packed.map((detail) => readable(error, detail)), ...error.jsonDetails];
  const shown = {
    code: codeName(error.code),
    ...(error.reason !== undefined && { reason: error.reason }),
    ...(error.domain !== undefined && { domain: error.domain }),
    ...(detail !== undefined && { detail: typeof detail === "object" && detail ? fieldsOf(detail) : detail }),
    ...(info && Object.keys(info.metadata).length > 0 && { info: { ...info.metadata } }),
    ...(extras.length > 0 && { errorDetails: extras }),
    ...(metadata && { metadata: Object.keys(metadata.getMap()) }),
    ...(issues.length > 0 && { issues: issues.map(({ kind, message }) => `${kind}: ${message}`) }),
    ...(error.cause !== undefined && { cause: causeForConsole(error.cause) }),
  };
  return `${error.stack ?? `${error.name}: ${error.message}`} ${inspect(shown)}`;
}

function causeForConsole(cause: unknown): unknown {
  if (!(cause instanceof Error)) return nameless(cause);
  if (isPrintable(cause) && isShort(cause)) return cause;
  return { [Symbol.for("nodejs.util.inspect.custom")]: () => stacks(cause, MAX_CAUSES) };
}

/** Causes that go in a circle, or on and on, are shown by some of their stacks only. */
function isShort(error: Error): boolean {
  let left = MAX_CAUSES;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) if (left-- === 0) return false;
  return true;
}

function stacks(error: Error, left: number): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error && left > 0 ? `${own}\n[cause]: ${stacks(error.cause, left - 1)}` : own;
}

function readable(error: Printable, packed: ErrorDetail): unknown {
  const typeName = typeNameOf(packed.typeUrl);
  const codec = CODECS.find((known) => known.typeName === typeName) ?? error.definition?.detail;
  try {
    if (codec?.typeName === typeName)
      return { "@type": packed.typeUrl, ...fieldsOf(codec.decode(packed.value) as object) };
  } catch {
    // Shown as bytes then.
  }
  return { "@type": packed.typeUrl, value: packed.value };
}

const CODECS = [ErrorInfo, ...STANDARD_DETAILS];

/** A value as JSON takes it. */
function plain(value: unknown, above: readonly object[] = []): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return base64(value);
  if (value instanceof Date) return value.toJSON();
  if (isLong(value)) return value.toString();
  if (above.includes(value)) return "[Circular]";
  const path = [...above, value];
  if (Array.isArray(value)) return value.map((entry) => plain(entry, path));
  const entries = value instanceof Map ? [...value] : Object.entries(fieldsOf(value));
  return Object.fromEntries(entries.map(([key, entry]) => [key, plain(entry, path)]));
}

/** The fields of a message; those of google-protobuf keep them to themselves. */
function fieldsOf(message: object): object {
  return "toObject" in message && typeof message.toObject === "function" ? message.toObject() : message;
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
