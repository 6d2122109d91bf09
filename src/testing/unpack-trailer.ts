import type { Metadata } from "@grpc/grpc-js";
import { checkReadOptions, type ReadOptions, receivePacked } from "../error/receive.js";
import type { IssueKind } from "../issue.js";
import { isBytes } from "../platform/bytes.js";
import { errorOf, type RichError } from "../rich-error.js";
import { TRAILER } from "../status/trailer.js";

/**
 * Reads the trailer `grpc-status-details-bin` and throws if anything is wrong
 * with it, where `unpack` of the main entry would go on with what it has.
 *
 * ```ts
 * expect(unpackTrailer(trailers, { catalogs: [catalog] }).standardDetails.retryDelay).toBe(1000);
 * ```
 *
 * Takes metadata that has the trailer, its bytes, or these in base64 as they
 * stand on the wire. A type or a reason that the catalogs do not have is no
 * mistake, and neither is what did not fit: say nothing of catalogs to look at details only.
 *
 * @throws TypeError if there is no trailer, with a list of all that is wrong with it, or for an option that is not known
 */
export function unpackTrailer(source: Metadata | Uint8Array | string, options?: ReadOptions): RichError {
  checkReadOptions("unpackTrailer", options);
  const { catalogs = [] } = options ?? {};
  const error = errorOf(receivePacked(bytesOf(source), catalogs));
  const wrong = error.issues.filter(({ kind }) => !HARMLESS.has(kind));
  if (wrong.length > 0) {
    throw new TypeError(`${TRAILER}: ${wrong.map(({ kind, message }) => `${kind}: ${message}`).join("; ")}`);
  }
  return error;
}

const HARMLESS: ReadonlySet<IssueKind> = new Set(["unknown-type", "unknown-reason", "shed"]);

function bytesOf(source: Metadata | Uint8Array | string): Uint8Array {
  if (typeof source === "string") return fromBase64(source);
  if (isBytes(source)) return source;
  const values = source.get(TRAILER);
  const [value] = values;
  if (value === undefined) throw new TypeError(`the metadata has no ${TRAILER}; it has: ${keysOf(source)}`);
  if (values.length > 1) throw new TypeError(`the metadata has ${values.length} values of ${TRAILER}, not one`);
  if (typeof value === "string") throw new TypeError(`${TRAILER} is a string; a trailer named -bin holds bytes`);
  return value;
}

function keysOf(metadata: Metadata): string {
  return Object.keys(metadata.getMap()).join(", ") || "nothing";
}

/** What gRPC has on the wire: base64, padded or not. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

function fromBase64(text: string): Uint8Array {
  if (!BASE64.test(text)) throw new TypeError(`${TRAILER} is not base64: ${JSON.stringify(text.slice(0, 40))}`);
  return Buffer.from(text, "base64");
}
