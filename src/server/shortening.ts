import { BadRequest, PreconditionFailure, QuotaFailure } from "../detail/standard-types.js";
import { MalformedError, WireReader } from "../wire/reader.js";

/** The beginning of a text, so many bytes of UTF-8 at most, cut between code points. */
export function cutText(text: string, bytes: number): string {
  // A character takes a byte at least. The text may be a megabyte of which a kilobyte is kept.
  const first = text.slice(0, bytes);
  const encoded = Buffer.from(first);
  if (encoded.length <= bytes) return first;
  let end = bytes;
  // A byte 10xxxxxx goes on with a code point that began before.
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end--;
  return encoded.toString("utf8", 0, end);
}

const VIOLATIONS = new Set([BadRequest.typeName, PreconditionFailure.typeName, QuotaFailure.typeName]);

/** Tells whether a message holds nothing but violations, one after the other. */
export function isViolations(typeName: string): boolean {
  return VIOLATIONS.has(typeName);
}

/** The first violations of a message, so many bytes at most; what cannot be read ends them. */
export function cutViolations(message: Uint8Array, bytes: number): Uint8Array {
  if (message.length <= bytes) return message;
  const reader = new WireReader(message);
  let end = 0;
  try {
    while (!reader.done) {
      reader.tag();
      const violation = reader.bytes();
      const next = violation.byteOffset - message.byteOffset + violation.length;
      if (next > bytes) break;
      end = next;
    }
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
  }
  return message.subarray(0, end);
}
