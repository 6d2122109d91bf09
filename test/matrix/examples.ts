import { cp, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Cell, type Compiler, compile, writeFormat } from "./compile.js";
import { type Folder, ROOT } from "./folder.js";
import type { IntegrationCells } from "./matchers.js";

/** Compiles and runs an example, by its folder, in a project that has this package and the libraries of the example. */
export async function runExample(
  folder: Folder,
  compiler: Compiler,
  name: "nestjs" | "neighbors",
): Promise<IntegrationCells> {
  const example = join(ROOT, "examples", name);
  await cp(example, folder.file("esm/src"), { recursive: true });
  await writeFormat(folder, "esm");
  const types = await compile(folder, {
    compiler,
    resolution: "node16",
    types: ["node"],
    formats: ["esm"],
    more: { experimentalDecorators: true },
  });
  // The examples await at the top level, which CommonJS cannot.
  return { types, runs: { esm: await run(folder, example), cjs: { mark: "–" } } };
}

/** The output must be that in the README of the example. */
async function run(folder: Folder, example: string): Promise<Cell> {
  const readme = await readFile(join(example, "README.md"), "utf8");
  const [, shown = ""] = /```text\n([\s\S]*?)```/.exec(readme) ?? [];
  const address = `127.0.0.1:${await freePort()}`;
  // An old library may use what a new one deprecates.
  const env = { NODE_NO_WARNINGS: "1" };
  const { output } = await folder.run("node", ["../out/main.js", address], { cwd: "esm/src", env });
  return output === shown.trim() ? { mark: "yes" } : { mark: "no", note: output };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the server has no port"));
      else server.close(() => resolve(address.port));
    });
  });
}
