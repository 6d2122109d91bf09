import { describe, expect, it } from "vitest";
import { delimited, MalformedError, varint, WireReader } from "../../src/wire/reader.js";
import { hex, toHex } from "../support/bytes.js";

const reader = (text: string) => new WireReader(hex(text));

describe("a number", () => {
  it.each([
    ["zero", "00", 0],
    ["one byte", "7f", 127],
    ["two bytes", "80 01", 128],
    ["the largest of 31 bits", "ff ff ff ff 07", 2 ** 31 - 1],
    ["five bytes with the sign bit", "80 80 80 80 08", -(2 ** 31)],
    ["a negative number in ten bytes", "fb ff ff ff ff ff ff ff ff 01", -5],
    ["overlong", "85 80 00", 5],
    ["overlong to ten bytes", "85 80 80 80 80 80 80 80 80 00", 5],
  ])("is read: %s", (_, bytes, value) => {
    const read = reader(bytes);
    expect(read.int32()).toBe(value);
    expect(read.done).toBe(true);
  });

  it.each([
    ["no bytes", "", "the bytes end inside a number"],
    ["a byte that announces another", "80", "the bytes end inside a number"],
    ["nine bytes that announce another", "ff ff ff ff ff ff ff ff ff", "the bytes end inside a number"],
    ["eleven bytes", "80 80 80 80 80 80 80 80 80 80 00", "a number is longer than ten bytes"],
  ])("is refused: %s", (_, bytes, message) => {
    expect(() => reader(bytes).int32()).toThrow(new MalformedError(message));
  });
});

describe("a tag", () => {
  it.each([
    ["08", varint(1)],
    ["12", delimited(2)],
    ["9a 06", delimited(99)],
    ["fa ff ff ff 0f", delimited(2 ** 29 - 1)],
  ])("%s is read", (bytes, tag) => {
    expect(reader(bytes).tag()).toBe(tag);
  });

  it.each(["00", "02", "07", "82 80 00"])("%s is refused, because it has field number 0", (bytes) => {
    expect(() => reader(bytes).tag()).toThrow(new MalformedError("a field has number 0"));
  });
});

describe("bytes", () => {
  it("are a view of the source, not a copy", () => {
    const source = hex("02 61 62");
    expect(new WireReader(source).bytes().buffer).toBe(source.buffer);
  });

  it.each([
    ["empty", "00", ""],
    ["two", "02 61 62 63", "61 62"],
    ["with an overlong length", "82 00 61 62", "61 62"],
  ])("are read: %s", (_, bytes, value) => {
    expect(toHex(reader(bytes).bytes())).toBe(value);
  });

  it.each([
    ["one byte short", "03 61 62"],
    ["two gigabytes in nine bytes", "ff ff ff ff 07 61 62 63 64"],
    ["a negative length", "ff ff ff ff ff ff ff ff ff 01 61"],
    ["a length of 2^31", "80 80 80 80 08 61"],
    ["a length of 2^32 - 1", "ff ff ff ff 0f 61"],
  ])("are refused: %s", (_, bytes) => {
    expect(() => reader(bytes).bytes()).toThrow(new MalformedError("a field is longer than the remaining bytes"));
  });
});

describe("a string", () => {
  it.each([
    ["ASCII", "02 68 69", "hi"],
    ["two to four bytes", "09 c3 a9 e6 97 a5 f0 9f 98 80", "é日😀"],
    ["a byte order mark, which is kept", "04 ef bb bf 61", "\ufeffa"],
    ["bytes that are not UTF-8", "03 61 ff 62", "a\ufffdb"],
    ["a surrogate in UTF-8", "03 ed a0 80", "\ufffd\ufffd\ufffd"],
  ])("is read: %s", (_, bytes, text) => {
    expect(reader(bytes).string()).toBe(text);
  });
});

describe("a skipped field", () => {
  it.each([
    ["varint", "08 96 01"],
    ["64 bits", "09 01 02 03 04 05 06 07 08"],
    ["length-delimited", "0a 02 61 62"],
    ["32 bits", "0d 01 02 03 04"],
    ["an empty group", "0b 0c"],
    ["a group with fields", "0b 08 01 12 01 61 0c"],
    ["a group in a group", "0b 13 18 01 14 0c"],
  ])("is skipped: %s", (_, bytes) => {
    const read = reader(`${bytes} 08 2a`);
    read.skip(read.tag());
    expect(read.tag()).toBe(varint(1));
    expect(read.int32()).toBe(42);
  });

  it.each([
    ["64 bits cut short", "09 01 02 03", "a field is longer than the remaining bytes"],
    ["32 bits cut short", "0d 01", "a field is longer than the remaining bytes"],
    ["a group without end", "0b 08 01", "the bytes end inside a number"],
    ["the end of another group", "0b 14", "a group ends that did not begin"],
    ["an end without a group", "0c", "a field has wire type 4"],
    ["wire type 6", "0e", "a field has wire type 6"],
    ["wire type 7", "0f", "a field has wire type 7"],
    ["the field 0 in a group", "0b 00", "a field has number 0"],
  ])("is refused: %s", (_, bytes, message) => {
    const read = reader(bytes);
    const tag = read.tag();
    expect(() => read.skip(tag)).toThrow(new MalformedError(message));
  });

  it("may be a group at most 100 deep", () => {
    const nested = (depth: number) => reader("0b".repeat(depth) + "0c".repeat(depth));
    const shallow = nested(100);
    shallow.skip(shallow.tag());
    expect(shallow.done).toBe(true);
    const deep = nested(101);
    expect(() => deep.skip(deep.tag())).toThrow(new MalformedError("groups are nested more than 100 deep"));
  });

  it("does not overflow the stack, however many groups begin", () => {
    const read = new WireReader(new Uint8Array(1_000_000).fill(0x0b));
    expect(() => read.skip(read.tag())).toThrow(MalformedError);
  });
});
