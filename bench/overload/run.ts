import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { isOurs } from "../figures.js";
import { versionsOf } from "../report/results.js";
import { CONTENDERS } from "./contenders.js";
import { measureOverSockets, simulate } from "./measure.js";
import { overloadTable, renderReport } from "./report.js";
import { type ContenderSummary, type Course, courseOf, formatResults, parseResults } from "./results.js";
import { BURST, COLD, meetsGoals, type Scenario, SUSTAINED, type Summary, shortened, summarize } from "./scenarios.js";

// Puts twice its capacity on a server with 200 clients, and compares ways to send requests again, in virtual time and over
// sockets. Fails if this package misses its goals, or if every other contender meets them. --smoke is short and writes
// nothing. --report writes the report from the stored results.

const { values: options } = parseArgs({
  options: { smoke: { type: "boolean", default: false }, report: { type: "boolean", default: false } },
});
/** Over sockets, time passes as it does. */
const OVER_SOCKETS: Scenario = {
  ...SUSTAINED,
  phases: [
    { seconds: 15, load: 0.5 },
    { seconds: 20, load: 2 },
  ],
};
const BRIEFLY: Scenario = { ...SUSTAINED, phases: [{ seconds: 1, load: 2 }] };
const FOLDER = new URL("../../../bench/", import.meta.url);
const PEERS = ["@grpc/grpc-js", "nice-grpc", "nice-grpc-client-middleware-retry"];

if (options.report) await writeReport();
else if (options.smoke) await runBriefly();
else await run();

async function run(): Promise<void> {
  const summaries: ContenderSummary[] = [];
  const courses: Course[] = [];
  for (const contender of CONTENDERS) {
    const { name } = contender;
    const sustained = await simulate(contender, SUSTAINED.phases);
    const burst = await simulate(contender, BURST.phases);
    courses.push(courseOf(SUSTAINED, name, sustained), courseOf(BURST, name, burst));
    const summary: ContenderSummary = {
      name,
      sustained: summarize(SUSTAINED, sustained),
      burst: summarize(BURST, burst),
      cold: summarize(COLD, await simulate(contender, COLD.phases)),
      // A machine that is busy delays real clients, so each has it to itself.
      overSockets: summarize(OVER_SOCKETS, await measureOverSockets(contender, OVER_SOCKETS.phases)),
      inVirtualTime: summarize(OVER_SOCKETS, await simulate(contender, OVER_SOCKETS.phases)),
    };
    summaries.push(summary);
    print(name, summary.sustained);
  }
  console.log(`\n${overloadTable(summaries)}\n`);
  const run = { date: new Date().toISOString().slice(0, 10), node: process.versions.node, versions: versionsOf(PEERS) };
  await writeFile(new URL("overload.json", FOLDER), formatResults({ ...run, summaries, courses }));
  await writeReport();
  check(summaries);
}

/** What a run in virtual time knows. A brief one has fewer figures. */
type Simulated = Pick<ContenderSummary, "name" | "sustained"> &
  Partial<Pick<ContenderSummary, "burst" | "cold" | "inVirtualTime">>;

async function runBriefly(): Promise<void> {
  const scenario = shortened(SUSTAINED, 30);
  const summaries: Simulated[] = [];
  for (const contender of CONTENDERS) {
    const sustained = summarize(scenario, await simulate(contender, scenario.phases));
    const cold = summarize(COLD, await simulate(contender, COLD.phases));
    summaries.push({ name: contender.name, sustained, cold });
    print(contender.name, sustained);
  }
  for (const contender of CONTENDERS.slice(0, 1)) {
    print(
      `${contender.name}, over sockets`,
      summarize(BRIEFLY, await measureOverSockets(contender, BRIEFLY.phases, 1)),
    );
  }
  check(summaries);
}

function print(name: string, { requestsPerCall, goodput }: Summary): void {
  console.log(`${name}: ${requestsPerCall.toFixed(2)} requests for each call, ${goodput.toFixed(2)} of the capacity`);
}

function check(summaries: readonly Simulated[]): void {
  const missed = summaries.filter(
    ({ sustained, burst, cold, inVirtualTime }) =>
      ![sustained, burst, cold, inVirtualTime].every((summary) => summary === undefined || meetsGoals(summary)),
  );
  const ours = missed.filter(isOurs).map(({ name }) => name);
  if (ours.length > 0) console.error(`These miss their goals: ${ours.join("; ")}.`);
  else if (missed.length === 0)
    console.error("Every contender meets the goals, so the load is too low to show anything.");
  else console.log("grpc-rich-errors meets its goals.");
  process.exitCode = ours.length > 0 || missed.length === 0 ? 1 : 0;
}

async function writeReport(): Promise<void> {
  const results = parseResults(await readFile(new URL("overload.json", FOLDER), "utf8"));
  const report = renderReport(results, await readFile(new URL("README.md", FOLDER), "utf8"));
  for (const [name, content] of Object.entries(report)) await writeFile(new URL(name, FOLDER), content);
}
