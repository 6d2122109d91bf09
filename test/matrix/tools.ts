import { DEFAULTS, type Integration, type Row } from "./axes.js";
import type { Compiler } from "./compile.js";
import { Folder } from "./folder.js";

/** Every Node and every TypeScript of the rows, side by side. */
export class Tools {
  readonly #folder: Folder;

  private constructor(folder: Folder) {
    this.#folder = folder;
  }

  /** Installs what the rows need beyond the Node that runs this program. */
  static async install(path: string, rows: readonly Row[], integrations: readonly Integration[]): Promise<Tools> {
    const nodes = [...rows.map(({ versions }) => versions.node), ...integrations.map(({ node }) => node)];
    const compilers = [
      ...rows.map(({ versions }) => versions.typescript),
      ...integrations.map(() => DEFAULTS.typescript),
    ];
    const packages = [
      ...nodes.filter((version) => !isRunning(version)).map((version) => [`node-${version}`, `npm:node@${version}`]),
      ...compilers.map((version) => [`typescript-${version}`, `npm:typescript@${version}`]),
    ];
    return new Tools(await Folder.install(path, Object.fromEntries(packages)));
  }

  /** The executable of a Node. */
  node(version: string): string {
    return isRunning(version) ? process.execPath : this.#folder.file("node_modules", `node-${version}`, "bin/node");
  }

  async compiler(version: string): Promise<Compiler> {
    const name = `typescript-${version}`;
    return { program: this.#folder.file("node_modules", name, "bin/tsc"), version: await this.#folder.version(name) };
  }
}

function isRunning(version: string): boolean {
  return `${process.versions.node}.`.startsWith(`${version}.`);
}
