import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { exponentOf } from "./exponent.js";
import type { Growth, Part } from "./figures.js";
import { largeCatalog } from "./large-catalog.js";
import type { Load } from "./load-catalog.js";

/** The cost of a catalog. Each figure is the minimum of several processes, because other processes only add to it. */
interface CatalogSize extends Load {
  readonly errors: number;
  /** The size of the generated modules as JavaScript, in bytes. */
  readonly size: number;
}

/** Generates catalogs of several sizes, and measures each in fresh processes. */
async function catalogSizes(counts: readonly number[], processes: number): Promise<CatalogSize[]> {
  const sizes: CatalogSize[] = [];
  for (const errors of counts) {
    const folder = await largeCatalog(errors);
    const loads: Load[] = [];
    for (let time = 0; time < processes; time++) loads.push(await loadInProcess(folder, errors));
    sizes.push({ errors, size: await sizeOf(folder), ...leastOf(loads) });
  }
  return sizes;
}

const TABLES: readonly Table[] = [
  {
    id: "catalog-load",
    title: "Loading and using a catalog",
    unit: "ms",
    figures: {
      "load the catalog": "catalog",
      "first look-up": "firstLookUp",
      "create all definitions": "definitions",
      "load ts-proto's code of the details": "messages",
    },
    divisor: 1,
  },
  {
    id: "catalog-look-up",
    title: "Looking up an error",
    unit: "ns",
    figures: { "by reason": "byReason", "by number": "byNumber", "by detail type": "byDetailType" },
    divisor: 1,
  },
  {
    id: "catalog-size",
    title: "Size of a catalog",
    unit: "MB",
    figures: { JavaScript: "size", "heap once loaded": "heapLoaded", "heap once fully used": "heapUsed" },
    divisor: 1e6,
  },
];

interface Table extends Pick<Growth, "id" | "title" | "unit"> {
  readonly figures: Readonly<Record<string, keyof CatalogSize>>;
  /** The number of measured units in one unit of the table. */
  readonly divisor: number;
}

/** Catalogs of 10 to 100,000 errors. */
export const catalogs: Part = {
  name: "catalogs",
  title: "Large catalogs",
  extent: "the minimum of 9 processes for each size",
  async *measure({ smoke, large }) {
    const counts = smoke ? [10, 100] : [10, 100, 1_000, 10_000];
    if (large) counts.push(100_000);
    const sizes = await catalogSizes(counts, smoke ? 1 : 9);
    for (const { figures, divisor, ...head } of TABLES) {
      const lines = Object.entries(figures).map(([name, figure]) => {
        const values = sizes.map((size) => size[figure] / divisor);
        return { name: `grpc-rich-errors, ${name}`, values, exponent: exponentOf(counts, values) };
      });
      yield { ...head, of: "errors", sizes: counts, lines };
    }
  },
};

const SCRIPT = fileURLToPath(new URL("load-catalog.js", import.meta.url));

/** Loads a generated catalog in a fresh process, and measures it. */
export async function loadInProcess(folder: string, errors: number): Promise<Load> {
  // A cache of compiled code would hide the cost of loading.
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", SCRIPT, folder, String(errors)], {
    env,
  });
  return JSON.parse(stdout) as Load;
}

async function sizeOf(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".rich.js"));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function leastOf(loads: readonly Load[]): Load {
  const [first] = loads;
  if (!first) throw new Error("no process was measured");
  return loads.reduce((least, load) => {
    const keys = Object.keys(load) as (keyof Load)[];
    return Object.fromEntries(keys.map((key) => [key, Math.min(least[key], load[key])])) as unknown as Load;
  }, first);
}
