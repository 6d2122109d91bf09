/**
 * Builds a catalog from a descriptor set, and prints what it took as JSON:
 *
 *     node --expose-gc build/bench/scale/runtime-catalog.js <file>
 */
import { readFileSync } from "node:fs";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { DOMAIN, reasonAt } from "../large-catalog.js";
import { memory } from "./processes.js";

/** What a catalog takes that is built at run time. */
export interface Built {
  /** Processor time in milliseconds. */
  readonly cpu: number;
  readonly heap: number;
}

const [file = ""] = process.argv.slice(2);
const bytes = readFileSync(file);
const before = await memory();
const start = process.cpuUsage();
const catalog = catalogFromDescriptorSet(bytes);
if (!catalog.byReason(DOMAIN, reasonAt(1))) throw new Error(`${file} lacks the first error`);
const { user, system } = process.cpuUsage(start);
const built: Built = { cpu: (user + system) / 1_000, heap: (await memory()).heap - before.heap };
console.log(JSON.stringify(built));
