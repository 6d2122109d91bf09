import { Metadata } from "@grpc/grpc-js";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { Code, packError, RichError, StandardDetails } from "../../../src/index.js";
import { lengthOf, longestBeginning, sizeOf, sizeOfText } from "../../../src/server/budget/header-size.js";
import { anyText } from "../../fuzz/arbitraries.js";
import { rawCall } from "../../support/raw.js";
import { openShapes } from "../../support/shapes.js";

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
          expect(sizeOf({ message: text, detailsLength: lengthOf(thrown.errorDetails), trailers: metadata })).toBe(
            counted(joined),
          );
        },
      ),
      { numRuns: 50 },
    );
  } finally {
    shapes.close();
  }
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

  it("reads one code point more than it returns", () => {
    let asked = 0;
    longestBeginning("a".repeat(1_000_000), ({ bytes }) => {
      asked++;
      return bytes <= 10;
    });
    expect(asked).toBe(11);
  });
});
