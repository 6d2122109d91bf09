import { expect, it } from "vitest";
import { allocate } from "../src/memory.js";

it("is of the length that is asked for, and nobody else's", () => {
  const pieces = Array.from({ length: 100 }, (_, index) => allocate(index * 37));
  for (const [index, piece] of pieces.entries()) {
    expect(piece.length).toBe(index * 37);
    piece.fill(index);
  }
  expect(pieces.every((piece, index) => piece.every((byte) => byte === index))).toBe(true);
});
