import type { Metadata } from "@grpc/grpc-js";
import type { Code } from "../code.js";
import { thrownOf } from "../error/carried-metadata.js";
import { firstOf } from "../platform/names.js";
import { isObject } from "../platform/values.js";
import { warnOnce } from "../platform/warnings.js";
import { RichError } from "../rich-error.js";
import { isFromPeer, isMetadata } from "../status/metadata.js";
import { decodeStatus, TRAILER } from "../status/trailer.js";

/** A status that a handler of this server made. */
export interface OwnStatus {
  readonly code: Code;
  readonly text: string;
  /** Its metadata, of any form that a program without types may pass. */
  readonly metadata: unknown;
}

/** A status of this server as its client gets it. */
export interface PassedStatus {
  readonly sent: RichError;
  /** The trailer as the handler packed it. It is sent as it is if the error fits. */
  readonly packed: Buffer | undefined;
}

/**
 * Returns the RichError whose own metadata a status carries, if the status still has the error's code and text:
 * `packError(error)`, or a status that an interceptor copied.
 *
 * @throws whatever a getter of the value throws
 */
export function errorOfStatus(status: unknown): RichError | undefined {
  // A RichError packs itself when its metadata is read.
  if (!isObject(status) || status instanceof RichError || !("metadata" in status)) return undefined;
  const thrown = thrownOf(status.metadata);
  if (!(thrown instanceof RichError)) return undefined;
  const { code, details } = status as { code?: unknown; details?: unknown };
  return code === thrown.code && (details === thrown.message || details === thrown.details) ? thrown : undefined;
}

/**
 * Returns a status of this server with all of its metadata.
 *
 * @param problems receives what is left out, and what is inconsistent
 */
export function passStatus({ code, text, metadata }: OwnStatus, problems: Error[]): PassedStatus {
  if (!isMetadata(metadata)) {
    if (isObject(metadata)) problems.push(notMetadata("a plain status"));
    return { sent: new RichError(code, text), packed: undefined };
  }
  const packed = readTrailer(metadata, code, text, problems);
  const errorDetails = packed ? decodeStatus(packed).details : [];
  return { sent: new RichError(code, text, { metadata, errorDetails }), packed };
}

/** Returns the trailer of a status, or `undefined` if it has none that a client could read. */
function readTrailer(metadata: Metadata, code: Code, text: string, problems: Error[]): Buffer | undefined {
  const [trailer, ...others] = metadata.get(TRAILER);
  if (trailer === undefined) return undefined;
  const status = typeof trailer === "string" ? undefined : decodeStatus(trailer);
  if (!status || typeof trailer === "string" || status.issues.some(({ kind }) => kind === "malformed-status")) {
    problems.push(new Error(`${TRAILER} is left out, because it is not a google.rpc.Status`));
    return undefined;
  }
  if (others.length > 0) problems.push(new Error(`${TRAILER} is sent with its first value only`));
  if (status.code !== code) {
    problems.push(new Error(`${TRAILER} has the code ${status.code}, but the status has the code ${code}`));
  }
  if (status.message !== text) problems.push(new Error(`${TRAILER} has another message than the status`));
  return trailer;
}

/**
 * Returns the problem of metadata that a handler made and its client does not get, or `undefined` if there is none. The
 * first such problem causes a process warning.
 *
 * @param of the value that had the metadata
 * @param sent the names of the fields that the client gets
 */
export function droppedProblem(metadata: unknown, of: string, sent: readonly string[] = []): Error | undefined {
  if (!isObject(metadata)) return undefined;
  if (!isMetadata(metadata)) return notMetadata(of);
  if (isFromPeer(metadata)) return new Error(`left out the metadata of ${of}, because it came from another server`);
  const names = Object.keys(metadata.getMap()).filter((name) => !sent.includes(name));
  if (names.length === 0) return undefined;
  const fields = firstOf(names, MAX_NAMES, (name) => JSON.stringify(name.slice(0, 100)));
  if (of === MASKED) return new Error(`left out the metadata of ${of}: ${fields}; a masked error has none`);
  warnOnce("GRPC_RICH_ERRORS_STATUS_METADATA", DROPPED);
  return new Error(`left out the metadata of ${of}: ${fields}; ${INSTEAD}`);
}

/** The owner of the trailers that a handler gave beside an error that is masked. No option lets them pass. */
export const MASKED = "a masked error";

function notMetadata(of: string): Error {
  return new Error(`left out the metadata of ${of}, because it is not a Metadata of grpc-js; use new Metadata()`);
}

const MAX_NAMES = 10;

const INSTEAD =
  'if the handlers of this server make such metadata themselves, set "passStatusMetadata" of richErrorServerInterceptor';

const DROPPED =
  "the server left out metadata of a plain status, { code, details, metadata }, because it may come from another server; " +
  `${INSTEAD}. "problems" of onError names the fields`;
