import { execFile } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** The folder of this repository, in which npm runs its scripts. */
export const ROOT = process.cwd();

/** The result of a command. */
export interface Result {
  readonly ok: boolean;
  /** Both of its streams. */
  readonly output: string;
}

/** A folder with packages that npm installed, and a Node that runs its commands. */
export class Folder {
  readonly #bin: string;

  private constructor(
    readonly path: string,
    bin: string,
  ) {
    this.#bin = bin;
  }

  /**
   * Installs packages into a new folder, like a user: with npm, from the registry, with all checks of peers.
   *
   * @throws Error if npm fails, with its report
   */
  static async install(path: string, packages: Readonly<Record<string, string>>): Promise<Folder> {
    await mkdir(path, { recursive: true });
    await writeFile(join(path, "package.json"), JSON.stringify({ private: true, dependencies: packages }));
    const folder = await Folder.at(path);
    // What was downloaded before is taken from npm's cache.
    const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
    const { ok, output } = await folder.run("npm", ["install", ...flags]);
    if (!ok) throw new Error(`npm install in ${path} failed\n${output}`);
    return folder;
  }

  /** A folder that exists, with the Node that runs its commands. By default, the one that runs this program. */
  static async at(path: string, executable = process.execPath): Promise<Folder> {
    return new Folder(path, await binOf(path, executable));
  }

  /** The version of an installed package. */
  async version(name: string): Promise<string> {
    return JSON.parse(await readFile(this.file("node_modules", name, "package.json"), "utf8")).version;
  }

  file(...path: string[]): string {
    return join(this.path, ...path);
  }

  /** Runs a command: of this folder, else of the repository, else of the system. */
  run(command: string, args: readonly string[], options: { cwd?: string; env?: object } = {}): Promise<Result> {
    const { cwd = ".", env = {} } = options;
    const path = [this.#bin, this.file("node_modules/.bin"), join(ROOT, "node_modules/.bin"), process.env["PATH"]];
    return new Promise((resolve) => {
      execFile(
        command,
        args,
        {
          cwd: this.file(cwd),
          env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, ...env, PATH: path.join(delimiter) },
          maxBuffer: 1 << 26,
        },
        (error, stdout, stderr) => resolve({ ok: error === null, output: `${stdout}${stderr}`.trim() }),
      );
    });
  }
}

/** A folder with nothing but a Node, for the front of the `PATH`. */
async function binOf(path: string, executable: string): Promise<string> {
  const bin = join(path, "bin", executable.replaceAll(/\W+/g, "-"));
  await mkdir(bin, { recursive: true });
  await symlink(executable, join(bin, "node")).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  return bin;
}
