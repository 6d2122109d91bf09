import { BinaryReader } from "@bufbuild/protobuf/wire";
import { ErrorInfo, packDetail, tsProtoCodec, typeNameOf } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { delimitedLength, encodeDetails, lengthOfDetail, typeUrlOf } from "../../src/detail/detail.js";
import { Numbers } from "../gen/interop/v1/interop.js";
import { toHex } from "../support/bytes.js";
import { brokenCodec, textCodec } from "../support/declared.js";

describe("typeNameOf", () => {
  it.each([
    ["type.googleapis.com/google.rpc.BadRequest", "google.rpc.BadRequest"],
    ["types.example.com/deep/path/shop.v1.Gone", "shop.v1.Gone"],
    ["/shop.v1.Gone", "shop.v1.Gone"],
    ["shop.v1.Gone", ""],
    ["", ""],
    ["/", ""],
    ["shop.v1.Gone/", ""],
    ["/__proto__", "__proto__"],
    ["type.googleapis.com/hasOwnProperty", "hasOwnProperty"],
  ])("returns the part after the last slash, or nothing without a slash: %j has %j", (typeUrl, typeName) => {
    expect(typeNameOf(typeUrl)).toBe(typeName);
  });
});

describe("typeUrlOf", () => {
  it("has Google's prefix, like every peer's", () => {
    expect(typeUrlOf("shop.v1.Gone")).toBe("type.googleapis.com/shop.v1.Gone");
  });
});

describe("packDetail", () => {
  it("combines the type URL with the bytes of the codec", () => {
    const packed = packDetail(textCodec("shop.v1.Gone"), { text: "bye" });
    expect(packed.typeUrl).toBe("type.googleapis.com/shop.v1.Gone");
    expect(toHex(packed.value)).toBe("62 79 65");
  });

  it("packs ErrorInfo as google.rpc.ErrorInfo", () => {
    expect(packDetail(ErrorInfo, { reason: "R", domain: "d", metadata: {} }).typeUrl).toBe(
      "type.googleapis.com/google.rpc.ErrorInfo",
    );
  });

  it("throws the error of the codec", () => {
    expect(() => packDetail(brokenCodec("shop.v1.Gone"), {})).toThrow(new RangeError("no such message"));
  });
});

describe("tsProtoCodec", () => {
  const codec = tsProtoCodec("interop.v1.Numbers", Numbers, BinaryReader);

  it("reads back what it wrote, including integers beyond the range of a double", () => {
    const numbers = { ...Numbers.decode(new Uint8Array()), s64: -9007199254740993n, u64: 18446744073709551615n };
    expect(codec.decode(codec.encode(numbers))).toEqual(numbers);
  });

  it("reads with a faster reader of the same class, from any copy of the library", () => {
    class OtherReader extends BinaryReader {}
    for (const own of [BinaryReader, OtherReader]) {
      const read: unknown[] = [];
      const decode = (input: Uint8Array | BinaryReader) => {
        read.push(input);
        return Numbers.decode(input);
      };
      const bytes = codec.encode({ ...Numbers.decode(new Uint8Array()), u64: 18446744073709551615n });
      expect(tsProtoCodec("interop.v1.Numbers", { ...Numbers, decode }, own).decode(bytes).u64).toBe(2n ** 64n - 1n);
      expect(read.map((input) => [input instanceof own, input instanceof OtherReader])).toEqual([
        [true, own === OtherReader],
      ]);
      expect(Object.keys(Object(read[0]))).not.toContain("varint64");
    }
  });

  it.each([
    ["none", undefined],
    ["one that its code does not know", class {}],
  ])("reads without a reader class: %s", (_, reader) => {
    const value = { ...Numbers.decode(new Uint8Array()), i64: -5n };
    expect(tsProtoCodec("interop.v1.Numbers", Numbers, reader).decode(codec.encode(value))).toEqual(value);
  });

  it("throws for a number out of the field's range", () => {
    const numbers = { ...Numbers.decode(new Uint8Array()), i64: 1n << 64n };
    expect(() => codec.encode(numbers)).toThrow("message.i64 of type int64 too large");
  });
});

describe("delimitedLength", () => {
  it.each([
    [0, 0],
    [1, 3],
    [127, 129],
    [128, 131],
    [16_383, 16_386],
    [16_384, 16_388],
  ])("of a field of %d bytes is %d", (length, expected) => {
    expect(delimitedLength(length)).toBe(expected);
  });
});

describe("lengthOfDetail", () => {
  it.each([
    ["", 0, 2],
    ["a/b", 0, 7],
    ["", 1, 5],
    ["a/b", 200, 3 + 5 + 203],
  ])("of a detail of the type %j with %d bytes is %d", (typeUrl, length, expected) => {
    const detail = { typeUrl, value: new Uint8Array(length) };
    expect(lengthOfDetail(detail)).toBe(expected);
    expect(lengthOfDetail({ typeUrl, value: new Uint8Array(9) }, length)).toBe(expected);
    expect(encodeDetails([detail]).length).toBe(expected);
  });
});
