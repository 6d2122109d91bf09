// Not `Buffer`, `btoa` or `atob`, because no runtime has all of them.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Returns bytes in base64, with padding. */
export function base64Encode(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let place = 0; place < 4; place++) {
      text += place > left ? "=" : ALPHABET.charAt((three >> (18 - 6 * place)) & 63);
    }
  }
  return text;
}

/**
 * Returns the bytes of a text in base64 or base64url, with or without padding and white space.
 *
 * @throws Error if the text is neither
 */
export function base64Decode(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let bits = 0;
  let value = 0;
  let at = 0;
  for (const digit of text.replace(/[\n\r\t ]+/g, "")) {
    if (digit === "=") {
      bits = 0;
      continue;
    }
    const six = ALPHABET.indexOf(digit === "-" ? "+" : digit === "_" ? "/" : digit);
    if (six < 0) throw new Error("invalid base64 string");
    value = ((value << 6) | six) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = value >> bits;
  }
  if (bits === 6) throw new Error("invalid base64 string");
  return bytes.subarray(0, at);
}
