import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { largeCatalog } from "./large-catalog.js";
import type { Load } from "./load-catalog.js";

/** What a catalog of so many errors takes: of each figure the least of several processes, which others disturbed least. */
export interface CatalogSize extends Load {
  readonly errors: number;
  /** The size of the generated modules as JavaScript, in bytes. */
  readonly size: number;
}

/** Makes catalogs of several sizes, and measures each in fresh processes. */
export async function catalogSizes(counts: readonly number[], processes: number): Promise<CatalogSize[]> {
  const sizes: CatalogSize[] = [];
  for (const errors of counts) {
    const folder = await largeCatalog(errors);
    const loads: Load[] = [];
    for (let time = 0; time < processes; time++) loads.push(await loadInProcess(folder, errors));
    sizes.push({ errors, size: await sizeOf(folder), ...leastOf(loads) });
  }
  return sizes;
}

/** The exponent by which a figure grows with the number of errors, fitted by least squares of the logarithms. */
function exponentOf(sizes: readonly CatalogSize[], figure: keyof CatalogSize): number {
  const points = sizes.map((size) => [Math.log(size.errors), Math.log(size[figure])] as const);
  const mean = (index: 0 | 1) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

/** What is shown of a size, by the heads of the columns. */
const COLUMNS: Readonly<Record<string, readonly [figure: keyof CatalogSize, unit: number, digits: number]>> = {
  "KB of JavaScript": ["size", 1e3, 0],
  "load, ms": ["catalog", 1, 1],
  "first look-up, ms": ["firstLookUp", 1, 2],
  "by reason, ns": ["byReason", 1, 0],
  "by number, ns": ["byNumber", 1, 0],
  "by detail type, ns": ["byDetailType", 1, 0],
  "all definitions, ms": ["definitions", 1, 1],
  "MB of heap": ["heapLoaded", 1e6, 1],
  "and when all is used": ["heapUsed", 1e6, 1],
  "ts-proto's code, ms": ["messages", 1, 1],
};

/** The table of some sizes, with the exponents that the figures grow with. */
export function sizesTable(sizes: readonly CatalogSize[]): string {
  const columns = Object.values(COLUMNS);
  const rows = sizes.map((size) => [
    size.errors.toLocaleString("en"),
    ...columns.map(([figure, unit, digits]) => (size[figure] / unit).toFixed(digits)),
  ]);
  const growth = ["grows with the power", ...columns.map(([figure]) => powerText(exponentOf(sizes, figure)))];
  const head = ["errors", ...Object.keys(COLUMNS)];
  return [head, head.map(() => "---"), ...rows, growth].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Of a small catalog, the heap shows less than what else comes and goes there: then there is no exponent. */
function powerText(exponent: number): string {
  return Number.isNaN(exponent) ? "-" : exponent.toFixed(2);
}

const SCRIPT = fileURLToPath(new URL("load-catalog.js", import.meta.url));

async function loadInProcess(folder: string, errors: number): Promise<Load> {
  // Node has a cache of compiled code, where it is asked to.
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
  if (!first) throw new Error("nothing was measured");
  return loads.reduce((least, load) => {
    const keys = Object.keys(load) as (keyof Load)[];
    return Object.fromEntries(keys.map((key) => [key, Math.min(least[key], load[key])])) as unknown as Load;
  }, first);
}
