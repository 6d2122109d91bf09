/**
 * A text without what would steer a terminal: control characters, line breaks
 * and marks that turn the direction of text around. Each is shown as `\u{…}`.
 */
export function printable(text: string): string {
  return text.replace(STEERING, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

const STEERING = /[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
