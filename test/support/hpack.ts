/**
 * The characters that HPACK has Huffman codes for, by the length of their code in
 * bits. Codes of one length follow one another in the order of the characters and
 * begin where the codes of the previous length ended. No other character has a shorter code.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7541#appendix-B
 */
const BY_LENGTH: Readonly<Record<number, string>> = {
  5: "012aceiost",
  6: " %-./3456789=A_bdfghlmnpru",
  7: ":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz",
  8: "&*,;XZ",
};

const CODES = new Map<string, string>();
let code = 0;
let last = 0;
for (const [length, characters] of Object.entries(BY_LENGTH)) {
  code <<= Number(length) - last;
  last = Number(length);
  for (const character of characters) CODES.set(character, (code++).toString(2).padStart(last, "0"));
}

/** Text in HPACK's Huffman code, as bits: `"0001110001"`. */
export function huffmanBits(text: string): string {
  return Array.from(text, (character) => {
    const bits = CODES.get(character);
    if (bits === undefined) throw new RangeError(`${character} is not among the characters`);
    return bits;
  }).join("");
}

/** Bytes as bits. */
export function bitsOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
}
