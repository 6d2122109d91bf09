import { stat } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { printable } from "../../declaration/problems.js";
import type { Terminal } from "../output/terminal.js";
import { Failure } from "./command.js";
import { checkOutProtos, parseGitInput } from "./git.js";
import type { Protos } from "./protos.js";

/** Reads an input that is no git ref, such as `readProtos`. */
export type ReadProtos<Read extends Protos> = (input: string, terminal: Terminal) => Promise<Read>;

/**
 * Reads one version of protos: a folder, an image, `-`, or a folder at a commit: `git:REF:PATH`.
 *
 * @param other the other version, whose folder `git:REF` means. By default, `git:REF` needs a path
 * @throws Failure if the input cannot be read or does not compile
 */
export async function readVersion<Read extends Protos>(
  input: string,
  other: string | undefined,
  terminal: Terminal,
  read: ReadProtos<Read>,
): Promise<Read> {
  const git = parseGitInput(input);
  if (!git) return read(input, terminal);
  const folder = other === undefined ? undefined : await folderOf(other, terminal);
  const path = git.path ?? (other === undefined ? undefined : parseGitInput(other)?.path);
  const checkedOut = await checkOutProtos({ ...git, path }, folder, terminal);
  // The folder is temporary, so messages have paths in the repository instead.
  const prefix = `${checkedOut.root}${sep}`;
  try {
    const protos = await read(checkedOut.folder, terminal);
    // The paths are found while the folder exists.
    const pathIn = (file: string) => relative(checkedOut.root, resolve(terminal.cwd(), protos.pathOf(file)));
    const paths = new Map(protos.targets.map(({ proto: { name } }) => [name, pathIn(name)]));
    return { ...protos, pathOf: (file) => paths.get(file) ?? file };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const message = error.message.replaceAll(prefix, `git:${printable(git.ref)}:`);
    throw new Failure(error.exitCode, message.replaceAll(checkedOut.root, printable(input)), { cause: error });
  } finally {
    checkedOut.remove();
  }
}

async function folderOf(input: string, terminal: Terminal): Promise<string | undefined> {
  const path = resolve(terminal.cwd(), input);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? path : undefined;
}
