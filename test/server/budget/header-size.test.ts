import { Metadata } from "@grpc/grpc-js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Code, packError, RichError, StandardDetails } from "../../../src/index.js";
import { lengthOf, sizeOf } from "../../../src/server/budget/header-size.js";
import { rawCall } from "../../support/raw.js";
import { openShapes } from "../../support/shapes.js";

/** What the client counts, as HTTP/2 says, of what it really got. */
function counted(headers: object): number {
  return Object.entries(headers)
    .flatMap(([name, value]) => [value].flat().map((one) => name.length + String(one).length + 32))
    .reduce((sum, size) => sum + size, 0);
}

test("the size is that of the header block on the wire, to the byte", async () => {
  let thrown = new RichError(Code.INTERNAL, "");
  // Straight through grpc-js, so that nothing is shed.
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
          // Node joins values of one name with a comma and a space; on the wire each is a field.
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
