import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** `rich-errors catalog` lists the errors of the protos. */
export function catalogCommand(): void {
  const { bin } = JSON.parse(readFileSync("../node_modules/grpc-rich-errors/package.json", "utf8"));
  const program = `node_modules/grpc-rich-errors/${bin["rich-errors"]}`;
  const printed = execFileSync(process.execPath, [program, "catalog", "proto", "--format", "json"], {
    cwd: "..",
    encoding: "utf8",
  });
  const reasons = JSON.parse(printed).enums[0].errors.map(({ reason }: { reason: string }) => reason);
  assert.deepEqual(reasons, ["TOO_MANY_SIDES", "CORNERS_BUSY", "BAD_SHAPE"]);
}
