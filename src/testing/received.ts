import { Catalog, type ErrorClass } from "../catalog.js";
import { type Code, isCode } from "../code.js";
import type { Definition } from "../definition.js";
import { metadataOfHeaders } from "../error/header-metadata.js";
import { receivePacked, receiveStatus } from "../error/receive.js";
import { fromHttp } from "../http/from-http.js";
import type { HeadersLike } from "../http/headers.js";
import type { IssueKind } from "../issue.js";
import { readThrownStatus } from "../masking/client-library.js";
import { isBytes } from "../platform/bytes.js";
import { RECEIVE } from "../platform/symbols.js";
import { attempt, describeValue, isError, isObject, isPlain, tagOf } from "../platform/values.js";
import { errorOf, RichError } from "../rich-error.js";
import { isMetadata } from "../status/metadata.js";
import { type Status, TRAILER } from "../status/trailer.js";
import { configuredCatalogs } from "./configure.js";
import { shortText } from "./printed.js";
import { isCall } from "./rejection.js";
import { bytesOf, mistakesIn, type Trailer } from "./unpack-trailer.js";

/** A class of errors: `RichError`, the base class of an enum, or the class of a declared error. */
export interface RichErrorClass<E extends RichError = RichError> {
  readonly name: string;
  readonly definition: Definition | undefined;
  readonly prototype: E;
  [Symbol.hasInstance](value: unknown): boolean;
}

/** @throws TypeError if a value is not a class of errors, whichever copy of this package made it */
export function checkClass(value: unknown): void {
  if (typeof value === "function" && RECEIVE in value) return;
  const what = typeof value === "function" ? `the class ${value.name}` : describeValue(value);
  throw new TypeError(
    `the expected class is ${what}; write a class of errors, such as OrderNotFoundError or RichError`,
  );
}

/** An HTTP response whose body is at hand. */
export interface ReadResponse {
  readonly status: number;
  readonly headers: HeadersLike;
  readonly body?: unknown;
}

/** A value of a test, read as an error. */
export type Received =
  | {
      readonly error: RichError;
      /** Whether the value is itself a RichError. If not, the error was read from it. */
      readonly isItself: boolean;
      readonly library: string | undefined;
    }
  | { readonly error: undefined; readonly description: string };

/**
 * Reads a value of a test as an error: a RichError, an error of another client library, a status of grpc-js or grpc-web,
 * a `google.rpc.Status`, an HTTP response with its body, or a trailer.
 *
 * @param expected the class that names the catalog to read with
 */
export function readReceived(value: unknown, expected: RichErrorClass): Received {
  checkClass(expected);
  if (isReadableError(value)) return { error: value, isItself: true, library: undefined };
  const catalogs = catalogsFor(expected);
  const read = attempt(() => readPacked(value, catalogs));
  if (read) return read;
  const description = isCall(value)
    ? "a call, which has yet to end; use toRejectWithRichError or assertRejectsWithRichError"
    : `${shortText(value)}, which is not a gRPC error`;
  return { error: undefined, description };
}

/** Checks whether a value is a RichError. Returns `false` for a Proxy of one, whose content nobody can read. Never throws. */
export function isReadableError(value: unknown): value is RichError {
  return attempt(() => value instanceof RichError && typeof value.received === "boolean") === true;
}

/** Reads a response of `fetch`. The test can still read its body. */
export async function readResponse(response: Response, expected: RichErrorClass): Promise<Received> {
  checkClass(expected);
  const { status, headers } = response;
  if (response.bodyUsed) {
    const description = `a response whose body is already read; pass a clone, or { status, headers, body }`;
    return { error: undefined, description };
  }
  return readHttp({ status, headers, body: await response.clone().text() }, catalogsFor(expected));
}

/** Checks whether a value is a response of `fetch`, of any realm. */
export function isResponse(value: unknown): value is Response {
  return (
    isObject(value) &&
    tagOf(value) === "[object Response]" &&
    attempt(() => typeof Reflect.get(value, "clone") === "function") === true
  );
}

/** Returns the catalogs that recognize the errors of a class. */
function catalogsFor(expected: RichErrorClass): readonly Catalog[] {
  const configured = configuredCatalogs();
  return isErrorClass(expected) ? [...configured, new Catalog([expected])] : configured;
}

function isErrorClass(value: object): value is ErrorClass {
  return RECEIVE in value && "definition" in value && value.definition !== undefined;
}

function readPacked(value: unknown, catalogs: readonly Catalog[]): Received | undefined {
  if (typeof value === "string" || isBytes(value) || isMetadata(value)) return readTrailer(value, catalogs);
  if (!isObject(value)) return undefined;
  const response = responseIn(value);
  if (response) return readHttp(response, catalogs);
  if (isStatus(value)) return readAs(errorOf(receiveStatus(value, catalogs)));
  if (isOfGrpcWeb(value)) return readGrpcWeb(value, catalogs);
  const status = readThrownStatus({ thrown: value, trailer: undefined }, catalogs, true);
  return status && readAs(status.received, status.library);
}

function readAs(error: RichError, library?: string): Received {
  return { error, isItself: false, library };
}

function readTrailer(trailer: Trailer, catalogs: readonly Catalog[]): Received | undefined {
  if (isMetadata(trailer)) {
    const { length } = trailer.get(TRAILER);
    const names = Object.keys(trailer.getMap()).join(", ") || "none";
    if (length === 0) return { error: undefined, description: `metadata without ${TRAILER}; its names: ${names}` };
    if (length > 1) return { error: undefined, description: `metadata with ${length} values of ${TRAILER}` };
  }
  const error = errorOf(receivePacked(bytesOf(trailer), catalogs));
  // Almost any text is base64, but hardly any is the trailer of an error.
  if (typeof trailer === "string" && error.issues.some(({ kind }) => NO_STATUS.has(kind))) return undefined;
  return readAs(error);
}

/** The kinds of issues of bytes that are hardly the trailer of an error. */
const NO_STATUS: ReadonlySet<IssueKind> = new Set(["malformed-status", "invalid-code"]);

/** Returns an HTTP response in the form of `fetch`, Express, supertest or Fastify's `inject`. */
function responseIn(value: object): ReadResponse | undefined {
  if (isError(value) || !("headers" in value) || !isObject(value.headers)) return undefined;
  const { status, statusCode = status, headers, body } = value as Partial<ReadResponse> & { statusCode?: unknown };
  if (typeof statusCode !== "number" || headers === undefined) return undefined;
  return { status: statusCode, headers, body };
}

function readHttp({ status, headers, body }: ReadResponse, catalogs: readonly Catalog[]): Received {
  if (status < 400) return { error: undefined, description: `a response with HTTP ${status}, which is not an error` };
  return readAs(fromHttp(status, headers, body, { catalogs }));
}

/** Checks whether a value is a `google.rpc.Status`, as `toStatus` returns it. */
function isStatus(value: object): value is Status {
  if (isError(value) || !("code" in value && "message" in value && "details" in value)) return false;
  const { code, message, details } = value;
  return typeof code === "number" && typeof message === "string" && Array.isArray(details) && details.every(isDetail);
}

/** An error or a status of the package `grpc-web`, whose metadata is an object with the texts of headers. */
interface GrpcWebError {
  readonly code: Code;
  readonly message?: unknown;
  readonly details?: unknown;
  readonly metadata: object;
}

function isOfGrpcWeb(value: object): value is GrpcWebError {
  if (!("code" in value && isCode(value.code) && "metadata" in value)) return false;
  return isObject(value.metadata) && isPlain(value.metadata);
}

function readGrpcWeb({ code, message, details = message, metadata }: GrpcWebError, catalogs: readonly Catalog[]) {
  const headers = Object.entries(metadata).map(([name, text]): [string, string] => [name, String(text)]);
  return readAs(RichError.from({ code, details, metadata: metadataOfHeaders(headers) }, { catalogs }));
}

function isDetail(value: unknown): boolean {
  return isObject(value) && "typeUrl" in value && "value" in value && isBytes(value.value);
}

/** Returns the issues for which the matchers refuse an error that they read themselves. */
export function issuesOf(received: Received): readonly string[] {
  if (!received.error) return [];
  return mistakesIn(received.error).map(({ kind, message }) => `${kind}: ${message}`);
}
