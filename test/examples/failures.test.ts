import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { measure, type Side } from "../../examples/failures/measure.js";
import { type Cell, NOTHING } from "../../examples/failures/row.js";
import { ROWS } from "../../examples/failures/rows.js";
import { ROOT } from "../package/project.js";

// Also checks plain grpc-js, so that a change in it does not go unnoticed.

const SERVER = join(ROOT, "build/examples/failures/server-process.js");
const SIDES: readonly (readonly [string, Side])[] = [
  ["on plain grpc-js", "before"],
  ["with this package", "after"],
];

describe.each(SIDES)("%s, a call whose handler", (_, side) => {
  let cells: readonly Cell[] = [];
  beforeAll(async () => {
    cells = await measure(side, SERVER);
  });

  it.each(ROWS.map((row, index) => ({ ...row, index })))("$what gives the outcome in the table ($shape)", (row) => {
    expect(cells[row.index]).toMatchObject(row[side]);
  });
});

it("prints the table in 100 columns, with totals that show failures only on plain grpc-js", async () => {
  const table = join(ROOT, "build/examples/failures/table.js");
  const { stdout } = await promisify(execFile)(process.execPath, [table]);
  const lines = stdout.trimEnd().split("\n");
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  const troubles = {
    "the process died": ROWS.filter(({ before }) => !before.lives).length,
    "the client hung until its deadline": ROWS.filter(({ before }) => before.client === NOTHING).length,
    "a secret leaked": ROWS.filter(({ before }) => before.leaks).length,
    "half an upload was stored": ROWS.filter(({ before }) => before.storesHalf).length,
  };
  for (const [trouble, count] of Object.entries(troubles)) {
    expect(lines.slice(-5)).toContainEqual(expect.stringMatching(`^  ${trouble} +${count} +0$`));
  }
});
