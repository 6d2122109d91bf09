import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltPackage, copyBuiltPackage } from "../support/built.js";

// Programs with frozen intrinsics, or with an unusual Error: they run the published package in separate processes.

const run = promisify(execFile);

let built: BuiltPackage;
beforeAll(() => {
  built = copyBuiltPackage();
});
afterAll(() => built.remove());

const DENIED = "AccessDeniedError 7 ACCESS_DENIED ouro true";

const WAYS = [
  "Error is frozen, before the import",
  "Error is frozen, after the import",
  "Error.prototype is frozen, before the import",
  "Error.prototype is frozen, after the import",
  "the prototypes of all errors are frozen, after the import",
  "stackTraceLimit is deleted",
  "stackTraceLimit is a getter",
  "stackTraceLimit is a getter that throws",
  "stackTraceLimit has a setter that throws",
  "stackTraceLimit is 0",
  "stackTraceLimit is Infinity",
  "stackTraceLimit is a string",
];

describe.each(["esm", "cjs"])("calls of the %s build fail as usual", (format) => {
  it.each<[string, string[]]>([
    ["nothing, with --frozen-intrinsics", ["--frozen-intrinsics", "--no-warnings"]],
    ...WAYS.slice(0, format === "esm" ? undefined : 4).map((way): [string, string[]] => [way, []]),
  ])("if %s", async (way, flags) => {
    const script = join(built.folder, "fixtures/frozen.mjs");
    const { stdout } = await run(process.execPath, [...flags, script, way, format], { timeout: 60_000 });
    expect(JSON.parse(stdout)).toEqual({
      got: { unary: DENIED, clientStream: DENIED, serverStream: DENIED, bidi: DENIED },
      made: {
        "from a status": "RichError 5 undefined undefined true",
        "from an error": "RichError 2 undefined undefined true",
        "from HTTP": DENIED,
        renamed: DENIED,
      },
      uncaught: [],
      kept: true,
    });
  });
});
