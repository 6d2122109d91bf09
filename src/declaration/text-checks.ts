/** Tells whether a text holds a control character, a line break among them. */
export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}|[\u2028\u2029]/u.test(text);
}

/** What is wrong with a text that is shown on one line; none if nothing is. */
export function lineMistake(text: string): string | undefined {
  if (hasControlCharacter(text)) return "holds a control character or a line break; write it on one line";
  if (text.trim() !== text) return "begins or ends with white space; write it without";
  return undefined;
}

/** Tells whether a text is the address of a web page. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text) && !hasControlCharacter(text) && URL.canParse(text);
}

/**
 * A text without the characters that steer whoever shows it: control characters,
 * line breaks and marks that turn the direction of text around. Each is shown as `\u{…}`.
 */
export function printable(text: string): string {
  return text.replace(STEERING, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** A string literal with escapes for the characters that {@link printable} shows. Means the same as before. */
export function escapeSteering(literal: string): string {
  return literal.replace(STEERING, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** All of them are of the basic plane, and so one unit of UTF-16 each. */
const STEERING = /[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** A domain as `ErrorInfo` has it: a name like `"orders.shop.example"`, in lower case. */
export function isDomain(text: string): boolean {
  return /^[a-z0-9]([a-z0-9._/-]*[a-z0-9])?$/.test(text);
}

/** Alternatives for a human: `"a, b or c"`. */
export function oneOf(alternatives: readonly string[]): string {
  const last = alternatives.at(-1) ?? "";
  return alternatives.length < 2 ? last : `${alternatives.slice(0, -1).join(", ")} or ${last}`;
}
