/**
 * Runs a module in this process, and writes what it took into a file:
 *
 *     node build/bench/scale/measured-process.js <file> <module> [arguments]
 */
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** What a process took. */
export interface Taken {
  /** Processor time in milliseconds. */
  readonly cpu: number;
  /** The most resident memory, in bytes. */
  readonly memory: number;
}

const [file = "", module = "", ...args] = process.argv.slice(2);
process.argv.splice(1, process.argv.length, module, ...args);
process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const taken: Taken = { cpu: (userCPUTime + systemCPUTime) / 1_000, memory: maxRSS * 1_024 };
  writeFileSync(file, JSON.stringify(taken));
});
await import(pathToFileURL(module).href);
