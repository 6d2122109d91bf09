import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as inBrowser from "../../src/detail/ts-proto-codec.browser.js";
import * as inNode from "../../src/detail/ts-proto-codec.js";
import { unsafeIntegersOf } from "../../src/detail/unsafe-integers.js";
import * as generatedInBrowser from "../../src/wire/generated-code.browser.js";
import { runs } from "../fuzz/runs.js";
import { Numbers } from "../gen/interop/v1/interop.js";

const TYPE = "interop.v1.Numbers";
const [own, other] = [inBrowser, inNode].map(({ tsProtoCodec }) => tsProtoCodec(TYPE, Numbers, BinaryReader));

const EMPTY = Numbers.decode(new Uint8Array());

/** What a function returns, or the error that it throws. */
function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return String(error);
  }
}

interface Counted {
  readonly count: number;
}

/** As code of ts-proto with `forceLong=number`. */
const Counted: inNode.TsProtoMessage<Counted> = {
  encode: ({ count }) => new BinaryWriter().uint32(8).int64(count),
  decode(input: Uint8Array | BinaryReader) {
    const reader = input instanceof BinaryReader ? input : new BinaryReader(input);
    reader.uint32();
    const count = Number(String(reader.int64()));
    if (count > Number.MAX_SAFE_INTEGER) throw new Error("Value is larger than Number.MAX_SAFE_INTEGER");
    return { count };
  },
};

describe("code of ts-proto in a browser", () => {
  it("reads and throws the same as in Node", () => {
    const message = fc.record({ s32: fc.integer(), u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) });
    fc.assert(
      fc.property(message, fc.nat(), fc.nat(255), (fields, at, byte) => {
        const bytes = Numbers.encode({ ...EMPTY, ...fields }).finish();
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        expect(outcome(() => own?.decode(bytes))).toEqual(outcome(() => other?.decode(bytes)));
      }),
      runs(0.02),
    );
  });

  it("writes and throws the same as in Node", () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double()), fc.bigInt(), (s32, u64) => {
        const message = { ...EMPTY, s32, u64 };
        const [bytes, expected] = [own, other].map((codec) => outcome(() => [...(codec?.encode(message) ?? [])]));
        expect(bytes).toEqual(expected);
      }),
      runs(0.02),
    );
  });

  it("reads an integer that a number cannot hold as NaN, and says what it is", () => {
    const bytes = new BinaryWriter().uint32(8).int64("9007199254740993").finish();
    const codec = inBrowser.tsProtoCodec("test.v1.Counted", Counted, BinaryReader);
    const message = codec.decode(bytes);
    expect(message).toEqual({ count: Number.NaN });
    expect(unsafeIntegersOf(message)).toEqual([expect.stringMatching(/^the field count .* is 9007199254740993, /)]);
    const without = inBrowser.generatedCodec("test.v1.Counted", Counted, BinaryReader);
    expect(() => without.decode(bytes)).toThrow("Number.MAX_SAFE_INTEGER");
  });

  it("is given no reader of another library", () => {
    const reader = new BinaryReader(Uint8Array.of(8, 1)) as object as Uint8Array;
    expect(() => new generatedInBrowser.BinaryReader(reader)).toThrow(new TypeError("not bytes"));
  });
});
