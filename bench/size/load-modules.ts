/**
 * Loads modules in its own process, and prints the time as JSON:
 *
 *     node build/bench/size/load-modules.js import @grpc/grpc-js , grpc-rich-errors
 *
 * Modules before the comma are loaded before the clock starts.
 */
import { createRequire } from "node:module";

/** CPU time and wall-clock time, in milliseconds. */
export interface Loading {
  readonly processor: number;
  readonly clock: number;
}

const [way, ...names] = process.argv.slice(2);
const comma = names.indexOf(",");
const require = createRequire(import.meta.url);
const load = async (name: string) => (way === "require" ? require(name) : await import(name));

for (const name of names.slice(0, comma)) await load(name);
const before = performance.now();
const start = process.cpuUsage();
for (const name of names.slice(comma + 1)) await load(name);
const { user, system } = process.cpuUsage(start);
const clock = performance.now() - before;
console.log(JSON.stringify({ processor: (user + system) / 1_000, clock } satisfies Loading));
