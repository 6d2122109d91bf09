import { ErrorInfo } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { MalformedError } from "../../src/wire/reader.js";
import { concat, hex, toHex } from "../support/bytes.js";
import { writeErrorInfo } from "../support/oracle.js";

describe("ErrorInfo.encode", () => {
  it("leaves out empty fields", () => {
    expect(toHex(ErrorInfo.encode({ reason: "", domain: "", metadata: {} }))).toBe("");
  });

  it("writes the metadata in the order of its keys", () => {
    expect(toHex(ErrorInfo.encode({ reason: "R", domain: "d", metadata: { b: "2", a: "1" } }))).toBe(
      "0a 01 52 12 01 64 1a 06 0a 01 61 12 01 31 1a 06 0a 01 62 12 01 32",
    );
  });

  it("writes the same bytes for equal messages, in any order of keys", () => {
    const one = ErrorInfo.encode({ reason: "R", domain: "d", metadata: { z: "1", a: "2", "10": "3", "9": "4" } });
    const two = ErrorInfo.encode({ reason: "R", domain: "d", metadata: { "9": "4", a: "2", "10": "3", z: "1" } });
    expect(one).toEqual(two);
  });

  it("writes empty keys and values, like other peers", () => {
    expect(toHex(ErrorInfo.encode({ reason: "", domain: "", metadata: { "": "" } }))).toBe("1a 04 0a 00 12 00");
  });

  it("writes an undefined value as empty", () => {
    const metadata = { a: undefined as unknown as string };
    expect(toHex(ErrorInfo.encode({ reason: "", domain: "", metadata }))).toBe("1a 05 0a 01 61 12 00");
  });

  it("writes a key named __proto__ like any other", () => {
    const metadata = Object.fromEntries([["__proto__", "x"]]);
    expect(ErrorInfo.encode({ reason: "R", domain: "d", metadata })).toEqual(
      writeErrorInfo("R", "d", [["__proto__", "x"]]),
    );
  });

  it("replaces lone surrogates", () => {
    const bytes = ErrorInfo.encode({ reason: "R\ud800", domain: "\udc00", metadata: { "\ud800": "\udfff" } });
    expect(bytes).toEqual(writeErrorInfo("R\ufffd", "\ufffd", [["\ufffd", "\ufffd"]]));
  });
});

describe("ErrorInfo.decode", () => {
  const INVALID: readonly [string, string][] = [
    ["a byte that begins nothing", "ff"],
    ["a byte that continues nothing", "80"],
    ["a character cut short", "e6 97"],
    ["a character longer than need be", "c0 80"],
    ["the mark of such bytes cut short", "ef bf"],
    ["half a surrogate pair", "ed a0 80"],
    ["a number beyond Unicode", "f4 90 80 80"],
  ];

  it.each(INVALID)("refuses a reason or a domain with %s at any place", (_, bytes) => {
    for (const [before, after] of [
      ["", ""],
      ["58", ""],
      ["", "58"],
      ["ef bf bd", ""],
      ["58", "ef bf bd"],
    ]) {
      const text = hex(`${before} ${bytes} ${after}`);
      const field = (tag: number) => concat(Uint8Array.of(tag, text.length), text);
      for (const bad of [concat(field(0x0a), hex("12 01 64")), concat(hex("0a 01 52"), field(0x12))]) {
        for (const form of [bad, Buffer.from(bad)]) {
          expect(() => ErrorInfo.decode(form)).toThrow(new MalformedError("a text is not UTF-8"));
        }
      }
    }
  });

  it("accepts a reason that contains U+FFFD or a byte order mark", () => {
    for (const text of ["\ufffd", "A\ufffdB", "\ufeffA", "日本語 😀"]) {
      const bytes = writeErrorInfo(text, text);
      for (const form of [bytes, Buffer.from(bytes)]) {
        expect(ErrorInfo.decode(form)).toMatchObject({ reason: text, domain: text });
      }
    }
  });

  it("reads the fields after a text with such a character", () => {
    expect(ErrorInfo.decode(writeErrorInfo("\ufffd", "d", [["a", "b"]]))).toEqual({
      reason: "\ufffd",
      domain: "d",
      metadata: { a: "b" },
    });
  });

  it("reads the identity beside metadata that is not UTF-8", () => {
    expect(ErrorInfo.decode(hex("0a 01 52 12 01 64 1a 06 0a 01 ff 12 01 80"))).toEqual({
      reason: "R",
      domain: "d",
      metadata: { "\ufffd": "\ufffd" },
    });
  });

  it("reads empty bytes as an empty message", () => {
    expect(ErrorInfo.decode(new Uint8Array())).toEqual({ reason: "", domain: "", metadata: {} });
  });

  it("reads the bytes of Google's runtime", () => {
    const bytes = writeErrorInfo("NO_STOCK", "shop.example", [
      ["item", "é日😀"],
      ["", ""],
    ]);
    expect(ErrorInfo.decode(bytes)).toEqual({
      reason: "NO_STOCK",
      domain: "shop.example",
      metadata: { item: "é日😀", "": "" },
    });
  });

  it("returns metadata without a prototype", () => {
    const { metadata } = ErrorInfo.decode(writeErrorInfo("R", "d", [["__proto__", "polluted"]]));
    expect(Object.getPrototypeOf(metadata)).toBeNull();
    expect(Object.entries(metadata)).toEqual([["__proto__", "polluted"]]);
    expect(metadata["constructor"]).toBeUndefined();
  });

  it.each([
    ["fields that are not known", hex("20 01 0a 01 52 5a 00"), { reason: "R", domain: "", metadata: {} }],
    ["a field of another wire type", hex("08 05 0a 01 52"), { reason: "R", domain: "", metadata: {} }],
    ["an entry without a value", hex("1a 03 0a 01 61"), { reason: "", domain: "", metadata: { a: "" } }],
    ["an entry without a key", hex("1a 03 12 01 61"), { reason: "", domain: "", metadata: { "": "a" } }],
    ["an entry with a field too many", hex("1a 05 18 01 0a 01 61"), { reason: "", domain: "", metadata: { a: "" } }],
    ["an entry backwards", hex("1a 06 12 01 31 0a 01 61"), { reason: "", domain: "", metadata: { a: "1" } }],
  ])("reads %s", (_, bytes, info) => {
    expect(ErrorInfo.decode(bytes)).toEqual(info);
  });

  it("uses the last of two values, as protobuf requires", () => {
    const twice = [writeErrorInfo("A", "a", [["k", "1"]]), writeErrorInfo("B", "b", [["k", "2"]])] as const;
    expect(ErrorInfo.decode(concat(...twice))).toEqual({ reason: "B", domain: "b", metadata: { k: "2" } });
  });

  it("throws for every truncation within a field", () => {
    const whole = writeErrorInfo("R", "d", [["k", "v"]]);
    // The message is whole after the reason (3), after the domain (6), and at its end.
    const refused = Array.from(whole.keys()).filter((length) => {
      try {
        ErrorInfo.decode(whole.subarray(0, length));
        return false;
      } catch {
        return true;
      }
    });
    expect(refused).toEqual([1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13]);
  });
});
