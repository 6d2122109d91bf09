import type { Metadata } from "@grpc/grpc-js";
import { checkReadOptions, type ReadOptions, receivePacked } from "../error/receive.js";
import type { Issue, IssueKind } from "../issue.js";
import { isBytes } from "../platform/bytes.js";
import { errorOf, type RichError } from "../rich-error.js";
import { TRAILER } from "../status/trailer.js";

/** A trailer `grpc-status-details-bin`: metadata that has it, its bytes, or its bytes in base64 as on the wire. */
export type Trailer = Metadata | Uint8Array | string;

/**
 * Reads the trailer `grpc-status-details-bin` as `unpack` does, but throws if it has issues:
 *
 * ```ts
 * expect(unpackTrailer(status.metadata, { catalogs: [catalog] }).standardDetails.retryDelay).toBe(1000);
 * ```
 *
 * Issues about a type or a reason that no catalog has, and about parts that did not fit, are accepted. So you need no
 * catalogs to look at standard details.
 *
 * @throws TypeError with all issues, if there is not exactly one trailer, or if an option is unknown
 */
export function unpackTrailer(trailer: Trailer, options?: ReadOptions): RichError {
  checkReadOptions("unpackTrailer", options);
  const { catalogs = [] } = options ?? {};
  const error = errorOf(receivePacked(bytesOf(trailer), catalogs));
  const issues = mistakesIn(error);
  if (issues.length > 0) {
    throw new TypeError(`${TRAILER}: ${issues.map(({ kind, message }) => `${kind}: ${message}`).join("; ")}`);
  }
  return error;
}

/** Returns the issues of an error that its sender caused. */
export function mistakesIn({ issues }: RichError): readonly Issue[] {
  return issues.filter(({ kind }) => !ACCEPTED.has(kind));
}

const ACCEPTED: ReadonlySet<IssueKind> = new Set(["unknown-type", "unknown-reason", "shed"]);

/** @throws TypeError */
export function bytesOf(trailer: Trailer): Uint8Array {
  if (typeof trailer === "string") return fromBase64(trailer);
  if (isBytes(trailer)) return trailer;
  const values = trailer.get(TRAILER);
  const [value] = values;
  if (value === undefined) throw new TypeError(`the metadata has no ${TRAILER}; its keys: ${keysOf(trailer)}`);
  if (values.length > 1) throw new TypeError(`the metadata has ${values.length} values of ${TRAILER}; send only one`);
  if (typeof value === "string") throw new TypeError(`${TRAILER} is a string; set it to a Buffer`);
  return value;
}

function keysOf(metadata: Metadata): string {
  return Object.keys(metadata.getMap()).join(", ") || "none";
}

/** Base64 as gRPC has it on the wire, with or without padding. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

function fromBase64(text: string): Uint8Array {
  if (!BASE64.test(text)) throw new TypeError(`${TRAILER} is not base64: ${JSON.stringify(text.slice(0, 40))}`);
  return Buffer.from(text, "base64");
}
