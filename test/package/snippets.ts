import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./project.js";

/** A block of code on a page. */
export interface Snippet {
  /** The page's path from the root of the repository: `"docs/server.md"`. */
  readonly page: string;
  readonly language: string;
  readonly code: string;
  /** The file that the block shows: the name in `**`server.ts`**` before it. Empty for a part of a file. */
  readonly file: string | undefined;
}

/** Languages that a reader may copy and run. Other blocks show output. */
const RUNNABLE: ReadonlySet<string> = new Set(["ts", "js", "proto", "yaml", "json", "sh"]);

/** Pages whose commands run in a project that has the package installed. */
export const PAGES_WITH_COMMANDS = ["docs/command-line.md", "docs/linting.md", "docs/reference.md", "docs/runtime-catalogs.md"];

/** The folder of the pages that migrating.test.ts runs. */
export const MIGRATING = "docs/migrating/";

const BLOCK = /(?:\*\*`([^`\n]+)`\*\*\n\n)?^ *```(\w*)\n([\s\S]*?)^ *```$/gm;

/** The pages that users read, with their code. */
export class Pages {
  /** Every block, in order. */
  readonly snippets: readonly Snippet[];
  readonly #texts: ReadonlyMap<string, string>;
  readonly #taken = new Set<Snippet>();

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
    this.snippets = [...texts].flatMap(([page, text]) => snippetsOf(page, text));
  }

  static async read(): Promise<Pages> {
    const docs = await Promise.all(["docs/", MIGRATING].map(pagesIn));
    const paths = ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...docs.flat()];
    const read = async (path: string) => [path, await readFile(join(ROOT, path), "utf8")] as const;
    return new Pages(new Map(await Promise.all(paths.map(read))));
  }

  get names(): readonly string[] {
    return [...this.#texts.keys()];
  }

  text(page: string): string {
    const text = this.#texts.get(page);
    if (text === undefined) throw new Error(`there is no page ${page}`);
    return text;
  }

  on(page: string): readonly Snippet[] {
    return this.snippets.filter((snippet) => snippet.page === page);
  }

  /** Returns the block of a page that contains a text. The caller runs the block, so it leaves {@link left}. */
  take(page: string, containing: string): string {
    const found = this.on(page).find(({ code }) => code.includes(containing));
    if (!found) throw new Error(`${page} has no block with ${containing}`);
    this.#taken.add(found);
    return found.code;
  }

  /** The blocks that a reader may run and no test has taken. */
  left(): readonly Snippet[] {
    return this.snippets.filter((snippet) => RUNNABLE.has(snippet.language) && !this.#taken.has(snippet));
  }
}

async function pagesIn(folder: string): Promise<string[]> {
  const names = (await readdir(join(ROOT, folder))).filter((name) => name.endsWith(".md")).sort();
  return names.map((name) => folder + name);
}

function snippetsOf(page: string, text: string): Snippet[] {
  return [...text.matchAll(BLOCK)].map(([, file, language = "", code = ""]) => ({ page, language, code, file }));
}

/** Removes the indentation of code, which differs if only a part is shown. */
export function flat(code: string): string {
  return code
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");
}
