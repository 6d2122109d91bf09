import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { inject } from "vitest";

const run = promisify(execFile);

/** The folder of this repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The packages that a user's project installs beside this package. */
const INSTALLED = [
  "@grpc/grpc-js",
  "@grpc/proto-loader",
  "@bufbuild/buf",
  "@bufbuild/protobuf",
  "protobufjs",
  "ts-proto",
  "typescript",
  "protoc",
  "@types/node",
];

/** A project outside of this repository that installs this package from its tarball. */
export interface Project {
  readonly folder: string;
  /** Runs a command of `node_modules/.bin`, or node. Returns its output. */
  run(command: string, ...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

/** An empty folder, in which a reader of the documentation begins. */
export interface EmptyProject {
  readonly folder: string;
  /** The environment of the reader's shell. */
  readonly env: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

/**
 * Makes an empty folder outside of this repository. In it, `npm install` needs no network: this package comes from its
 * tarball, and the others come from this repository (offline-install.mjs).
 */
export async function createEmptyProject(): Promise<EmptyProject> {
  const home = await mkdtemp(join(tmpdir(), "grpc-rich-errors-quick-start-"));
  const folder = join(home, "project");
  const bin = join(home, "bin");
  await mkdir(folder);
  await mkdir(bin);
  const unpacked = join(home, "package");
  await installTarball(unpacked);
  const npm = join(bin, "npm");
  const install = [join(ROOT, "test/package/offline-install.mjs"), unpacked, join(ROOT, "node_modules")];
  await writeFile(npm, `#!/bin/sh\nexec "${process.execPath}" ${install.map((path) => `"${path}"`).join(" ")} "$@"\n`);
  await chmod(npm, 0o755);
  return {
    folder,
    env: { ...process.env, PATH: `${bin}:${process.env["PATH"]}`, npm_config_offline: "true" },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/** Makes a project from a folder of this repository, with more packages than usual if it needs them. */
export async function createProject(from: string, packages: readonly string[] = []): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "grpc-rich-errors-project-"));
  await cp(join(ROOT, from), folder, { recursive: true });
  const modules = join(folder, "node_modules");
  await installTarball(join(modules, "grpc-rich-errors"));
  for (const name of [...INSTALLED, ...packages]) {
    await mkdir(join(modules, name, ".."), { recursive: true });
    await symlink(join(ROOT, "node_modules", name), join(modules, name));
  }
  const bin = join(modules, ".bin");
  await mkdir(bin);
  for (const name of await readdir(join(ROOT, "node_modules/.bin"))) {
    await symlink(join(ROOT, "node_modules/.bin", name), join(bin, name));
  }
  const manifest = JSON.parse(await readFile(join(modules, "grpc-rich-errors/package.json"), "utf8"));
  for (const [name, path] of Object.entries<string>(manifest.bin)) {
    await symlink(join("../grpc-rich-errors", path), join(bin, name));
    await chmod(join(modules, "grpc-rich-errors", path), 0o755);
  }

  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}` };
  return {
    folder,
    run: async (command, ...args) => {
      try {
        return (await run(command, args, { cwd: folder, env })).stdout;
      } catch (error) {
        // Compilers report on stdout, which Node leaves out of the message.
        throw new Error(`${error}\n${Reflect.get(Object(error), "stdout")}`);
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Packs this package, once in each run of tests. Returns the path of the tarball. */
export async function packTarball(): Promise<string> {
  const tarball = join(inject("tarballFolder"), "package.tgz");
  if (existsSync(tarball)) return tarball;
  const folder = await mkdtemp(join(inject("tarballFolder"), "packing-"));
  const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const { stdout } = await run("npm", args, { cwd: ROOT });
  // Other tests that pack at the same time make the same tarball.
  await rename(join(folder, stdout.trim().split("\n").at(-1) ?? ""), tarball);
  return tarball;
}

/** The package as npm installs it: only the files that `files` of package.json lets into the tarball. */
async function installTarball(into: string): Promise<void> {
  const tarball = await packTarball();
  await mkdir(into, { recursive: true });
  await run("tar", ["xzf", tarball, "-C", into, "--strip-components=1"]);
}
