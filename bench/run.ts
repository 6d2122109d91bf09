import { parseArgs } from "node:util";
import type { Figures, Part } from "./figures.js";
import { PARTS } from "./parts.js";
import { checkReport, writeReport, writeResults } from "./report/report.js";
import { type MeasuredPart, resultsOf } from "./report/results.js";
import { tableOf } from "./report/tables.js";

// Measures all parts, prints each table as soon as it is complete, and writes the report at the end.
// --only and --smoke write nothing. --report writes the report from the stored results and measures nothing.
const { values: options } = parseArgs({
  options: {
    report: { type: "boolean", default: false },
    smoke: { type: "boolean", default: false },
    large: { type: "boolean", default: false },
    only: { type: "string" },
  },
});

if (options.report) await writeReport();
else await run();

async function run(): Promise<void> {
  const { only, smoke } = options;
  const parts = PARTS.filter(({ name }) => only === undefined || name === only);
  if (parts.length === 0) {
    throw new RangeError(`--only is "${only}", expected one of ${PARTS.map(({ name }) => name).join(", ")}`);
  }
  const measured: MeasuredPart[] = [];
  for (const part of parts) measured.push(await measure(part));
  if (only !== undefined) return;
  const results = resultsOf(measured);
  await (smoke ? checkReport(results) : writeResults(results));
}

async function measure({ name, title, extent, measure }: Part): Promise<MeasuredPart> {
  console.log(`\n## ${title}`);
  const figures: Figures[] = [];
  for await (const one of measure(options)) {
    console.log(`\n${tableOf(one)}`);
    figures.push(one);
  }
  return { name, title, extent, figures };
}
