import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { printable } from "../../declaration/problems.js";
import { thrownText } from "../../platform/values.js";
import type { Terminal } from "../output/terminal.js";
import { Failure } from "./command.js";
import { isWithin } from "./folders.js";
import { onExit, type ProgramRun, runProgram } from "./program.js";

/** A folder at a commit of a git repository: `git:main:proto`. */
export interface GitInput {
  /** The input as the user wrote it. */
  readonly written: string;
  /** A branch, a tag or a commit. */
  readonly ref: string;
  /** Relative to the root of the repository, or to the current folder if it begins with `./` or `../`, as for git. */
  readonly path: string | undefined;
}

/** Parses `git:REF` or `git:REF:PATH`. Returns `undefined` for any other input. */
export function parseGitInput(written: string): GitInput | undefined {
  const [, ref, path] = /^git:([^:]*)(?::(.*))?$/s.exec(written) ?? [];
  if (ref === undefined) return undefined;
  if (ref !== "" && path !== "") return { written, ref, path };
  const example = ref === "" ? "git:main" : `git:${ref}, or git:${ref}:proto`;
  throw Failure.usage(`${printable(written)} names no ${ref === "" ? "ref" : "folder"}; write ${example}`);
}

/** The protos of a repository at a commit, written into a temporary folder. */
export interface CheckedOut {
  /** The folder of all protos. */
  readonly root: string;
  /** The folder that the input names. */
  readonly folder: string;
  remove(): void;
}

/**
 * Writes the protos of a git repository at a commit, and the configuration of buf, into a new folder. Changes nothing in the
 * repository.
 *
 * @param folder the folder that an input without a path means. By default, such an input is a mistake
 * @throws Failure if there is no repository, commit or folder of this name
 */
export async function checkOutProtos(
  input: GitInput,
  folder: string | undefined,
  terminal: Terminal,
): Promise<CheckedOut> {
  const { ref, path } = input;
  const name = printable(input.written);
  if (path === undefined && folder === undefined) {
    throw Failure.usage(
      `${name} does not say which folder; write a path after it, such as git:${printable(ref)}:proto`,
    );
  }
  const git = new Git(path === undefined ? (folder ?? "") : terminal.cwd(), name, terminal);
  const top = await git.topLevel();
  const commit = await git.commitOf(ref);
  const wanted = await pathInRepository(path, folder, top, terminal);
  const { root, remove } = makeTemporaryFolder();
  try {
    await writeProtos(commit, top, root, git);
    const found = join(root, wanted);
    if (existsSync(found)) return { root, folder: found, remove };
    const mistake = `${name} has no protos in ${printable(wanted)}`;
    throw Failure.usage(
      `${mistake}; write a folder that has some at ${printable(ref)}, such as git:${printable(ref)}:proto`,
    );
  } catch (error) {
    remove();
    throw error;
  }
}

/** Makes a folder that `remove` deletes, or the end of the process, also if a signal ends it. */
function makeTemporaryFolder(): Pick<CheckedOut, "root" | "remove"> {
  let root: string | undefined;
  const removeFolder = () => {
    if (root !== undefined) rmSync(root, { recursive: true, force: true });
  };
  // Before the folder exists, so that no signal leaves it behind. The folder is made synchronously for the same reason.
  const cancel = onExit(removeFolder);
  const remove = () => {
    cancel();
    removeFolder();
  };
  try {
    root = mkdtempSync(join(realpathSync(tmpdir()), "rich-errors-"));
    return { root, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Writes the protos of a commit, and what buf reads beside them, into a folder. */
async function writeProtos(commit: string, top: string, root: string, git: Git): Promise<void> {
  const files = (await git.run(["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit], top)).split("\0");
  const index = { GIT_INDEX_FILE: join(root, ".git-index") };
  await git.run(["read-tree", commit], top, index);
  const args = ["checkout-index", "-z", "--stdin", `--prefix=${root}${sep}`];
  await git.run(args, top, index, files.filter(isRead).join("\0"));
  for (const path of files.filter((path) => CONFIG.test(path))) linkModules(dirname(path), top, root);
}

const CONFIG = /(^|\/)buf\.(work\.)?yaml$/;

/** Checks whether buf reads a file. */
function isRead(path: string): boolean {
  return path.endsWith(".proto") || CONFIG.test(path) || /(^|\/)buf\.lock$/.test(path);
}

/** Installed packages are in no commit, but a `buf.yaml` may name protos in them. */
function linkModules(folder: string, top: string, root: string): void {
  const [installed, link] = [join(top, folder, "node_modules"), join(root, folder, "node_modules")];
  if (existsSync(installed) && !existsSync(link)) symlinkSync(installed, link, "junction");
}

async function pathInRepository(
  path: string | undefined,
  folder: string | undefined,
  top: string,
  terminal: Terminal,
): Promise<string> {
  const isRelative = path !== undefined && /^\.\.?(\/|$)/.test(path);
  const absolute =
    path === undefined
      ? await realpath(folder ?? "")
      : isRelative
        ? join(await realpath(terminal.cwd()), path)
        : join(top, path);
  if (!isAbsolute(path ?? "") && isWithin(absolute, top)) return relative(top, absolute) || ".";
  throw Failure.usage(
    `${printable(path ?? "")} is not in the git repository ${printable(top)}; write a path relative to it`,
  );
}

/** Runs git in a folder. */
class Git {
  readonly #folder: string;
  readonly #input: string;
  readonly #terminal: Terminal;

  /** @param input the input that needs git, for messages */
  constructor(folder: string, input: string, terminal: Terminal) {
    this.#folder = folder;
    this.#input = input;
    this.#terminal = terminal;
  }

  /** The root of the repository that contains the folder. */
  async topLevel(): Promise<string> {
    const folder = printable(this.#folder);
    const isFolder = await stat(this.#folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder)
      throw Failure.usage(`${this.#input} needs the folder ${folder}, which does not exist; write git:REF:PATH`);
    const { succeeded, stdout, stderr } = await this.#start(["rev-parse", "--show-toplevel"], this.#folder);
    if (succeeded) return resolve(stdout.toString().replace(/\r?\n$/, ""));
    const mistake = /not a git repository/i.test(stderr) ? `${folder} is in no git repository` : stderr.trim();
    throw Failure.usage(`${this.#input} cannot be read: ${mistake}; write a folder or an image instead`);
  }

  /** The id of the commit that a ref names. */
  async commitOf(ref: string): Promise<string> {
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
    const { succeeded, stdout } = await this.#start([...args, `${ref}^{commit}`], this.#folder);
    if (succeeded) return stdout.toString().trim();
    const remote = await this.#start([...args, `origin/${ref}^{commit}`], this.#folder);
    const isShallow = (await this.#start(["rev-parse", "--is-shallow-repository"], this.#folder)).stdout.toString();
    const fix = remote.succeeded
      ? `write git:origin/${ref}`
      : isShallow.trim() === "true"
        ? `this clone is shallow, so run git fetch origin ${ref} and write git:FETCH_HEAD, or set fetch-depth: 0 for actions/checkout`
        : "write a branch, a tag or a commit, such as git:main";
    throw Failure.usage(`${this.#input} names no commit of the repository; ${printable(fix)}`);
  }

  /** @throws Failure if git fails */
  async run(args: readonly string[], folder: string, env: NodeJS.ProcessEnv = {}, stdin = ""): Promise<string> {
    const { succeeded, stdout, stderr } = await this.#start(args, folder, env, stdin);
    if (!succeeded) throw Failure.usage(`${this.#input} cannot be read: ${stderr.trim()}`);
    return stdout.toString();
  }

  async #start(args: readonly string[], folder: string, env: NodeJS.ProcessEnv = {}, stdin = ""): Promise<ProgramRun> {
    try {
      return await runProgram("git", args, { folder, env: { ...environmentOf(this.#terminal), ...env }, stdin });
    } catch (error) {
      const message = `${this.#input} needs git, which does not start (${thrownText(error)}); install git, or write a folder or an image`;
      throw Failure.usage(message, { cause: error });
    }
  }
}

/**
 * The environment of git. A hook has `GIT_DIR`, with which git takes every folder that it runs in for the root of the
 * repository.
 */
function environmentOf({ env }: Terminal): NodeJS.ProcessEnv {
  const { GIT_DIR: _, ...others } = env;
  return env["GIT_WORK_TREE"] === undefined ? others : env;
}
