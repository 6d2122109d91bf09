import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runBuf } from "../../../src/cli/input/buf.js";
import { fakeTerminal } from "../fake-terminal.js";

/** Installs a program that prints its name. */
async function install(bin: string, name: string): Promise<void> {
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "buf"), `#!/bin/sh\necho "${name} $*"\necho complains >&2\n`);
  await chmod(join(bin, "buf"), 0o755);
}

describe("buf", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rich-errors-buf-"));
    await install(join(folder, "node_modules/.bin"), "the project's");
    await install(join(folder, "path"), "the one on PATH");
    await mkdir(join(folder, "packages/a"), { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true }));

  const runIn = (cwd: string) =>
    runBuf(
      ["build", "x"],
      folder,
      fakeTerminal({ cwd, env: { PATH: `${join(folder, "path")}:${process.env["PATH"]}` } }),
    );

  it.each(["", "packages/a"])(
    "is the one in the project's node_modules, also for a folder in the project: %j",
    async (below) => {
      const { succeeded, stdout, stderr } = await runIn(join(folder, below));
      expect({ succeeded, stdout: stdout.toString(), stderr }).toEqual({
        succeeded: true,
        stdout: "the project's build x\n",
        stderr: "complains\n",
      });
    },
  );

  it("is the executable of npm's package, not the command that starts it in a Node of its own", async () => {
    const packages = join(folder, "installed/node_modules/@bufbuild");
    await install(join(packages, "buf/bin"), "the command");
    await install(join(packages, `buf-${process.platform}-${process.arch}/bin`), "the executable");
    await install(join(packages, "buf-other-system/bin"), "that of another system");
    await mkdir(join(folder, "installed/node_modules/.bin"));
    await symlink("../@bufbuild/buf/bin/buf", join(folder, "installed/node_modules/.bin/buf"));
    expect((await runIn(join(folder, "installed"))).stdout.toString()).toBe("the executable build x\n");

    await rm(join(packages, `buf-${process.platform}-${process.arch}`), { recursive: true });
    expect((await runIn(join(folder, "installed"))).stdout.toString()).toBe("the command build x\n");
  });

  it("is the one on PATH if the project has none", async () => {
    expect((await runIn(tmpdir())).stdout.toString()).toBe("the one on PATH build x\n");
  });

  it("is reported as missing, with the command that installs it", async () => {
    const run = runBuf([], folder, fakeTerminal({ cwd: tmpdir(), env: { PATH: "/nowhere" } }));
    await expect(run).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        /^rich-errors: .*\(spawn buf ENOENT\); run npm install --save-dev @bufbuild\/buf, or /,
      ),
    });
  });
});
