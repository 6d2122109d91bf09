import type { Metadata } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { Code, codeName, codeNamed, isCode } from "../code.js";
import { typeUrlOf } from "../detail/detail.js";
import { isLocalStatus } from "../error/origin.js";
import { receiveStatus } from "../error/receive.js";
import { isBytes } from "../platform/bytes.js";
import { isError } from "../platform/values.js";
import { errorOf, RichError } from "../rich-error.js";
import { isEmptyMetadata, isFromPeer, isHeaders } from "../status/received-metadata.js";

/** A status in the manner of grpc-js, as a handler throws one: a code from 1 to 16, with `details`. */
interface ThrownStatus {
  readonly code: Code;
  readonly text: string;
  /** The status together with the trailers that came with it, read as an error of another server. */
  readonly received: RichError;
  /** The client library that made it, if one did: another server's words. */
  readonly library: ClientLibrary | undefined;
}

/** What is known of a thrown value. */
interface Thrown {
  readonly thrown: unknown;
  readonly trailer: Metadata | undefined;
  readonly statusMetadata?: Metadata | null | undefined;
}

/**
 * Reads a thrown value as a status.
 *
 * @throws whatever a getter of the value throws
 */
export function readThrownStatus(
  { thrown, trailer, statusMetadata }: Thrown,
  catalogs: readonly Catalog[],
): ThrownStatus | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const library = statusMetadata === undefined ? clientLibraryOf(thrown) : undefined;
  if (library === "@connectrpc/connect") return readConnectError(thrown, catalogs);
  if (library === "@protobuf-ts/runtime-rpc") return readRpcError(thrown, catalogs);
  const { code, details, message, metadata } = thrown as StatusFields;
  if (!isCode(code)) return undefined;
  // Databases have numeric codes too: of errors, only grpc-js's have details beside.
  const text = typeof details !== "string" && !isError(thrown) ? message : details;
  if (typeof text !== "string") return undefined;
  if (statusMetadata !== undefined) return readStatus(code, text, statusMetadata, catalogs);
  const received = RichError.from({ code, details: text, metadata: trailer ?? metadata }, { catalogs });
  return { code, text, received, library };
}

type StatusFields = Readonly<
  Partial<Record<"code" | "details" | "message" | "metadata" | "rawMessage" | "meta", unknown>>
>;

/** A status that came through interceptors. Its metadata is read only where it is another server's. */
function readStatus(
  code: Code,
  text: string,
  statusMetadata: Metadata | null,
  catalogs: readonly Catalog[],
): ThrownStatus {
  const library = clientLibraryOfStatus(code, text, statusMetadata);
  const metadata = library && statusMetadata;
  return { code, text, received: RichError.from({ code, details: text, metadata }, { catalogs }), library };
}

/** Connect has the details packed, each with the name of its type. */
function readConnectError(thrown: object, catalogs: readonly Catalog[]): ThrownStatus | undefined {
  const { code, rawMessage, details } = thrown as StatusFields;
  if (!isCode(code) || typeof rawMessage !== "string") return undefined;
  const packed = (Array.isArray(details) ? details : []).filter(isConnectDetail);
  const errorDetails = packed.map(({ type, value }) => ({ typeUrl: typeUrlOf(type), value }));
  const received = errorOf(receiveStatus({ code, message: rawMessage, details: errorDetails }, catalogs));
  return { code, text: rawMessage, received, library: "@connectrpc/connect" };
}

function isConnectDetail(detail: unknown): detail is { readonly type: string; readonly value: Uint8Array } {
  if (typeof detail !== "object" || detail === null || !("type" in detail && "value" in detail)) return false;
  return typeof detail.type === "string" && isBytes(detail.value);
}

/** protobuf-ts has the name of the code, and the trailer in base64. */
function readRpcError(thrown: object, catalogs: readonly Catalog[]): ThrownStatus | undefined {
  const { code: name, message, meta } = thrown as StatusFields;
  const code = codeNamed(name);
  if (code === undefined || typeof message !== "string") return undefined;
  const trailer = (meta as Readonly<Record<string, unknown>>)["grpc-status-details-bin"];
  const bytes = typeof trailer === "string" ? [bytesOf(trailer)] : [];
  const metadata = { get: () => bytes, clone: () => metadata };
  const received = RichError.from({ code, details: message, metadata }, { catalogs });
  return { code, text: message, received, library: "@protobuf-ts/runtime-rpc" };
}

/** @throws DOMException if the text is not base64 */
function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** A library whose clients throw other servers' errors, by its package's name. */
export type ClientLibrary =
  | "@grpc/grpc-js"
  | "nice-grpc"
  | "@connectrpc/connect"
  | "google-gax"
  | "@protobuf-ts/runtime-rpc";

/**
 * Recognises an error that a client library made of another server's answer, or a
 * copy of one: spread, assigned to another error, cloned, parsed from JSON, or the
 * status object of grpc-js's `"status"` event.
 *
 * - A library is known by the marks of its errors, not by its classes: there may be several copies of it.
 * - A status is grpc-js's if its metadata came from a peer, or if it has exactly
 *   the fields of grpc-js's status and empty metadata. A handler's own status needs no
 *   empty metadata, and an Error that has it is taken for a handler's.
 *
 * @throws whatever a getter of the value throws
 */
export function clientLibraryOf(thrown: unknown): ClientLibrary | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const { code, details, message, metadata, path, rawMessage, meta, note } = thrown as Fields;
  if (isOfNiceGrpc(thrown, code, details, path)) return "nice-grpc";
  if (typeof rawMessage === "string") return "@connectrpc/connect";
  if (codeNamed(code) && typeof meta === "object" && meta !== null) return "@protobuf-ts/runtime-rpc";
  if ("statusDetails" in thrown || (note !== undefined && "metadata" in thrown) || isOfClass(thrown, "GoogleError")) {
    return "google-gax";
  }
  if (!isCode(code)) return undefined;
  const text = typeof details === "string" ? details : message;
  // Of an error itself, even if somebody wrote another message over its own.
  if (message === `${code} ${codeName(code)}: ${text}` || isFromClient(thrown)) return "@grpc/grpc-js";
  if (!isError(thrown) && isStatusObject(thrown) && isEmptyMetadata(metadata)) return "@grpc/grpc-js";
  return clientLibraryOfStatus(code, typeof text === "string" ? text : "", metadata);
}

/**
 * Recognises a status that came from another server by what grpc-js keeps of an
 * error on its way through interceptors: code, text and metadata. nice-grpc's
 * errors have neither metadata nor a text of their own, and look like a handler's own.
 *
 * @throws whatever a getter of the metadata throws
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

/** The texts of errors, which often end up in other texts: `7 PERMISSION_DENIED: no`, `/shop.Orders/Get NOT_FOUND: no`. */
const BY_GRPC_JS = /(?:^|\s)(\d{1,2}) ([A-Z_]{2,20}): /g;
const BY_NICE_GRPC = /(?:^|\s)\/[\w.]{1,256}\/\w{1,256} ([A-Z_]{2,20}): /g;

function hasName(text: string, form: RegExp, isName: (match: RegExpMatchArray) => boolean): boolean {
  for (const match of text.matchAll(form)) if (isName(match)) return true;
  return false;
}

/** nice-grpc marks its errors with a property each, which copies of them lack. The path is that of a method. */
function isOfNiceGrpc(thrown: object, code: unknown, details: unknown, path: unknown): boolean {
  if ("@@nice-grpc:ClientError" in thrown) return true;
  if ("@@nice-grpc" in thrown && "name" in thrown && thrown.name === "ClientError") return true;
  return isCode(code) && typeof details === "string" && typeof path === "string" && METHOD.test(path);
}

const METHOD = /^\/[\w.]+\/\w+$/;

/** grpc-js's client puts the stack of the call behind that of the error. */
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

/** Connect has one L in "canceled". */
function connectName(code: Code): string {
  return code === Code.CANCELLED ? "canceled" : codeName(code).toLowerCase();
}
