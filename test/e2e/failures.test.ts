import { codeName, RichError } from "grpc-rich-errors";
import { unpackTrailer } from "grpc-rich-errors/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalog, SIDES, SIDES_MESSAGE, TooManySidesError, tooManySides } from "../support/errors.js";
import { openShapes, request, SHAPES, type Shapes } from "../support/shapes.js";
import { callOn, surfacesOf } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";
import { MESSAGES, messagesBefore, TRAILER_BESIDE, WAYS } from "../support/ways.js";

// Runs four shapes × every way to fail × three moments × every surface of the client.

expectNothingUncaught();

const requests = Array.from({ length: MESSAGES }, () => request());

const cases = SHAPES.flatMap((shape) =>
  WAYS.filter(({ shapes }) => shapes.includes(shape)).flatMap((way) =>
    (shape === "unary" ? way.moments.slice(0, 1) : way.moments).map((moment) => ({ shape, way, moment })),
  ),
);

for (const { shape, way, moment } of cases) {
  describe(`a ${shape} handler that ${way.name}, ${moment} the messages`, () => {
    let shapes: Shapes;
    const thrown = tooManySides();
    beforeAll(async () => {
      shapes = await openShapes({ [shape]: way.handler(thrown, moment, shape) });
    });
    afterAll(() => shapes.close());

    for (const surface of surfacesOf(shape)) {
      it(`gives one correct status to ${surface.name}`, async () => {
        shapes.failed.length = 0;
        const { messages, error } = await surface.call(shapes, shape, { requests });

        expect(error).toBeRichError(TooManySidesError, SIDES);
        if (!(error instanceof RichError)) return;
        expect(codeName(error.code)).toBe("INVALID_ARGUMENT");
        expect(error.message).toBe(SIDES_MESSAGE);
        expect(messages).toEqual(messagesBefore(moment, shape));
        expect(error.issues).toEqual([]);

        const trailer = unpackTrailer(error.metadata ?? new Uint8Array(), { catalogs: [catalog] });
        expect([trailer.code, trailer.message]).toEqual([error.code, error.message]);
        const beside = error.metadata?.get(TRAILER_BESIDE[0]);
        expect(beside).toEqual(way.name.includes("a trailer") ? [TRAILER_BESIDE[1]] : []);

        expect(shapes.failed).toHaveLength(1);
        expect(shapes.failed[0]).toMatchObject({ masked: false });
        expect(shapes.failed[0]?.error).toBe(thrown);
      });
    }

    it("leaves the connection usable for the next call", async () => {
      const other = shape === "unary" ? "serverStream" : "unary";
      await expect(callOn(shapes, other)).resolves.toMatchObject({ error: undefined });
      const [peer] = new Set(shapes.failed.map(({ peer }) => peer));
      expect(shapes.peers.at(-1)).toBe(peer);
    });
  });
}
