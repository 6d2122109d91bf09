import type { Metadata } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { type Code, codeName, isCode } from "../code.js";
import { RichError } from "../rich-error.js";
import { isError } from "./is-error.js";

/** A status in the manner of grpc-js, as a handler throws one: a code from 1 to 16, with `details`. */
export interface ThrownStatus {
  readonly code: Code;
  readonly text: string;
  /** The status together with the trailers that came with it, read as an error of another server. */
  readonly received: RichError;
  /** A client of grpc-js made it: another server's words. */
  readonly upstream: boolean;
}

/**
 * Reads a thrown value as a status.
 *
 * @throws whatever a getter of the value throws
 */
export function readThrownStatus(
  thrown: unknown,
  trailer: Metadata | undefined,
  catalogs: readonly Catalog[],
): ThrownStatus | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const { code, details, message, metadata } = thrown as GrpcStatus;
  if (!isCode(code)) return undefined;
  // Databases have numeric codes too: of errors, only grpc-js's have details beside.
  const text = typeof details !== "string" && !isError(thrown) ? message : details;
  if (typeof text !== "string") return undefined;
  const received = RichError.from({ code, details: text, metadata: trailer ?? metadata }, { catalogs });
  const upstream = isError(thrown) && madeByClient(thrown, `${code} ${codeName(code)}: ${text}`);
  return { code, text, received, upstream };
}

interface GrpcStatus {
  readonly code?: unknown;
  readonly details?: unknown;
  readonly message?: unknown;
  readonly metadata?: unknown;
}

/** Tells an error that a client of grpc-js made, even if somebody wrote another message over its own. */
function madeByClient({ message, stack }: Error, written: string): boolean {
  return message === written || (typeof stack === "string" && stack.includes("\nfor call at\n"));
}
