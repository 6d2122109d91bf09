import { cp } from "node:fs/promises";
import { join } from "node:path";
import { type Cell, type Compiler, compile, FORMATS, type Format, writeFormat } from "./compile.js";
import { type Folder, ROOT } from "./folder.js";
import type { IntegrationCells } from "./matchers.js";

/** Generates code with `runtime=es`, compiles it, and runs the scenarios of `test/matrix/consumer/protobuf-es`. */
export async function runProtobufEs(folder: Folder, compiler: Compiler): Promise<IntegrationCells> {
  await cp(join(ROOT, "test/matrix/consumer/protobuf-es"), folder.path, { recursive: true });
  await cp(join(ROOT, "test/proto/shapes"), folder.file("proto/shapes"), { recursive: true });
  const { ok, output } = await folder.run("buf", ["generate"]);
  if (!ok) throw new Error(output);
  for (const format of FORMATS) {
    await cp(folder.file("src"), folder.file(format, "src"), { recursive: true });
    await writeFormat(folder, format);
  }
  const types = await compile(folder, { compiler, resolution: "node16", types: ["node"] });
  return { types, runs: { esm: await run(folder, "esm"), cjs: await run(folder, "cjs") } };
}

async function run(folder: Folder, format: Format): Promise<Cell> {
  const { ok, output } = await folder.run("node", ["out/scenarios.js"], { cwd: format });
  return ok ? { mark: "yes" } : { mark: "no", note: `as ${format}: ${output}` };
}
