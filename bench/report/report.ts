import { readFile, writeFile } from "node:fs/promises";
import { isComparison, isGrowth } from "../figures.js";
import { comparisonChart } from "./comparison-chart.js";
import { growthChart } from "./growth-chart.js";
import { withFigures } from "./readme.js";
import { type MeasuredPart, resultsOf } from "./results.js";

const FOLDER = new URL("../../../bench/", import.meta.url);

/** Writes all that was measured: as JSON, as pictures, and into the page about them. */
export async function writeReport(parts: readonly MeasuredPart[]): Promise<void> {
  const results = resultsOf(parts);
  const figures = parts.flatMap(({ figures }) => figures);
  const growths = figures.filter(isGrowth);
  const withGoals = figures.filter(isComparison).filter(({ rows }) => rows.some(({ goal }) => goal));
  await write("results.json", `${JSON.stringify(results, rounded, 2)}\n`);
  await write("results.svg", comparisonChart(withGoals));
  await write("growth.svg", growthChart(growths));
  await write("README.md", withFigures(await readFile(new URL("README.md", FOLDER), "utf8"), results));
}

/** No figure is more exact than that. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(5)) : value;
}

async function write(name: string, content: string): Promise<void> {
  await writeFile(new URL(name, FOLDER), content);
}
