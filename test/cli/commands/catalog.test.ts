import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { readInput } from "../../../src/cli/input/protos.js";
import { generate } from "../../../src/plugin/plugin.js";
import { fakeTerminal, run } from "../fake-terminal.js";
import { imageOf, protoWith } from "../images.js";

const BROKEN = join(import.meta.dirname, "../../declaration/expected-failures");

describe("rich-errors catalog", () => {
  it("prints every mistake in the protos, in the words of the generator, and no catalog", async () => {
    const { files, targets } = await readInput(BROKEN, fakeTerminal());
    const request = create(CodeGeneratorRequestSchema, { protoFile: [...files], fileToGenerate: [...targets] });
    const { error } = generate(request);
    expect(error.split("\n").length).toBeGreaterThan(60);
    expect(await run(["catalog", BROKEN, "--format", "json"])).toEqual({ code: 1, out: "", err: `${error}\n` });
  });

  it("prints the format of --format, by default a table", async () => {
    const stdin = await imageOf(protoWith(""));
    const printed = async (...args: string[]) => (await run(["catalog", "-", ...args], { stdin })).out;
    expect(await printed("--format", "json")).toMatch(/^\{\n {2}"enums": \[\n/);
    expect(await printed("--format", "csv")).toMatch(/^domain,number,reason,/);
    expect(await printed("--format", "table")).toMatch(/^shop\.v1\.OrderError\n/);
    expect(await printed()).toBe(await printed("--format", "table"));
  });
});
