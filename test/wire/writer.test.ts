import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { describe, expect, it } from "vitest";
import * as inBrowser from "../../src/wire/writer.browser.js";
import * as inNode from "../../src/wire/writer.js";

/** The methods that ts-proto's code calls for numbers, and what each is given. */
const NUMBERS = {
  uint32: [0, 1, 127, 128, 16_384, 4_294_967_295],
  int32: [0, 1, -1, 2_147_483_647, -2_147_483_648],
  sint32: [0, 1, -1, 2_147_483_647, -2_147_483_648],
  fixed32: [0, 1, 4_294_967_295],
  sfixed32: [0, -1, 2_147_483_647, -2_147_483_648],
  int64: [0n, 1n, -1n, 9_007_199_254_740_993n, (1n << 63n) - 1n, -(1n << 63n), "-17", 42],
  uint64: [0n, 1n, 9_007_199_254_740_993n, (1n << 64n) - 1n, "17", 42],
  sint64: [0n, 1n, -1n, 9_007_199_254_740_993n, (1n << 63n) - 1n, -(1n << 63n), "-17", 42],
  fixed64: [0n, 1n, (1n << 64n) - 1n, "17"],
  sfixed64: [0n, -1n, (1n << 63n) - 1n, -(1n << 63n), "-17"],
  float: [0, -0, 1.5, -3.402_823_466e38, Number.POSITIVE_INFINITY, Number.NaN],
  double: [0, -0, 1.5, Number.MAX_VALUE, Number.NEGATIVE_INFINITY, Number.NaN],
  bool: [true, false],
} as const;

/** What does not fit into the fields of these types. */
const MISFITS: Readonly<Record<string, readonly unknown[]>> = {
  uint32: [-1, 1.5, 4_294_967_296, "1"],
  int32: [2_147_483_648, 1.5, "1"],
  sint32: [-2_147_483_649, Number.NaN],
  fixed32: [-1, 4_294_967_296],
  sfixed32: [2_147_483_648, 0.5],
  int64: [1n << 63n, -(1n << 63n) - 1n, 1.5, "x"],
  uint64: [-1n, 1n << 64n],
  sint64: [1n << 63n, undefined],
  fixed64: [-1n, 1n << 64n],
  sfixed64: [1n << 63n, -(1n << 63n) - 1n],
  float: [3.5e38, "1"],
  double: ["1", undefined],
  string: [1, undefined],
};

type Writing = Readonly<Record<string, (value: unknown) => { finish(): Uint8Array }>>;

function written(writer: object, method: string, value: unknown): string {
  const bytes = (writer as Writing)[method]?.(value)?.finish();
  return Buffer.from(bytes ?? []).toString("hex");
}

describe.each([
  ["Node", inNode],
  ["a browser", inBrowser],
])("in %s", (_platform, { takeWriter, WireWriter }) => {
  describe.each(Object.entries(NUMBERS))("%s", (method, values) => {
    it.each(values.map((value) => [value]))("writes %s like protobuf-es", (value) => {
      expect(written(takeWriter(), method, value)).toBe(written(new BinaryWriter(), method, value));
    });
  });

  describe.each(Object.entries(MISFITS))("%s", (method, values) => {
    it.each(values.map((value) => [value]))("throws for %s, and writes nothing", (value) => {
      const writer = takeWriter();
      expect(() => written(writer, method, value)).toThrow(/\w/);
      expect(writer.length).toBe(0);
    });
  });

  describe("a nested message", () => {
    it.each([0, 1, 127, 128, 16_383, 16_384, 100_000])("of %d bytes follows its length", (length) => {
      const content = new Uint8Array(length).fill(7);
      const wanted = new BinaryWriter().fork().raw(content).join().finish();
      expect(Buffer.from(takeWriter().fork().raw(content).join().finish()).equals(wanted)).toBe(true);
    });

    it("cannot end before it begins", () => {
      expect(() => takeWriter().join()).toThrow(TypeError);
    });

    it("is removed together with the bytes before it", () => {
      const writer = takeWriter();
      writer.uint32(1).fork().uint32(2).fork().uint32(3).cut(1);
      expect(() => writer.join()).toThrow(TypeError);
      expect([...writer.finish()]).toEqual([1]);
    });
  });

  it("returns bytes that no later message changes, whatever their lengths are", () => {
    const open = takeWriter().uint32(1).fork().string("open");
    const pieces = Array.from({ length: 300 }, (_, index) =>
      takeWriter()
        .fork()
        .raw(new Uint8Array(index * 11).fill(index))
        .join()
        .finish(),
    );
    for (const [index, piece] of pieces.entries()) {
      const wanted = new BinaryWriter().bytes(new Uint8Array(index * 11).fill(index)).finish();
      expect(Buffer.from(piece).equals(wanted)).toBe(true);
      piece.fill(0xff);
    }
    expect([...open.join().finish()]).toEqual([1, 5, 4, 111, 112, 101, 110]);
  });

  it("writes on after a program has transferred the memory of a message", () => {
    const { buffer } = takeWriter().string("first").finish();
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
    expect([...takeWriter().string("ab").finish()]).toEqual([2, 97, 98]);
  });

  describe("a misused writer", () => {
    it("does not finish during a nested message", () => {
      const writer = new WireWriter().uint32(10).fork().string("part");
      expect(writer.depth).toBe(1);
      expect(() => writer.finish()).toThrow(new TypeError("fork() without join()"));
      expect(writer.join().finish()).toEqual(new Uint8Array([10, 5, 4, 112, 97, 114, 116]));
    });

    it.each([[5], [undefined], [null], [Buffer.from("text")], [["text"]]])("refuses %s as text", (value) => {
      const writer = new WireWriter();
      expect(() => writer.string(value as unknown as string)).toThrow(new TypeError("not a string"));
      expect(writer.finish()).toHaveLength(0);
    });

    it.each<[string, unknown]>([
      ["text", "CAU="],
      ["a list", [1, 2]],
      ["nothing", undefined],
    ])("refuses %s as bytes", (_, value) => {
      expect(() => new WireWriter().bytes(value as Uint8Array)).toThrow(new TypeError("not bytes"));
    });
  });
});
