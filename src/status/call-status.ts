import type { Metadata } from "@grpc/grpc-js";
import type { Code } from "../code.js";
import type { Issue } from "../issue.js";
import { isBytes } from "../platform/bytes.js";
import { attempt, isObject } from "../platform/values.js";
import { isMetadata } from "./metadata.js";
import { type DecodedStatus, encodeStatus, PackedStatus, type StatusHead, TRAILER } from "./trailer.js";

/** The status of a call as grpc-js hands it over. */
export interface CallStatus extends StatusHead {
  readonly metadata?: Metadata | undefined;
}

/** How a call ended: its status, and the body that the details are read from. */
interface ReceivedStatus {
  readonly status: CallStatus;
  readonly body: PackedStatus | DecodedStatus;
}

/**
 * Reads an error or a status of grpc-js: any object with a whole number as `code` and a string as `details`. With
 * metadata of grpc-js, any number is a code, because a peer may send `grpc-status: 5.5`.
 *
 * - The status of the call counts. Where the trailer has another code or message, this is an issue.
 * - Without a trailer, or with one that is not bytes, there are no details.
 * - Of several trailers, the first counts, and this is an issue.
 * - If the call has no message, the trailer's is used: HTTP/2 does not carry values that begin or end with a space,
 *   and Node drops the `grpc-message` of a peer that does not escape it.
 * - So it is if the call's message is only half decoded: grpc-js leaves `%2C` and other escapes that Connect's servers
 *   write.
 *
 * Returns `undefined` for any other value. Never throws.
 */
export function receiveTrailer(value: unknown): ReceivedStatus | undefined {
  const status = readCall(value);
  if (!status) return undefined;
  const values = trailersIn(status.metadata);
  const trailer = values[0];
  if (!isBytes(trailer)) return { status, body: withoutDetails(status) };
  const body = new PackedStatus(trailer, (decoded) => reviewTrailer(decoded, status, values.length > 1));
  const { message } = status;
  const isMissing = message === "" || (message.includes("%") && isHalfDecoded(message, body.head.message));
  return { status: isMissing ? { ...status, message: body.head.message } : status, body };
}

/**
 * Returns the body of a trailer whose code and message are known from elsewhere, such as a log. Where the trailer has
 * others, this is an issue.
 */
export function trailerBeside(call: StatusHead, trailer: Uint8Array): PackedStatus {
  return new PackedStatus(trailer, (decoded) => reviewTrailer(decoded, call, false));
}

/** Returns a status without details. */
export function withoutDetails({ code, message }: StatusHead): DecodedStatus {
  return { code, message, details: [], issues: [] };
}

function readCall(value: unknown): CallStatus | undefined {
  try {
    if (!isObject(value) || !("code" in value && "details" in value)) return undefined;
    const { code, details: message } = value;
    if (typeof code !== "number" || typeof message !== "string") return undefined;
    const metadata = "metadata" in value && isMetadata(value.metadata) ? value.metadata : undefined;
    // grpc-js makes NaN of a status that is not a number.
    if (!metadata && !Number.isInteger(code) && !Number.isNaN(code)) return undefined;
    return { code, message, metadata };
  } catch {
    // A getter of the value threw.
    return undefined;
  }
}

function trailersIn(metadata: Metadata | undefined): readonly unknown[] {
  try {
    const values: unknown = metadata?.get(TRAILER);
    return Array.isArray(values) ? values : [];
  } catch {
    return [];
  }
}

function reviewTrailer({ code, message, issues }: DecodedStatus, call: StatusHead, isDoubled: boolean): Issue[] {
  const found: Issue[] = [];
  // A trailer that breaks off before its code contradicts nothing.
  const isCutShort = code === 0 && issues.some(({ kind }) => kind === "malformed-status");
  if (!isCutShort && code !== call.code) {
    found.push({ kind: "code-mismatch", message: `the trailer has the code ${code}, grpc-status is ${call.code}` });
  }
  if (!isCutShort && message !== call.message && !isHalfDecoded(call.message, message)) {
    found.push({ kind: "message-mismatch", message: "the trailer has another message than grpc-message" });
  }
  if (isDoubled) found.push({ kind: "several-statuses", message: "the trailer has more than one value" });
  return found;
}

/** Checks whether a message is what grpc-js makes of a whole message that its sender escaped completely. */
function isHalfDecoded(message: string, whole: string): boolean {
  return message !== whole && attempt(() => decodeURI(encodeURIComponent(whole))) === message;
}

/** An error as grpc-js sends it. */
export interface PackedError {
  readonly code: Code;
  readonly details: string;
  readonly metadata: Metadata;
}

/**
 * Returns a status for grpc-js, with the details in its trailers. A trailer that is already there is replaced.
 *
 * @param details the details as {@link encodeDetails} encodes them
 * @param metadata the trailers, which must be sendable
 */
export function packStatus<Trailers extends Metadata>(
  code: Code,
  message: string,
  details: Uint8Array,
  metadata: Trailers,
): PackedError & { readonly metadata: Trailers } {
  if (details.length > 0) {
    const bytes = encodeStatus(code, message, details);
    metadata.set(TRAILER, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } else {
    metadata.remove(TRAILER);
  }
  return { code, details: message, metadata };
}
