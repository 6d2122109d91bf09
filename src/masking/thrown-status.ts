import type { Metadata } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { type Code, codeNamed, isCode } from "../code.js";
import { typeUrlOf } from "../detail/detail.js";
import { receiveStatus } from "../error/receive.js";
import { isBytes } from "../platform/bytes.js";
import { isError } from "../platform/values.js";
import { errorOf, RichError } from "../rich-error.js";
import { type ClientLibrary, clientLibraryOf, clientLibraryOfStatus } from "./client-library.js";

/** A status in the manner of grpc-js, as a handler throws one: a code from 1 to 16, with `details`. */
export interface ThrownStatus {
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
  const { code, details, message, metadata } = thrown as Fields;
  if (!isCode(code)) return undefined;
  // Databases have numeric codes too: of errors, only grpc-js's have details beside.
  const text = typeof details !== "string" && !isError(thrown) ? message : details;
  if (typeof text !== "string") return undefined;
  if (statusMetadata !== undefined) return readStatus(code, text, statusMetadata, catalogs);
  const received = RichError.from({ code, details: text, metadata: trailer ?? metadata }, { catalogs });
  return { code, text, received, library };
}

type Fields = Readonly<Partial<Record<"code" | "details" | "message" | "metadata" | "rawMessage" | "meta", unknown>>>;

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
  const { code, rawMessage, details } = thrown as Fields;
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
  const { code: name, message, meta } = thrown as Fields;
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
