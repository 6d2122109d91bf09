import { expect, test } from "vitest";
import { renderReport } from "../../../bench/overload/report.js";
import { formatResults, parseResults } from "../../../bench/overload/results.js";
import { BURST, meetsGoals, SUSTAINED, summarize } from "../../../bench/overload/scenarios.js";
import { benchFile } from "../report/stored.js";

const stored = async () => parseResults(await benchFile("overload.json"));

test("the section and its picture are rendered from the stored results (update: npm run recovery:overload -- --report)", async () => {
  const report = renderReport(await stored(), await benchFile("README.md"));
  for (const [name, content] of Object.entries(report)) expect(content, name).toBe(await benchFile(name));
  expect(report["overload.svg"]).toMatch(/^<!-- Generated from overload\.json by `npm run recovery:overload`\./);
});

test("the stored results are in the format that a run writes", async () => {
  expect(formatResults(await stored())).toBe(await benchFile("overload.json"));
});

test("this package meets its goals, and retries without a budget do not", async () => {
  const { summaries } = await stored();
  const meeting = summaries.filter(({ sustained, burst, cold, overSockets, inVirtualTime }) =>
    [sustained, burst, cold, overSockets, inVirtualTime].every(meetsGoals),
  );
  const names = meeting.map(({ name }) => name);
  expect(names).toContain("grpc-rich-errors, one process");
  expect(names).toContain("grpc-rich-errors, 200 processes");
  expect(names).not.toContain("grpc-js, retryPolicy");
  expect(names).not.toContain("nice-grpc-client-middleware-retry");
});

test("a summary is about the phase with the highest load, and the time until all is well after it", () => {
  const second = { calls: 0, requests: 0, rejections: 0, successes: 0, queue: 0 };
  const quiet = { ...second, calls: 70, requests: 70, successes: 70 };
  const busy = { ...second, calls: 200, requests: 300, rejections: 200, successes: 80 };
  const seconds = [...Array(60).fill(quiet), ...Array(30).fill(busy), quiet, { ...quiet, rejections: 1 }, quiet];
  expect(summarize(BURST, seconds)).toEqual({ requestsPerCall: 1.5, goodput: 0.8, secondsToRecover: 2 });
  expect(SUSTAINED.phases.map(({ load }) => load)).toEqual([0.5, 2]);
});
