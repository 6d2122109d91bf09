import { withSection } from "../report/readme.js";
import { soakChart } from "./chart.js";
import { PARTS } from "./parts.js";
import type { MeasuredPart, ScaleResults } from "./results.js";
import type { SoakResult } from "./soak.js";

/** The content of each generated file, by name. */
export type ScaleReport = Readonly<Record<"scale.md" | "scale.svg", string>>;

/** Renders the picture, and the sections of the page about the parts that were measured. */
export function renderReport(results: ScaleResults, page: string): ScaleReport {
  const filled = PARTS.reduce((filled, { name, section }) => {
    const measured = results[name];
    if (!measured) return filled;
    return withSection(filled, name, `${section(measured.result)}\n\n${runText(measured)}`, "npm run scale");
  }, page);
  const { minutes } = (results["soak"]?.result ?? { minutes: [] }) as Pick<SoakResult, "minutes">;
  return { "scale.md": filled, "scale.svg": soakChart(minutes) };
}

function runText({ date, node, cpu, cpus, versions }: MeasuredPart): string {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `Run on ${date} with Node ${node}, ${packages.join(" and ")}, on ${cpus} processors (${cpu}).`;
}
