import { Metadata } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { RichError, StandardDetails } from "../../src/index.js";
import { SIDES, SIDES_MESSAGE, TooManySidesError, tooManySides } from "../support/errors.js";
import { rawCall } from "../support/raw.js";
import { SHAPES, type Shape, type Shapes, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";

function violations(count: number): StandardDetails {
  const details = new StandardDetails();
  for (let field = 0; field < count; field++) details.addFieldViolation(`items[${field}]`, "must not be empty");
  return details;
}

function entries(count: number): Metadata {
  const metadata = new Metadata();
  for (let entry = 0; entry < count; entry++) metadata.set(`x-entry-${entry}`, "some value");
  return metadata;
}

/** Errors that hang a call of plain grpc-js, or every call of the connection. */
const LARGE: readonly (readonly [string, () => TooManySidesError])[] = [
  ["a message of 1 MB", () => tooManySides({ message: "m".repeat(1_000_000) })],
  ["a message of 1 MB that is percent-encoded", () => tooManySides({ message: "😀".repeat(250_000) })],
  [
    "DebugInfo of 1 MB",
    () => tooManySides({ errorDetails: new StandardDetails().setDebugInfo("d".repeat(1_000_000)) }),
  ],
  ["10,000 violations", () => tooManySides({ errorDetails: violations(10_000) })],
  ["4,000 trailers", () => tooManySides({ metadata: entries(4_000) })],
  [
    "a detail of 61 KB",
    () => new TooManySidesError({ ...SIDES, shape: "s".repeat(61_000) }, { message: SIDES_MESSAGE }),
  ],
  ["info of 100 KB", () => tooManySides({ info: { note: "n".repeat(100_000) } })],
];

describe.each(LARGE)("an error with %s", (_, make) => {
  it.each(SHAPES)("arrives with code, reason and domain, and leaves the connection whole (%s)", async (shape) => {
    const shapes = await startShapes({ [shape]: failing(make) });
    for (let time = 0; time < 3; time++) {
      const error = RichError.from(await failureOf(shapes, shape));
      expect(error).toBeRichError(TooManySidesError);
      expect(error).toMatchObject({ code: 3, domain: "shapes.example.com" });
      expect(error.shed.length).toBeGreaterThan(0);
      expect(error.issues.map(({ kind }) => kind).filter((kind) => kind !== "missing-detail")).toEqual(["shed"]);
    }
    expect(shapes.failed[0]?.shed).toEqual(RichError.from(await failureOf(shapes, shape)).shed);
    expect(new Set(shapes.peers).size).toBe(1);
  });

  it("is no larger on the wire than 4,096 bytes by default", async () => {
    const shapes = await startShapes({ unary: failing(make) });
    const { trailers } = await rawCall(shapes.address, "/shapes.v1.Shapes/Unary");
    const size = Object.entries(trailers).reduce(
      (sum, [name, value]) => sum + name.length + String(value).length + 32,
      0,
    );
    expect(size).toBeLessThanOrEqual(4_096);
    expect(size).toBeGreaterThan(300);
  });
});

function failing(make: () => Error): () => never {
  return () => {
    throw make();
  };
}

async function failureOf(shapes: Shapes, shape: Shape): Promise<unknown> {
  return (await callOn(shapes, shape)).error;
}
