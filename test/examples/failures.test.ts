import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { measure, type Side } from "../../examples/failures/measure.js";
import { type Cell, ROWS } from "../../examples/failures/rows.js";
import { ROOT } from "../package/project.js";

// Also of what plain grpc-js does, so that a change of it is seen.

const SERVER = join(ROOT, "build/examples/failures/server-process.js");
const SIDES: readonly (readonly [string, Side])[] = [
  ["on plain grpc-js", "before"],
  ["with this package", "after"],
];

describe.each(SIDES)("%s, a call whose handler", (_, side) => {
  let cells: readonly Cell[] = [];
  beforeAll(async () => {
    cells = await measure(side, SERVER);
  }, 30_000);

  it.each(ROWS.map((row, index) => ({ ...row, index })))("$what is as the table says ($shape)", (row) => {
    expect(cells[row.index]).toMatchObject(row[side]);
  });
});
