import { isCode } from "../code.js";
import { hasType } from "../detail/detail.js";
import { decodeStatus, PackedStatus } from "../status/trailer.js";
import { MalformedError, WireReader } from "../wire/reader.js";

/**
 * Checks whether bytes can hardly be anything but a `google.rpc.Status`: they begin with a code from 1 to 16, have no
 * other fields than those of a status, and every detail has a type.
 */
export function isStatus(bytes: Uint8Array): boolean {
  const [tag, code] = bytes;
  if (tag !== CODE || !isCode(code) || !hasOnlyItsFields(bytes)) return false;
  const { message, details, issues } = decodeStatus(bytes);
  const isText = !message.includes("\ufffd") && !/[^\P{Cc}\t\n\r]/u.test(message);
  return isText && issues.length === 0 && details.every(({ typeUrl }) => hasType(typeUrl));
}

/** Checks whether bytes may be a `google.rpc.Status`, or the beginning of one: they have a code or a typed detail. */
export function mayBeStatus(bytes: Uint8Array): boolean {
  const [tag, code] = bytes;
  if (tag === CODE) return isCode(code);
  if (tag !== MESSAGE && tag !== DETAIL) return false;
  const packed = new PackedStatus(bytes);
  if (tag === MESSAGE && isCode(packed.head.code)) return true;
  return packed.decode().details.some(({ typeUrl }) => /^[\w.-]+(\/[\w.-]+)+$/.test(typeUrl));
}

/** The tags of the fields of a status. */
const CODE = 0x08;
const MESSAGE = 0x12;
const DETAIL = 0x1a;

function hasOnlyItsFields(bytes: Uint8Array): boolean {
  try {
    const reader = new WireReader(bytes);
    while (!reader.done) {
      const tag = reader.tag();
      if (tag !== CODE && tag !== MESSAGE && tag !== DETAIL) return false;
      reader.skip(tag);
    }
    return true;
  } catch (error) {
    if (error instanceof MalformedError) return false;
    throw error;
  }
}
