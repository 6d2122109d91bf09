import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Results } from "../../../bench/report/results.js";
import { parseResults } from "../../../bench/report/stored-results.js";
import { ROOT } from "../../package/project.js";

/** Reads a file of `bench/`. */
export function benchFile(name: string): Promise<string> {
  return readFile(join(ROOT, "bench", name), "utf8");
}

export async function storedResults(): Promise<Results> {
  return parseResults(await benchFile("results.json"));
}
