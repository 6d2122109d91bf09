// Runs the packed package with many versions of what it works with: `npm run matrix`.

import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { INTEGRATIONS, QUICK, ROWS } from "./axes.js";
import type { Cell } from "./compile.js";
import { ROOT } from "./folder.js";
import { type IntegrationResult, runIntegration, uninstalledIntegration } from "./integrations.js";
import { tables, withTables } from "./report.js";
import { type RowResult, Scenarios, uninstalledRow } from "./scenarios.js";
import { Tools } from "./tools.js";

const USAGE = `npm run matrix -- [--quick] [--only NAME]…

  --quick      only ${QUICK.join(", ")}, and only moduleResolution node16; for continuous integration
  --only NAME  only rows whose name contains NAME: --only "Node 22" --only Vitest

Without options, it also rewrites the tables of docs/compatibility.md.`;

const PAGE = join(ROOT, "docs/compatibility.md");

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(USAGE);
else await run(values.only ?? (values.quick ? QUICK : []));

async function run(only: readonly string[]): Promise<void> {
  const isWanted = ({ name }: { readonly name: string }) =>
    only.length === 0 || only.some((part) => name.includes(part));
  const rows = ROWS.filter(isWanted);
  const integrations = INTEGRATIONS.filter(isWanted);
  if (rows.length + integrations.length === 0) {
    const names = [...ROWS, ...INTEGRATIONS].map(({ name }) => name);
    throw new Error(`no row is called ${only.join(" or ")}; the rows are: ${names.join(", ")}`);
  }

  const scratch = await mkdtemp(join(tmpdir(), "grpc-rich-errors-matrix-"));
  try {
    const tarball = join(scratch, pack(scratch));
    const tools = await Tools.install(join(scratch, "tools"), rows, integrations);
    const scenarios = new Scenarios(
      scratch,
      tarball,
      tools,
      values.quick ? ["node16"] : ["node16", "bundler", "node10"],
    );
    const rowResults: RowResult[] = [];
    for (const row of rows) {
      console.log(row.name);
      rowResults.push(await scenarios.run(row).catch((error: Error) => uninstalledRow(row, error)));
    }
    const integrationResults: IntegrationResult[] = [];
    for (const integration of integrations) {
      console.log(integration.name);
      const path = join(scratch, `integration-${integrationResults.length}`);
      const result = runIntegration(path, tarball, tools, integration);
      integrationResults.push(await result.catch((error: Error) => uninstalledIntegration(integration, error)));
    }
    console.log(`\n${tables(rowResults, integrationResults)}`);
    if (only.length === 0) {
      await writeFile(PAGE, withTables(await readFile(PAGE, "utf8"), rowResults, integrationResults));
    }
    const cells = [
      ...rowResults.flatMap(cellsOf),
      ...integrationResults.flatMap(({ types, runs }) => [types, ...Object.values(runs)]),
    ];
    if (cells.some(({ mark }) => mark === "no")) process.exitCode = 1;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function cellsOf({ generated, types, runs }: RowResult): Cell[] {
  return [generated, ...Object.values(types), ...Object.values(runs)];
}

/** Packs what `npm run build` built. Returns the name of the file. */
function pack(into: string): string {
  const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", into];
  return execFileSync("npm", args, { cwd: ROOT, encoding: "utf8" }).trim();
}
