import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isWithin } from "../../../src/cli/input/folders.js";
import { findWorkspace } from "../../../src/cli/input/protos.js";
import { writeFiles } from "../../plugin/compile.js";
import { fakeTerminal } from "../fake-terminal.js";

describe("a path", () => {
  it.each([
    ["/a/b", "/a/b", true],
    ["/a/b/c", "/a/b", true],
    ["/a/..b", "/a", true],
    ["/a/bc", "/a/b", false],
    ["/a", "/a/b", false],
    ["/", "/", true],
    ["/a", "/", true],
    ["/..a", "/", true],
  ])("%s is within %s: %s", (path, folder, is) => {
    expect(isWithin(path, folder)).toBe(is);
  });
});

describe("the workspace of a directory", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rich-errors-workspace-"));
    await writeFiles(folder, {
      "v2/buf.yaml": "version: v2\nmodules:\n  - path: proto\n  - path: vendor/proto\n",
      "v1/buf.work.yaml": "version: v1\ndirectories:\n  - a\n  - b\n",
      "v1/a/buf.yaml": "version: v1\n",
      "broken/buf.yaml": "version: v9\n",
    });
    for (const path of ["v2/proto/shop", "v2/docs", "v1/b", "none/proto"]) {
      await mkdir(join(folder, path), { recursive: true });
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each<[string, string, string[]]>([
    ["v2", "v2", ["v2/proto", "v2/vendor/proto"]],
    ["v2/proto", "v2", ["v2/proto", "v2/vendor/proto"]],
    ["v2/proto/shop", "v2", ["v2/proto", "v2/vendor/proto"]],
    ["v2/docs", "v2/docs", ["v2/docs"]],
    ["v1/b", "v1", ["v1/a", "v1/b"]],
    ["v1/a", "v1/a", ["v1/a"]],
    ["none/proto", "none/proto", ["none/proto"]],
  ])("%s is %s", async (path, root, modules) => {
    expect(await findWorkspace(join(folder, path), fakeTerminal())).toEqual({
      root: join(folder, root),
      modules: modules.map((module) => join(folder, module)),
    });
  });

  it("is rejected if buf cannot read its configuration", async () => {
    await expect(findWorkspace(join(folder, "broken"), fakeTerminal())).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^rich-errors: buf cannot read its configuration in .*broken: .*v9/s),
    });
  });
});
