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
  return /^https?:\/\/\S+$/.test(text) && URL.canParse(text);
}

/** A domain as `ErrorInfo` has it: a name like `"orders.shop.example"`, in lower case. */
export function isDomain(text: string): boolean {
  return /^[a-z0-9]([a-z0-9._/-]*[a-z0-9])?$/.test(text);
}

/** Alternatives for a human: `"a, b or c"`. */
export function oneOf(alternatives: readonly string[]): string {
  const last = alternatives.at(-1) ?? "";
  return alternatives.length < 2 ? last : `${alternatives.slice(0, -1).join(", ")} or ${last}`;
}
