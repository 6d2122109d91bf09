import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { TooManySidesError, tooManySides } from "../support/errors.js";
import { SHAPES, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { WAYS } from "../support/ways.js";

describe.each(SHAPES)("the right status of a %s call", (shape) => {
  const ways = WAYS.filter(({ shapes, moments }) => shapes.includes(shape) && moments.includes("before"));

  it.each(ways)("is at the client within 100 ms when the handler $name", async (way) => {
    const shapes = await startShapes({ [shape]: way.handler(tooManySides(), "before", shape) });
    await callOn(shapes, shape);
    const took: number[] = [];
    for (let tries = 0; tries < 7; tries++) {
      const start = performance.now();
      const { error } = await callOn(shapes, shape);
      took.push(performance.now() - start);
      expect(error).toBeRichError(TooManySidesError);
    }
    const median = took.sort((a, b) => a - b)[3];
    expect(median).toBeLessThan(100);
  });
});
