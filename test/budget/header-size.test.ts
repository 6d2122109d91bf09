import { Metadata } from "@grpc/grpc-js";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  fits,
  hasTrailers,
  longestBeginning,
  sizeOf,
  sizeOfText,
  sizeOfTrailers,
} from "../../src/budget/header-size.js";
import { encodeDetails } from "../../src/detail/detail.js";
import { Code, packError, RichError, StandardDetails } from "../../src/index.js";
import { anyText } from "../fuzz/arbitraries.js";
import { rawCall } from "../support/raw.js";
import { openShapes } from "../support/shapes.js";

/** Counts the headers that the client got as HTTP/2 does. */
function counted(headers: object): number {
  return Object.entries(headers)
    .flatMap(([name, value]) => [value].flat().map((one) => name.length + String(one).length + 32))
    .reduce((sum, size) => sum + size, 0);
}

test("sizeOf counts every byte of the header block on the wire", async () => {
  let thrown = new RichError(Code.INTERNAL, "");
  // The interceptor is missing, so nothing is shed.
  const unguarded = {
    unary: (_: unknown, callback: (error: object) => void) => callback(packError(thrown)),
    clientStream: () => {},
    serverStream: () => {},
    bidi: () => {},
  };
  const shapes = await openShapes({}, { unguarded, onlyInterceptors: [] });
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", maxLength: 300 }),
        fc.nat(300),
        fc.option(fc.uint8Array({ maxLength: 50 })),
        async (message, violations, bytes) => {
          const metadata = new Metadata();
          metadata.add("x-text", "some text");
          metadata.add("x-text", "more");
          if (bytes) metadata.set("x-bytes-bin", Buffer.from(bytes));
          const errorDetails = new StandardDetails().setDebugInfo("d".repeat(violations));
          const text = message.replaceAll("\u0000", "");
          thrown = new RichError(Code.ABORTED, text, { reason: "SOME_REASON", domain: "x", errorDetails, metadata });
          const { trailers } = await rawCall(shapes.address, "/shapes.v1.Shapes/Unary");
          // Node joins the values of one name. On the wire, each value is a field.
          const joined = { ...trailers, "x-text": ["some text", "more"] };
          expect(
            sizeOf({ message: text, detailsLength: encodeDetails(thrown.errorDetails).length, trailers: metadata }),
          ).toBe(counted(joined));
        },
      ),
      { numRuns: 50 },
    );
  } finally {
    shapes.close();
  }
});

describe("sizeOf", () => {
  it.each([
    ["", 0, 262],
    ["", 1, 321],
    ["m", 0, 263],
    ["m", 1, 326],
    ["ä", 0, 268],
  ])("of a block with the message %j and %d bytes of details is %d", (message, detailsLength, size) => {
    expect(sizeOf({ message, detailsLength, trailers: undefined })).toBe(size);
  });
});

describe("sizeOfTrailers", () => {
  const trailers = (count: number) => {
    const made = new Metadata();
    for (let entry = 0; entry < count; entry++) made.add("x", "v");
    made.set("grpc-status-details-bin", Buffer.alloc(100));
    return made;
  };

  it.each([
    [0, 0],
    [1, 34],
    [121, 121 * 34],
    [122, Number.POSITIVE_INFINITY],
  ])("of %d trailers besides the details is %d", (count, size) => {
    expect(sizeOfTrailers(trailers(count))).toBe(size);
    expect(hasTrailers(trailers(count))).toBe(count > 0);
  });

  it("is 0 without metadata", () => {
    expect(sizeOfTrailers(undefined)).toBe(0);
    expect(hasTrailers(undefined)).toBe(false);
  });

  it.each([
    [0, 0],
    [1, 4],
    [3, 4],
    [4, 8],
  ])("counts %d bytes as %d letters of base64", (bytes, letters) => {
    const made = new Metadata();
    made.set("x-bin", Buffer.alloc(bytes));
    expect(sizeOfTrailers(made)).toBe("x-bin".length + 32 + letters);
  });
});

describe("fits", () => {
  it.each(["m".repeat(900), "ä".repeat(300), "%".repeat(300), "😀".repeat(100), ""])(
    "accepts a block of exactly the size, and none that is larger: %s",
    (message) => {
      const trailers = new Metadata();
      trailers.set("x-a", "1");
      for (const detailsLength of [0, 1, 500]) {
        const block = { message, detailsLength, trailers };
        expect([fits(block, sizeOf(block)), fits(block, sizeOf(block) - 1)]).toEqual([true, false]);
      }
    },
  );
});

describe("sizeOfText", () => {
  it("counts the bytes of a text and the characters that encodeURI makes of it", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const sent = text.toWellFormed();
        expect(sizeOfText(text)).toEqual({ bytes: Buffer.byteLength(sent), encoded: encodeURI(sent).length });
      }),
    );
  });
});

describe("longestBeginning", () => {
  it("returns as much as fits, and ends between code points", () => {
    fc.assert(
      fc.property(anyText, fc.nat(40), fc.nat(90), (text, mostBytes, mostEncoded) => {
        const whole = text.toWellFormed();
        const fits = (part: string) => Buffer.byteLength(part) <= mostBytes && encodeURI(part).length <= mostEncoded;
        const points = [...whole];
        let expected = "";
        while (expected.length < whole.length && fits(expected + points[[...expected].length])) {
          expected += points[[...expected].length];
        }
        expect(longestBeginning(whole, ({ bytes, encoded }) => bytes <= mostBytes && encoded <= mostEncoded)).toBe(
          expected,
        );
      }),
    );
  });

  it.each([
    ["\u007f", 1, 3],
    ["\u0080", 2, 6],
    ["\u07ff", 2, 6],
    ["\u0800", 3, 9],
    ["\uffff", 3, 9],
    ["\u{10000}", 4, 12],
    ["a", 1, 1],
    ["%", 1, 3],
  ])("measures %j as %d bytes and %d letters", (letter, bytes, encoded) => {
    const asked: object[] = [];
    const fits = (size: object) => asked.push(size) < 3;
    expect(longestBeginning(letter.repeat(4), fits)).toBe(letter.repeat(2));
    expect(asked).toEqual([1, 2, 3].map((count) => ({ bytes: bytes * count, encoded: encoded * count })));
    expect(sizeOfText(letter)).toEqual({ bytes, encoded });
  });

  it("reads one code point more than it returns", () => {
    let asked = 0;
    longestBeginning("a".repeat(1_000_000), ({ bytes }) => {
      asked++;
      return bytes <= 10;
    });
    expect(asked).toBe(11);
  });
});
