/**
 * Loads a large catalog in its own process, and prints the measured times and sizes as JSON:
 *
 *     node --expose-gc build/bench/load-catalog.js <folder> <errors>
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Catalog } from "grpc-rich-errors";
import { DOMAIN, detailTypeAt, reasonAt } from "./large-catalog.js";

/** The cost of a large catalog. Times are milliseconds of CPU time, sizes are bytes. */
export interface Load extends LookUps {
  /** Loading ts-proto's code of the details. */
  readonly messages: number;
  /** Loading the catalog after ts-proto's code. */
  readonly catalog: number;
  /** The heap that the loaded catalog takes. */
  readonly heapLoaded: number;
  /** The heap that the catalog takes after every error was used. */
  readonly heapUsed: number;
}

interface LookUps {
  /** The first look-up, which builds the index. */
  readonly firstLookUp: number;
  /** A later look-up, in nanoseconds; also for the next two. */
  readonly byReason: number;
  readonly byNumber: number;
  readonly byDetailType: number;
  /** Reading the definition of every error for the first time. */
  readonly definitions: number;
}

const LOOK_UPS = 200_000;

const [folder = "", count = "0"] = process.argv.slice(2);
const errors = Number(count);

// The package itself is loaded before the clock starts.
await import("grpc-rich-errors/codegenv1");
await import("grpc-rich-errors");
const messages = await timed(() => importFrom("messages.js"));
const before = heap();
let catalog: Catalog | undefined;
const loading = await timed(async () => {
  catalog = (await importFrom<{ catalog: Catalog }>("catalog.js")).catalog;
});
const heapLoaded = heap() - before;
if (!catalog) throw new Error(`${folder}/catalog.js exports no catalog`);
const load: Load = {
  messages,
  catalog: loading,
  heapLoaded,
  ...(await look(catalog)),
  heapUsed: heap() - before,
};
console.log(JSON.stringify(load));

async function look(catalog: Catalog): Promise<LookUps> {
  const firstLookUp = await timed(() => catalog.byReason(DOMAIN, reasonAt(1)));
  const numbers = Array.from({ length: LOOK_UPS }, (_, index) => ((index * 7919) % errors) + 1);
  const reasons = numbers.map(reasonAt);
  const types = numbers.map((number) => detailTypeAt(Math.max(4, number - (number % 4))) ?? "");
  return {
    firstLookUp,
    byReason: await nanosPerLookUp((index) => catalog.byReason(DOMAIN, reasons[index] ?? "")),
    byNumber: await nanosPerLookUp((index) => catalog.byNumber(DOMAIN, numbers[index] ?? 0)),
    byDetailType: await nanosPerLookUp((index) => catalog.byDetailType(types[index] ?? "")),
    definitions: await timed(() => [...catalog].map(({ definition }) => definition.reason)),
  };
}

async function nanosPerLookUp(lookUp: (index: number) => unknown): Promise<number> {
  const all = () => {
    for (let index = 0; index < LOOK_UPS; index++) {
      if (lookUp(index) === undefined) throw new Error("the catalog lacks an error");
    }
  };
  // The first run warms up the compiler.
  all();
  return ((await timed(all)) * 1e6) / LOOK_UPS;
}

function importFrom<T>(module: string): Promise<T> {
  return import(pathToFileURL(join(folder, module)).href) as Promise<T>;
}

async function timed(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
