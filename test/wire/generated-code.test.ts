import * as original from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as inBrowser from "../../src/wire/generated-code.browser.js";
import * as inNode from "../../src/wire/generated-code.js";
import { runs } from "../fuzz/runs.js";
import { hex } from "../support/bytes.js";

const METHODS = [
  ...["uint32", "int32", "sint32", "bool", "int64", "uint64", "sint64"],
  ...["fixed32", "sfixed32", "fixed64", "sfixed64", "float", "double", "string", "bytes"],
];

type Reader = Readonly<Record<string, (...args: unknown[]) => unknown>> & { readonly pos: number };
type ReaderClass = new (bytes: Uint8Array) => object;

/** What a method returns, and where it ends; nothing where it throws. */
function outcome(Class: ReaderClass, bytes: Uint8Array, method: string, ...args: unknown[]): unknown {
  const reader = new Class(bytes) as Reader;
  try {
    return { value: reader[method]?.(...args), pos: reader.pos };
  } catch {
    return undefined;
  }
}

const bytes = fc.array(fc.oneof(fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0x81, 0xff), fc.nat(255)), { maxLength: 14 });

describe.each([
  ["Node", inNode],
  ["a browser", inBrowser],
])("in %s", (_platform, { BinaryReader, BinaryWriter }) => {
  describe("BinaryReader", () => {
    it.each(METHODS)("reads and throws the same as that of protobuf-es: %s", (method) => {
      fc.assert(
        fc.property(bytes, (list) => {
          const source = Uint8Array.from(list);
          expect(outcome(BinaryReader, source, method)).toEqual(outcome(original.BinaryReader, source, method));
        }),
        runs(0.05),
      );
    });

    it.each([0, 1, 2, 3, 4, 5, 6, 7])("skips as many bytes as that of protobuf-es of the wire type %i", (wireType) => {
      // Small bytes, because most of them are tags of fields and ends of groups.
      const small = fc.array(fc.nat(0x7f), { maxLength: 30 });
      const end = (reader: ReaderClass, list: readonly number[]) => {
        const found = outcome(reader, Uint8Array.from(list), "skip", wireType);
        return (found as { pos: number } | undefined)?.pos;
      };
      fc.assert(
        fc.property(fc.oneof(bytes, small), (list) => {
          expect(end(BinaryReader, list)).toBe(end(original.BinaryReader, list));
        }),
        runs(0.05),
      );
    });

    it.each([
      ["a group", "0a 01 41 0b 08 01 0c 14", 8],
      ["a group that another ends", "0b 14", undefined],
      ["a field without a number", "00 14", undefined],
      ["groups in groups, 99 of them", `${"0b ".repeat(99)}${"0c ".repeat(99)}14`, 199],
      ["more groups in groups", `${"0b ".repeat(100)}${"0c ".repeat(100)}14`, undefined],
    ])("skips %s", (_, text, pos) => {
      for (const reader of [BinaryReader, original.BinaryReader]) {
        const found = outcome(reader, hex(text), "skip", 3, 2) as { pos: number } | undefined;
        expect(found?.pos).toBe(pos);
      }
    });
  });

  describe("BinaryReader, of another reader", () => {
    it("throws, so that its caller passes the bytes instead", () => {
      const reader = new original.BinaryReader(Uint8Array.of(8, 1)) as object as Uint8Array;
      expect(() => new BinaryReader(reader)).toThrow(new TypeError("not bytes"));
    });
  });

  describe("BinaryWriter", () => {
    it("writes the same as that of protobuf-es", () => {
      const write = (writer: original.BinaryWriter) =>
        writer.uint32(10).string("grün").uint32(16).int64(-1n).uint32(26).fork().uint32(8).bool(true).join().finish();
      expect(write(new BinaryWriter() as never)).toEqual(write(new original.BinaryWriter()));
    });
  });
});
