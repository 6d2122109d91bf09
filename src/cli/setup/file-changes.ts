import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";

/** Changes of files in a folder. Nothing is written until {@link FileChanges.write}. */
export class FileChanges {
  readonly #folder: string;
  readonly #texts = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns the text of a file with its changes, or `undefined` if the file does not exist. */
  read(path: string): string | undefined {
    return this.#texts.get(path) ?? this.#original(path);
  }

  /** Sets the text of a file. */
  set(path: string, text: string): void {
    if (text === this.#original(path)) this.#texts.delete(path);
    else this.#texts.set(path, text);
  }

  /** The name of a file in messages. */
  nameOf(path: string): string {
    return pathFrom(this.#folder, path);
  }

  /** One line for each changed file: `created  buf.yaml`. Sorted by path. */
  get summary(): string[] {
    return this.#sorted().map(({ name, before }) => `${before === undefined ? "created" : "changed"}  ${name}`);
  }

  /** The changes as a unified diff, which `git apply` and `patch -p1` read. */
  get patch(): string {
    return this.#sorted()
      .map(({ name, before, after }) => {
        const from = before === undefined ? "/dev/null" : `a/${name}`;
        return createTwoFilesPatch(from, `b/${name}`, before ?? "", after, undefined, undefined, {
          headerOptions: FILE_HEADERS_ONLY,
        });
      })
      .join("");
  }

  write(): void {
    for (const [path, text] of this.#texts) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }

  #original(path: string): string | undefined {
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  }

  #sorted() {
    return [...this.#texts]
      .map(([path, after]) => ({ name: this.nameOf(path), before: this.#original(path), after }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** The path of a file from a folder, as configuration files have it: `.` for the folder itself. */
export function pathFrom(folder: string, path: string): string {
  return relative(folder, path).split(sep).join("/") || ".";
}

/** The nearest file with one of some names, in a folder or above it. */
export function findUp(folder: string, names: readonly string[]): string | undefined {
  const name = names.find((name) => existsSync(join(folder, name)));
  if (name !== undefined) return join(folder, name);
  const parent = dirname(folder);
  return parent === folder ? undefined : findUp(parent, names);
}
