import { expect, test } from "vitest";
import { renderReport } from "../../../bench/report/report.js";
import { formatResults } from "../../../bench/report/stored-results.js";
import { benchFile, storedResults } from "./stored.js";

test("the page and its pictures are rendered from the stored results (update: npm run bench -- --report)", async () => {
  const report = renderReport(await storedResults(), await benchFile("README.md"));
  for (const [name, content] of Object.entries(report)) expect(content, name).toBe(await benchFile(name));
});

test("the stored results are in the format that a run writes", async () => {
  expect(formatResults(await storedResults())).toBe(await benchFile("results.json"));
});

test("pictures begin with a note that they are generated", async () => {
  for (const name of ["overview.svg", "goals.svg", "growth.svg"]) {
    expect(await benchFile(name)).toMatch(
      /^<!-- Generated from results\.json by `npm run bench`\. Do not edit\. -->\n<svg/,
    );
  }
});
