/** The size of a text in the two forms in which a header block has it. */
export interface TextSize {
  /** In UTF-8, as in the trailer. */
  readonly bytes: number;
  /** Percent-encoded by `encodeURI`, as grpc-js sends `grpc-message`. */
  readonly encoded: number;
}

/** The size of a text. A lone surrogate counts as U+FFFD, which is sent in its place. */
export function sizeOfText(text: string): TextSize {
  const bytes = Buffer.byteLength(text);
  let encoded = bytes * 3;
  for (const { length } of text.match(UNCHANGED) ?? []) encoded -= length * 2;
  return { bytes, encoded };
}

/**
 * The longest beginning of a well-formed text that fits, cut between code
 * points. Looks at no more of the text than that.
 *
 * @param fits must not take a longer beginning where it refuses a shorter one
 */
export function longestBeginning(text: string, fits: (size: TextSize) => boolean): string {
  let end = 0;
  let bytes = 0;
  let encoded = 0;
  while (end < text.length) {
    const point = text.codePointAt(end) ?? 0;
    const width = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    bytes += width;
    encoded += IS_UNCHANGED[point] ? 1 : width * 3;
    if (!fits({ bytes, encoded })) break;
    end += point < 0x10000 ? 1 : 2;
  }
  return text.slice(0, end);
}

/** Runs of what `encodeURI` leaves as it is. */
const UNCHANGED = /[A-Za-z0-9;,/?:@&=+$\-_.!~*'()#]+/g;

/** By code point. */
const IS_UNCHANGED: readonly boolean[] = Array.from({ length: 0x80 }, (_, point) => {
  const text = String.fromCharCode(point);
  return encodeURI(text) === text;
});
