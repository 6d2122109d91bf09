import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Axis, DEFAULTS, type Row, type Versions } from "./axes.js";
import { type Cell, compile, FORMATS, type Format, type Resolution, writeFormat } from "./compile.js";
import { Folder, ROOT } from "./folder.js";
import type { Tools } from "./tools.js";

/** The results of a row, and the versions that npm installed. */
export interface RowResult {
  readonly row: Row;
  readonly installed: Versions;
  readonly generated: Cell;
  readonly types: Readonly<Record<Resolution, Cell>>;
  readonly runs: Readonly<Record<Format, Cell>>;
}

/** The results of a row whose packages npm refuses. */
export function uninstalledRow(row: Row, error: Error): RowResult {
  const none: Cell = { mark: "–" };
  return {
    row,
    installed: row.versions,
    generated: { mark: "no", note: error.message },
    types: { node16: none, bundler: none, node10: none },
    runs: { esm: none, cjs: none },
  };
}

/** Projects that generate code, compile it and run the scenarios of `test/matrix/consumer`. Equal projects are shared. */
export class Scenarios {
  readonly #scratch: string;
  readonly #tarball: string;
  readonly #tools: Tools;
  readonly #resolutions: readonly Resolution[];
  readonly #projects = new Map<string, string>();

  constructor(scratch: string, tarball: string, tools: Tools, resolutions: readonly Resolution[]) {
    this.#scratch = scratch;
    this.#tarball = tarball;
    this.#tools = tools;
    this.#resolutions = resolutions;
  }

  async run(row: Row): Promise<RowResult> {
    const { versions } = row;
    const folder = await Folder.at(await this.#project(versions), this.#tools.node(versions.node));
    const generated = await generate(folder);
    const compiler = await this.#tools.compiler(versions.typescript);
    const check = async (resolution: Resolution): Promise<Cell> =>
      this.#resolutions.includes(resolution)
        ? compile(folder, { compiler, resolution, types: ["node"] })
        : { mark: "–" };
    const types = { node16: await check("node16"), bundler: await check("bundler"), node10: await check("node10") };
    const installed = {
      node: (await folder.run("node", ["-p", "process.versions.node"])).output,
      typescript: compiler.version,
      "@grpc/grpc-js": await folder.version("@grpc/grpc-js"),
      "@grpc/proto-loader": await folder.version("@grpc/proto-loader"),
      "ts-proto": await folder.version("ts-proto"),
      protobufjs: await folder.version("protobufjs"),
    } satisfies Record<Axis, string>;
    return {
      row,
      installed,
      generated,
      types,
      runs: { esm: await runAs(folder, "esm"), cjs: await runAs(folder, "cjs") },
    };
  }

  /** The path of the project with the libraries of some versions. Node and TypeScript are installed apart. */
  async #project({ node, typescript, ...libraries }: Versions): Promise<string> {
    const key = Object.values(libraries).join("-");
    const existing = this.#projects.get(key);
    if (existing !== undefined) return existing;
    const { path } = await Folder.install(join(this.#scratch, `project-${this.#projects.size}`), {
      "grpc-rich-errors": `file:${this.#tarball}`,
      "@bufbuild/protobuf": "2",
      "@types/node": DEFAULTS.node,
      ...libraries,
      // Code of ts-proto 1 imports it.
      ...(libraries["ts-proto"].startsWith("1.") && { long: "5" }),
    });
    for (const part of ["buf.yaml", "buf.gen.yaml", "proto"]) {
      await cp(join(ROOT, "test/matrix/consumer", part), join(path, part), { recursive: true });
    }
    await cp(join(ROOT, "test/proto/shapes"), join(path, "proto/shapes"), { recursive: true });
    this.#projects.set(key, path);
    return path;
  }
}

/** Generates code as the documentation says, and lays out the project once as ESM and once as CommonJS. */
async function generate(folder: Folder): Promise<Cell> {
  for (const stale of ["src", "esm", "cjs"]) await rm(folder.file(stale), { recursive: true, force: true });
  await cp(join(ROOT, "test/matrix/consumer/src"), folder.file("src"), { recursive: true });
  const { ok, output } = await folder.run("buf", ["generate"]);
  const { ok: built, output: mistakes } = await folder.run("buf", ["build", "-o", "descriptors.binpb"]);
  await writeFile(folder.file("src/entries.ts"), await importsOf(folder));
  for (const format of FORMATS) {
    await cp(folder.file("src"), folder.file(format, "src"), { recursive: true });
    await writeFormat(folder, format);
  }
  return ok && built ? { mark: "yes" } : { mark: "no", note: `${output} ${mistakes}` };
}

/** A module that imports every entry of the package, except those that need a package that the project lacks. */
async function importsOf(folder: Folder): Promise<string> {
  const home = "node_modules/grpc-rich-errors";
  const { exports, name } = JSON.parse(await readFile(folder.file(home, "package.json"), "utf8"));
  const lines: string[] = [];
  for (const [subpath, target] of Object.entries<{ import?: { default: string } }>(exports)) {
    if (target.import === undefined) continue;
    const code = await readFile(folder.file(home, target.import.default), "utf8");
    const packages = [...code.matchAll(/^import .*?"((?:@[^/"]+\/)?[^./"][^/"]*)/gm)].map(([, found = ""]) => found);
    const installed = await Promise.all(packages.map((found) => isInstalled(folder, found)));
    if (installed.includes(false)) continue;
    lines.push(`export * as entry${lines.length} from "${name}${subpath.slice(1)}";\n`);
  }
  return lines.join("");
}

function isInstalled(folder: Folder, name: string): Promise<boolean> {
  if (name.startsWith("node:")) return Promise.resolve(true);
  return folder.version(name).then(
    () => true,
    () => false,
  );
}

async function runAs(folder: Folder, format: Format): Promise<Cell> {
  const { ok, output } = await folder.run("node", ["out/scenarios.js"], { cwd: format });
  return ok ? { mark: "yes" } : { mark: "no", note: `as ${format}: ${output}` };
}
