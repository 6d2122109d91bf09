import { withSection } from "../report/readme.js";
import { table } from "../report/tables.js";
import { overloadChart } from "./chart.js";
import type { ContenderSummary, OverloadResults } from "./results.js";
import type { Summary } from "./scenarios.js";

/** The content of each generated file, by name. */
export type OverloadReport = Readonly<Record<"README.md" | "overload.svg", string>>;

/** Renders the picture, and the section of the page. */
export function renderReport(results: OverloadResults, page: string): OverloadReport {
  const { date, node, versions, summaries, courses } = results;
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const section = [
    overloadTable(summaries),
    "![Load and successful calls over time](overload.svg)",
    `Run on ${date} with Node ${node}, ${peers.join(", ")}.`,
  ].join("\n\n");
  return {
    "README.md": withSection(page, "overload", section, "npm run recovery:overload"),
    "overload.svg": overloadChart(courses),
  };
}

/** Formats the figures as a Markdown table. */
export function overloadTable(summaries: readonly ContenderSummary[]): string {
  const head = [
    "contender",
    "requests for each call",
    "successes, of the capacity",
    "the same in a burst of 30 s",
    "the same for clients that start with the burst",
    "seconds until all calls are served again",
    "20 s over sockets (in virtual time)",
  ];
  return table(
    head,
    summaries.map(({ name, sustained, burst, cold, overSockets, inVirtualTime }) => [
      name,
      sustained.requestsPerCall.toFixed(2),
      sustained.goodput.toFixed(2),
      pair(burst),
      pair(cold),
      String(burst.secondsToRecover),
      `${pair(overSockets)} (${pair(inVirtualTime)})`,
    ]),
  );
}

function pair({ requestsPerCall, goodput }: Summary): string {
  return `${requestsPerCall.toFixed(2)}, ${goodput.toFixed(2)}`;
}
