import { REDACTED } from "../detail/process-redaction.js";
import { isBytes } from "../platform/bytes.js";
import { fieldsOf } from "../platform/plain-value.js";
import { isLong, isObject } from "../platform/values.js";

/**
 * Returns a message as plain data, in which {@link REDACTED} stands for each value that differs from the other message.
 *
 * The two are decoded from the same bytes: one without redacted fields, the other with values of no meaning in their
 * place. So the differences are the redacted fields, in the form of any protobuf library, and show nothing of their values.
 */
export function markedMessage(kept: unknown, other: unknown): unknown {
  if (isSame(kept, other)) return other;
  if (!isObject(kept) || !isObject(other) || isLeaf(other)) return REDACTED;
  if (Array.isArray(other)) {
    if (!Array.isArray(kept) || kept.length !== other.length) return REDACTED;
    return other.map((item, index) => markedMessage(kept[index], item));
  }
  const [before, after] = [entriesOf(kept), entriesOf(other)];
  if (before.size === 0 && isMap(after)) return REDACTED;
  return Object.fromEntries(
    [...after].map(([key, value]) => [key, before.has(key) ? markedMessage(before.get(key), value) : REDACTED]),
  );
}

/** Checks whether an object may be a map whose only key is a zero. A message with such a field is redacted, too. */
function isMap(entries: ReadonlyMap<string, unknown>): boolean {
  return entries.size === 1 && ["", "0", "false"].some((key) => entries.has(key));
}

function entriesOf(message: object): ReadonlyMap<string, unknown> {
  const fields = fieldsOf(message);
  const entries = fields instanceof Map ? [...fields] : Object.entries(fields);
  return new Map(entries.map(([key, value]) => [String(key), value]));
}

/** Checks whether a value is an object without fields. */
function isLeaf(value: object): boolean {
  return isBytes(value) || value instanceof Date || isLong(value);
}

function isSame(kept: unknown, other: unknown): boolean {
  if (Object.is(kept, other)) return true;
  if (!isObject(kept) || !isObject(other)) return false;
  if (isBytes(kept) && isBytes(other)) {
    return kept.length === other.length && kept.every((byte, index) => byte === other[index]);
  }
  if (other instanceof Date) return kept instanceof Date && Object.is(kept.getTime(), other.getTime());
  return isLong(kept) && isLong(other) && String(kept) === String(other);
}
