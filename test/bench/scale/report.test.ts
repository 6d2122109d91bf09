import { expect, test } from "vitest";
import { PARTS } from "../../../bench/scale/parts.js";
import { renderReport } from "../../../bench/scale/report.js";
import { formatResults, parseResults } from "../../../bench/scale/results.js";
import { benchFile } from "../report/stored.js";

const stored = async () => parseResults(await benchFile("scale.json"));

test("the page and its picture are rendered from the stored results (update: npm run scale -- --report)", async () => {
  const report = renderReport(await stored(), await benchFile("scale.md"));
  for (const [name, content] of Object.entries(report)) expect(content, name).toBe(await benchFile(name));
  expect(report["scale.svg"]).toMatch(/^<!-- Generated from scale\.json by `npm run scale`\./);
});

test("the stored results are in the format that a run writes", async () => {
  expect(formatResults(await stored())).toBe(await benchFile("scale.json"));
});

test("nothing that is stored grew, hung or ended wrong", async () => {
  const results = await stored();
  expect(PARTS.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(results)));
  for (const [name, { result }] of Object.entries(results)) {
    expect(PARTS.find((part) => part.name === name)?.problems(result, { smoke: false }), name).toEqual([]);
  }
});
