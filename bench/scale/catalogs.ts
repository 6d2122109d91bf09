import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadInProcess } from "../catalog-size.js";
import { exponentOf } from "../exponent.js";
import { generate, run, writeProtos } from "../large-catalog.js";
import type { Load } from "../load-catalog.js";
import { short, table } from "../report/tables.js";
import type { Taken } from "./measured-process.js";
import type { ScalePart } from "./part.js";
import { compiled } from "./processes.js";
import type { Built } from "./runtime-catalog.js";

/** What a catalog of one size takes, by figure. */
export interface CatalogCost {
  readonly errors: number;
  readonly figures: Readonly<Record<string, number>>;
}

const SIZES = [10, 100, 1_000, 10_000, 100_000];

/** Catalogs of up to a hundred thousand errors. */
export const catalogs: ScalePart<readonly CatalogCost[]> = {
  name: "catalogs",
  title: "A hundred thousand errors",
  async measure({ smoke }) {
    const costs: CatalogCost[] = [];
    for (const errors of smoke ? SIZES.slice(0, 1) : SIZES) {
      const cost = { errors, figures: await costOf(errors) };
      console.log(errors, cost.figures);
      costs.push(cost);
    }
    return costs;
  },
  problems(costs, { smoke }) {
    if (smoke) return [];
    return growths(costs)
      .filter(({ exponent }) => exponent > MOST)
      .map(({ name, exponent }) => `catalogs: “${name}” grows by the power ${exponent.toFixed(2)} of the errors`);
  },
  section: (costs) =>
    table(
      ["by errors", ...costs.map(({ errors }) => errors.toLocaleString("en")), "exponent"],
      growths(costs).map(({ name, values, exponent }) => [
        name,
        ...values.map(short),
        Number.isFinite(exponent) ? exponent.toFixed(2) : "-",
      ]),
    ),
};

/** The exponent of linear growth, and what it varies by. */
const MOST = 1.2;

function growths(costs: readonly CatalogCost[]) {
  const sizes = costs.map(({ errors }) => errors);
  const names = Object.keys(costs[0]?.figures ?? {});
  return names.map((name) => {
    const values = costs.map(({ figures }) => figures[name] ?? Number.NaN);
    return { name, values, exponent: exponentOf(sizes, values) };
  });
}

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const CLI = join(ROOT, "dist/esm/src/cli/bin.js");
const PLUGIN = join(ROOT, "dist/esm/src/plugin/bin.js");

async function costOf(errors: number): Promise<CatalogCost["figures"]> {
  const folder = join(ROOT, "build/scale-catalog", String(errors));
  const files = await writeProtos(folder, errors);
  const image = join(folder, "image.binpb");
  await run("buf", "build -o image.binpb", folder);
  const plugin = join(folder, "plugin.json");
  await generate(folder, files, templateFor(plugin), "_pb.js");
  const generated = await taken(plugin);
  const lint = await takenBy(folder, CLI, "lint", image);
  const breaking = await takenBy(folder, CLI, "breaking", image, "--against", image);
  const docs = await takenBy(folder, CLI, "docs", image, "--format", "json", "-o", join(folder, "docs.json"));
  const load: Load = await loadInProcess(join(folder, "js/large"), errors);
  const built = await buildAtRunTime(image);
  return {
    "generate the code, ms": generated.cpu,
    "its memory, MB": generated.memory / 1e6,
    "load the catalog, ms": load.catalog,
    "first look-up, ms": load.firstLookUp,
    "create all definitions, ms": load.definitions,
    "look up by reason, ns": load.byReason,
    "look up by number, ns": load.byNumber,
    "look up by detail type, ns": load.byDetailType,
    "heap once fully used, MB": load.heapUsed / 1e6,
    "build the catalog at run time, ms": built.cpu,
    "its heap, MB": built.heap / 1e6,
    "`rich-errors lint`, ms": lint.cpu,
    "`rich-errors breaking`, ms": breaking.cpu,
    "`rich-errors docs`, ms": docs.cpu,
  };
}

/** protobuf-es generates the messages: ts-proto takes a thousand times as long as this package at 100,000 errors. */
function templateFor(report: string) {
  return {
    version: "v2",
    inputs: [{ directory: "proto", paths: ["proto/large"] }],
    plugins: [
      { local: "protoc-gen-es", out: "js", include_imports: true, opt: ["target=js", "import_extension=js"] },
      {
        local: ["node", compiled("measured-process"), report, PLUGIN],
        out: "gen",
        strategy: "all",
        opt: ["runtime=es"],
      },
    ],
  };
}

async function takenBy(folder: string, module: string, ...args: string[]): Promise<Taken> {
  const report = join(folder, "taken.json");
  const measured = [compiled("measured-process"), report, module, ...args];
  // lint and breaking exit with 1 if they find something.
  await promisify(execFile)(process.execPath, measured, { maxBuffer: 1 << 30 }).catch((error) => {
    if (error.code !== 1) throw error;
  });
  return taken(report);
}

async function taken(report: string): Promise<Taken> {
  return JSON.parse(await readFile(report, "utf8")) as Taken;
}

async function buildAtRunTime(image: string): Promise<Built> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", compiled("runtime-catalog"), image]);
  return JSON.parse(stdout) as Built;
}
