import { readFile, writeFile } from "node:fs/promises";
import { isComparison, isGrowth } from "../figures.js";
import { goalsChart } from "./goals-chart.js";
import { growthChart } from "./growth-chart.js";
import { overviewOf } from "./overview.js";
import { overviewChart } from "./overview-chart.js";
import { withGeneratedSections } from "./readme.js";
import type { Results } from "./results.js";
import { formatResults, parseResults } from "./stored-results.js";

const FOLDER = new URL("../../../bench/", import.meta.url);

/** The content of each generated file, by name. */
export type Report = Readonly<Record<"README.md" | "overview.svg" | "goals.svg" | "growth.svg", string>>;

/**
 * Renders the page and its pictures.
 *
 * @param page the present content of `README.md`
 * @throws RangeError if the results or the page lack something that the report needs
 */
export function renderReport(results: Results, page: string): Report {
  const figures = results.parts.flatMap(({ figures }) => figures);
  const withGoals = figures.filter(isComparison).filter(({ rows }) => rows.some(({ goal }) => goal));
  const overview = overviewOf(results);
  return {
    "README.md": withGeneratedSections(page, results, overview),
    "overview.svg": overviewChart(overview),
    "goals.svg": goalsChart(withGoals),
    "growth.svg": growthChart(figures.filter(isGrowth)),
  };
}

/** Renders the report without writing it, so that a short run shows that all its figures exist. */
export async function checkReport(results: Results): Promise<void> {
  renderReport(results, await read("README.md"));
}

/** Writes `results.json` and the report. */
export async function writeResults(results: Results): Promise<void> {
  // Parts name their fields in an order of their own, and the file has one order.
  await write("results.json", formatResults(parseResults(formatResults(results))));
  await writeReport();
}

/** Writes the report from the stored results. */
export async function writeReport(): Promise<void> {
  const results = parseResults(await read("results.json"));
  const report = renderReport(results, await read("README.md"));
  for (const [name, content] of Object.entries(report)) await write(name, content);
}

function read(name: string): Promise<string> {
  return readFile(new URL(name, FOLDER), "utf8");
}

async function write(name: string, content: string): Promise<void> {
  await writeFile(new URL(name, FOLDER), content);
}
