import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageReader } from "../../src/wire/message-reader.js";
import { runs } from "../fuzz/runs.js";
import { Values } from "../gen/values/v1/values.js";
import { hex } from "../support/bytes.js";

const METHODS = [
  ...["uint32", "int32", "sint32", "bool", "int64", "uint64", "sint64"],
  ...["fixed32", "sfixed32", "fixed64", "sfixed64", "float", "double", "string", "bytes", "tag"],
] as const;

type Method = "uint32" | "int64" | "bool" | "string";

const MessageReader = messageReader(BinaryReader) as new (bytes: Uint8Array) => BinaryReader;

/** What reading gives, and where it ends; nothing where it throws. */
function outcome(Reader: new (bytes: Uint8Array) => BinaryReader, bytes: Uint8Array, method: string): unknown {
  return outcomeOf(new Reader(bytes), method);
}

function outcomeOf(reader: BinaryReader, method: string, start = 0): unknown {
  try {
    const value: unknown = reader[method as Method]();
    return { value, pos: reader.pos - start };
  } catch {
    return undefined;
  }
}

function read(method: string, text: string): unknown {
  return outcome(MessageReader, hex(text), method);
}

describe("messageReader", () => {
  it("returns one class for each BinaryReader", () => {
    class Other extends BinaryReader {}
    expect(messageReader(BinaryReader)).toBe(MessageReader);
    expect(messageReader(Other)).not.toBe(MessageReader);
    expect(new MessageReader(hex(""))).toBeInstanceOf(BinaryReader);
    expect(new (messageReader(Other))(hex(""))).toBeInstanceOf(Other);
  });

  it.each(METHODS)("reads a part of some bytes as it reads the part alone: %s", (method) => {
    const list = fc.array(fc.oneof(fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0xff), fc.nat(255)), { maxLength: 14 });
    fc.assert(
      fc.property(list, list, list, (before, part, after) => {
        const Part = messageReader(BinaryReader);
        const start = before.length;
        const reader = new Part(Uint8Array.from([...before, ...part, ...after]), start, start + part.length);
        expect(outcomeOf(reader as BinaryReader, method, start)).toEqual(
          outcome(MessageReader, Uint8Array.from(part), method),
        );
      }),
      runs(0.05),
    );
  });

  it.each(METHODS)("reads and throws the same as BinaryReader: %s", (method) => {
    const byte = fc.oneof(fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0x81, 0xff), fc.nat(255));
    const bytes = fc.oneof(
      fc.array(byte, { maxLength: 14 }),
      // Numbers of nine to twelve bytes, which are rare by chance.
      fc
        .tuple(fc.array(fc.nat(255), { minLength: 8, maxLength: 11 }), fc.nat(255))
        .map(([before, last]) => [...before.map((one) => one | 0x80), last]),
    );
    fc.assert(
      fc.property(bytes, fc.boolean(), (list, isBuffer) => {
        const source = isBuffer ? Buffer.from(list) : Uint8Array.from(list);
        expect(outcome(MessageReader, source, method)).toEqual(outcome(BinaryReader, source, method));
      }),
      runs(0.05),
    );
  });

  it.each([
    ["false", "00", false],
    ["true", "01", true],
    ["false in two bytes", "80 00", false],
    ["false in ten bytes", "80 80 80 80 80 80 80 80 80 00", false],
    ["true by its second half", "80 80 80 80 10", true],
    ["true by its last bit", "80 80 80 80 80 80 80 80 80 01", true],
    ["true by all bits", "ff ff ff ff ff ff ff ff ff 01", true],
  ])("reads %s", (_, bytes, value) => {
    expect(read("bool", bytes)).toEqual({ value, pos: hex(bytes).length });
  });

  it("reads a field that is false on the wire as false", () => {
    const bytes = new BinaryWriter()
      .uint32(9 << 3)
      .bool(false)
      .finish();
    expect(bytes).toEqual(hex("48 00"));
    expect(Values.decode(new MessageReader(bytes)).truth).toBe(false);
    expect(Values.decode(new MessageReader(hex("48 01"))).truth).toBe(true);
  });

  it.each(["uint32", "bool", "int64", "uint64", "sint64"])("refuses a number without an end: %s", (method) => {
    expect(read(method, "80 80 80 80 80 80 80 80 80 80 00")).toBeUndefined();
    expect(read(method, "ff ff ff ff ff ff ff ff ff ff 01")).toBeUndefined();
    expect(read(method, "80 80")).toBeUndefined();
    expect(read(method, "")).toBeUndefined();
  });

  it("throws an error with a reason", () => {
    expect(() => new MessageReader(hex("80")).int64()).toThrow(new RangeError("the bytes end inside a number"));
    expect(() => new MessageReader(hex("80 80 80 80 80 80 80 80 80 80 00")).int64()).toThrow(
      new RangeError("a number is longer than ten bytes"),
    );
    expect(() => new MessageReader(hex("02 61")).string()).toThrow(new RangeError("the bytes end inside a string"));
  });

  it.each<[string, string, bigint]>([
    ["int64", "ff ff ff ff ff ff ff ff ff 01", -1n],
    ["int64", "80 80 80 80 80 80 80 80 80 01", -(2n ** 63n)],
    ["int64", "ff ff ff ff ff ff ff ff 7f", 2n ** 63n - 1n],
    ["int64", "80 80 80 80 10", 2n ** 32n],
    ["int64", "80 80 80 80 08", 2n ** 31n],
    ["uint64", "ff ff ff ff ff ff ff ff ff 01", 2n ** 64n - 1n],
    ["sint64", "01", -1n],
    ["sint64", "02", 1n],
    ["sint64", "ff ff ff ff 1f", -(2n ** 32n)],
    ["sint64", "ff ff ff ff ff ff ff ff ff 01", -(2n ** 63n)],
  ])("reads by %s the number in %s", (method, bytes, value) => {
    expect(read(method, bytes)).toEqual({ value, pos: hex(bytes).length });
  });

  it("reads several fields in order", () => {
    const reader = new MessageReader(hex("02 61 62 05 00 03 e6 97 a5"));
    expect([reader.string(), reader.uint32(), reader.string(), reader.string()]).toEqual(["ab", 5, "", "日"]);
    expect([reader.pos, reader.len]).toEqual([9, 9]);
  });

  it("reads fixed-length numbers from the middle of a buffer", () => {
    const memory = hex("ff ff 01 00 00 00 ff");
    expect(new MessageReader(memory.subarray(2, 6)).fixed32()).toBe(1);
  });
});
