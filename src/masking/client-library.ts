import type { Metadata } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { Code, codeName, codeNamed, isCode } from "../code.js";
import { type ErrorDetail, typeUrlOf } from "../detail/detail.js";
import { isLocalStatus } from "../error/local-statuses.js";
import { receiveStatus } from "../error/receive.js";
import { isBytes } from "../platform/bytes.js";
import { isError, isObject } from "../platform/values.js";
import { errorOf, RichError } from "../rich-error.js";
import { isEmptyMetadata, isFromPeer, isHeaders, isMetadata } from "../status/metadata.js";
import { TRAILER } from "../status/trailer.js";

/** The package name of a library whose clients throw other servers' errors. */
type ClientLibrary = "@grpc/grpc-js" | "nice-grpc" | "@connectrpc/connect" | "google-gax" | "@protobuf-ts/runtime-rpc";

/** Returns the problem of a masked error that a client library made. */
export function clientLibraryProblem(library: ClientLibrary): Error {
  return new Error(
    `masked an error of a ${library} client, because its text comes from another server; ` +
      'add its catalog to "catalogs" or an entry to "map"',
  );
}

/**
 * Returns the client library that made an error from another server's response, or
 * `undefined` if none did. Copies count too: spread, assigned to another error, cloned,
 * parsed from JSON, or the status object of grpc-js's `"status"` event.
 *
 * - Properties identify a library, not classes, because several copies of it may be loaded.
 * - A status belongs to grpc-js if its metadata came from a peer, or if it has empty
 *   metadata and exactly the fields of grpc-js's status. A handler's own status has no
 *   reason to carry empty metadata. An Error with empty metadata counts as a handler's.
 *
 * @param packsOwn whether the handlers of this server make statuses with metadata
 * @throws any error that a getter of the value throws
 */
export function clientLibraryOf(thrown: unknown, packsOwn = false): ClientLibrary | undefined {
  if (!isObject(thrown)) return undefined;
  const { code, details, message, metadata, path, rawMessage, meta, note } = thrown as Fields;
  if (isOfNiceGrpc(thrown, code, details, path)) return "nice-grpc";
  if (typeof rawMessage === "string") return "@connectrpc/connect";
  if (codeNamed(code) && isObject(meta)) return "@protobuf-ts/runtime-rpc";
  if ("statusDetails" in thrown || (note !== undefined && "metadata" in thrown) || isOfClass(thrown, "GoogleError")) {
    return "google-gax";
  }
  if (!isCode(code)) return undefined;
  const text = typeof details === "string" ? details : message;
  // The stack identifies an error even if its message was replaced.
  if (message === `${code} ${codeName(code)}: ${text}` || isFromClient(thrown)) return "@grpc/grpc-js";
  if (!packsOwn && !isError(thrown) && isStatusObject(thrown) && isEmptyMetadata(metadata)) return "@grpc/grpc-js";
  return clientLibraryOfStatus(code, typeof text === "string" ? text : "", metadata);
}

/**
 * Returns the client library that made a status, by the code, text and metadata that
 * grpc-js keeps of an error on its way through interceptors. Errors of nice-grpc have no
 * metadata and a plain text, so they look like a handler's own.
 *
 * @throws any error that a getter of the metadata throws
 */
export function clientLibraryOfStatus(code: Code, text: string, metadata: unknown): ClientLibrary | undefined {
  if (isHeaders(metadata) || text.startsWith(`[${connectName(code)}] `)) return "@connectrpc/connect";
  if (hasName(text, BY_NICE_GRPC, ([, name]) => codeNamed(name) !== undefined)) return "nice-grpc";
  if (hasName(text, BY_GRPC_JS, ([, number, name]) => codeNamed(name) === Number(number))) return "@grpc/grpc-js";
  const isOfGrpcJs = isFromPeer(metadata) || (isEmptyMetadata(metadata) && isLocalStatus(code, text));
  return isOfGrpcJs ? "@grpc/grpc-js" : undefined;
}

type Fields = Readonly<
  Partial<Record<"code" | "details" | "message" | "metadata" | "path" | "rawMessage" | "meta" | "note", unknown>>
>;

/** The messages of errors, which are often part of other texts: `7 PERMISSION_DENIED: no`, `/shop.Orders/Get NOT_FOUND: no`. */
const BY_GRPC_JS = /(?:^|\s)(\d{1,2}) ([A-Z_]{2,20}): /g;
const BY_NICE_GRPC = /(?:^|\s)\/[\w.]{1,256}\/\w{1,256} ([A-Z_]{2,20}): /g;

function hasName(text: string, form: RegExp, isName: (match: RegExpMatchArray) => boolean): boolean {
  for (const match of text.matchAll(form)) if (isName(match)) return true;
  return false;
}

/** nice-grpc marks its errors with a property. Copies lack the mark, but keep the path of the method. */
function isOfNiceGrpc(thrown: object, code: unknown, details: unknown, path: unknown): boolean {
  if ("@@nice-grpc:ClientError" in thrown) return true;
  if ("@@nice-grpc" in thrown && "name" in thrown && thrown.name === "ClientError") return true;
  return isCode(code) && typeof details === "string" && typeof path === "string" && METHOD.test(path);
}

const METHOD = /^\/[\w.]+\/\w+$/;

/** grpc-js's client appends the stack of the call to the stack of the error. */
function isFromClient(thrown: object): boolean {
  return isError(thrown) && typeof thrown.stack === "string" && thrown.stack.includes("\nfor call at\n");
}

function isStatusObject(thrown: object): boolean {
  const fields = Object.entries(thrown).filter(([, value]) => value !== undefined);
  return fields.length === 3 && fields.every(([name]) => STATUS_FIELDS.has(name));
}

const STATUS_FIELDS: ReadonlySet<string> = new Set(["code", "details", "metadata"]);

function isOfClass(thrown: object, name: string): boolean {
  for (let class_ = Object.getPrototypeOf(thrown); class_ !== null; class_ = Object.getPrototypeOf(class_)) {
    if (class_.constructor?.name === name) return true;
  }
  return false;
}

/** Connect spells "canceled" with one L. */
function connectName(code: Code): string {
  return code === Code.CANCELLED ? "canceled" : codeName(code).toLowerCase();
}

/** A thrown value that is a status: a code from 1 to 16 with a text. */
interface ThrownStatus {
  readonly code: Code;
  readonly text: string;
  /** Its metadata, of any form that a program without types may pass. */
  readonly metadata: unknown;
  /** The status and its trailers, read as an error of another server. */
  readonly received: RichError;
  /** The client library that made the error. If there is one, the text comes from another server. */
  readonly library: ClientLibrary | undefined;
}

/** A thrown value and the metadata that came with it. */
interface Thrown {
  readonly thrown: unknown;
  readonly trailer: Metadata | undefined;
  readonly statusMetadata?: Metadata | null | undefined;
}

/**
 * Reads a thrown value as a status. Returns `undefined` for any other value.
 *
 * @param packsOwn whether the handlers of this server make statuses with metadata. Empty metadata and the message of an
 *   `Error` then are a handler's own.
 * @throws any error that a getter of the value throws
 */
export function readThrownStatus(
  { thrown, trailer, statusMetadata }: Thrown,
  catalogs: readonly Catalog[],
  packsOwn: boolean,
): ThrownStatus | undefined {
  if (!isObject(thrown)) return undefined;
  const { code, details, message, metadata: own } = thrown as StatusFields;
  const metadata = statusMetadata === undefined ? (trailer ?? own) : statusMetadata;
  const library = libraryOf(thrown, statusMetadata, packsOwn);
  if (library === "@connectrpc/connect" && statusMetadata === undefined) return readConnectError(thrown, catalogs);
  if (library === "@protobuf-ts/runtime-rpc") return readRpcError(thrown, catalogs);
  if (!isCode(code)) return undefined;
  // Errors of databases have numeric codes too. Only those of grpc-js also have details.
  const isStatus = !isError(thrown) || (packsOwn && isMetadata(metadata));
  const text = typeof details !== "string" && isStatus ? message : details;
  if (typeof text !== "string") return undefined;
  return { code, text, metadata, received: RichError.from({ code, details: text, metadata }, { catalogs }), library };
}

type StatusFields = Readonly<
  Partial<Record<"code" | "details" | "message" | "metadata" | "rawMessage" | "meta", unknown>>
>;

function libraryOf(
  thrown: object,
  statusMetadata: Metadata | null | undefined,
  packsOwn: boolean,
): ClientLibrary | undefined {
  if (statusMetadata === undefined) return clientLibraryOf(thrown, packsOwn);
  const { code, details } = thrown as StatusFields;
  return isCode(code) && typeof details === "string" ? clientLibraryOfStatus(code, details, statusMetadata) : undefined;
}

/** Reads an error of Connect, which keeps the details packed under the names of their types. */
function readConnectError(thrown: object, catalogs: readonly Catalog[]): ThrownStatus | undefined {
  const { code, rawMessage, details } = thrown as StatusFields;
  if (!isCode(code) || typeof rawMessage !== "string") return undefined;
  const received = errorOf(receiveStatus({ code, message: rawMessage, details: connectDetailsOf(details) }, catalogs));
  return { code, text: rawMessage, metadata: undefined, received, library: "@connectrpc/connect" };
}

/** Returns the details of an error of Connect that came from a peer. */
export function connectDetailsOf(details: unknown): readonly ErrorDetail[] {
  const packed = (Array.isArray(details) ? details : []).filter(isConnectDetail);
  return packed.map(({ type, value }) => ({ typeUrl: typeUrlOf(type), value }));
}

function isConnectDetail(detail: unknown): detail is { readonly type: string; readonly value: Uint8Array } {
  if (!isObject(detail) || !("type" in detail && "value" in detail)) return false;
  return typeof detail.type === "string" && isBytes(detail.value);
}

/** Reads an error of protobuf-ts, which has the code by name and the trailer in base64. */
function readRpcError(thrown: object, catalogs: readonly Catalog[]): ThrownStatus | undefined {
  const { code: name, message, meta } = thrown as StatusFields;
  const code = codeNamed(name);
  if (code === undefined || typeof message !== "string") return undefined;
  const trailer = (meta as Readonly<Record<string, unknown>>)[TRAILER];
  const bytes = typeof trailer === "string" ? [bytesOf(trailer)] : [];
  const metadata = { get: () => bytes, getMap: () => ({}), clone: () => metadata };
  const received = RichError.from({ code, details: message, metadata }, { catalogs });
  return { code, text: message, metadata: undefined, received, library: "@protobuf-ts/runtime-rpc" };
}

/** @throws DOMException if the text is not base64 */
function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
