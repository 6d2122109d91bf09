import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OWN_PROTOS } from "../../../src/cli/input/folders.js";
import { readInput } from "../../../src/cli/input/protos.js";
import { main } from "../../../src/cli/main.js";
import { fakeTerminal, run } from "../fake-terminal.js";
import { imageOf, protoWith } from "../images.js";

describe("the input of a command", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rich-errors-input-"));
    await writeFile(join(folder, "shop.binpb"), await imageOf(protoWith("")));
    await writeFile(join(folder, "a.proto"), "");
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("can be a file, relative to the current folder", async () => {
    expect((await readInput("shop.binpb", fakeTerminal({ cwd: folder }))).targets).toContain("shop.proto");
    expect((await readInput(join(folder, "shop.binpb"), fakeTerminal())).targets).toContain("shop.proto");
  });

  it.each<[string, string]>([
    ["nope", "nope cannot be read: it does not exist"],
    ["a.proto", "a.proto is a single proto; write the directory that its imports are relative to"],
    ["shop.binpb/a", "shop.binpb/a cannot be read: ENOTDIR: not a directory"],
    ["-", "stdin is empty"],
  ])("is rejected: %s", async (path, message) => {
    const { code, out, err } = await run(["catalog", path], { cwd: folder });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(`rich-errors: ${message}`);
  });

  it("is not read from a keyboard", async () => {
    const terminal = fakeTerminal();
    Object.assign(terminal.stdin, { isTTY: true });
    expect(await main(["catalog", "-"], terminal)).toBe(2);
    expect(String(terminal.stderr.read())).toContain("stdin is a terminal; write buf build -o - | rich-errors");
  });
});

it("the protos of this package are found where it is installed", () => {
  expect(existsSync(join(OWN_PROTOS, "richerrors/v1/annotations.proto"))).toBe(true);
});
