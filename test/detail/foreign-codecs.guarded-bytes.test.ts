import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guarded } from "../../src/detail/foreign-codecs.js";
import { runs } from "../fuzz/runs.js";

/** All bytes, read one by one, as google-protobuf does. */
function read(bytes: Uint8Array, length = bytes.length): number[] {
  return Array.from({ length }, (_, index) => bytes[index] ?? -1);
}

const LONG = Uint8Array.of(0x0a, 0x80, 0x80, 0x01, 0x61);

describe("guarded", () => {
  it("returns the bytes as a plain Uint8Array", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const given = guarded(Buffer.from(bytes));
        expect(given.constructor).toBe(Uint8Array);
        expect(read(given)).toEqual([...bytes]);
        expect([...given.subarray(1)]).toEqual([...bytes.subarray(1)]);
        expect(given.length).toBe(bytes.length);
      }),
      runs(0.05),
    );
  });

  it("returns a view, not a copy", () => {
    const buffer = Buffer.from([0, ...LONG, 0]);
    const given = guarded(buffer.subarray(1, -1));
    expect(given.buffer).toBe(buffer.buffer);
    expect(read(given)).toEqual([...LONG]);
  });

  it.each([
    ["a length of three bytes", LONG],
    ["a length of five bytes", Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x07)],
    ["a text that is not ASCII", new TextEncoder().encode("é")],
  ])("refuses to read beyond the end of %s", (_, bytes) => {
    expect(() => read(guarded(bytes), bytes.length + 1)).toThrow("a field is longer than the remaining bytes");
  });

  it.each([
    ["nothing", []],
    ["a text of ASCII", [0x0a, 0x02, 0x61, 0x7f]],
    ["the most that two bytes can claim", [0x0a, 0xff, 0x7f]],
  ])("returns no Proxy for %s", (_, bytes) => {
    expect(guarded(Uint8Array.from(bytes))[bytes.length]).toBeUndefined();
  });
});
