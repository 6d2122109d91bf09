import { isErrorValue, tagOf } from "./guarded-value.js";

/** What a thrown value says: the message of an error, else the value as text. Never throws. */
export function thrownText(thrown: unknown): string {
  try {
    const value: unknown = isErrorValue(thrown) ? thrown.message : thrown;
    // The text of a list has that of every entry, and a list may stand in itself many times.
    const isList = Array.isArray(value) || ArrayBuffer.isView(value);
    return isList ? tagOf(value) : String(value);
  } catch {
    return "something was thrown that has no text";
  }
}
