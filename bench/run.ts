import { parseArgs } from "node:util";
import type { Figures, Part } from "./figures.js";
import { PARTS } from "./parts.js";
import { writeReport } from "./report/report.js";
import type { MeasuredPart } from "./report/results.js";
import { tableOf } from "./report/tables.js";

// Measures all, prints the tables as it goes, and writes the report in the end. A part alone, or a run
// that is only to show that everything works, writes nothing.
const { values: options } = parseArgs({
  options: {
    smoke: { type: "boolean", default: false },
    large: { type: "boolean", default: false },
    only: { type: "string" },
  },
});

const { only } = options;
const parts = PARTS.filter(({ name }) => only === undefined || name === only);
if (parts.length === 0) throw new RangeError(`--only takes one of ${PARTS.map(({ name }) => name).join(", ")}`);

const measured: MeasuredPart[] = [];
for (const part of parts) measured.push(await measure(part));
if (only === undefined && !options.smoke) await writeReport(measured);

async function measure({ name, title, extent, measure }: Part): Promise<MeasuredPart> {
  console.log(`\n## ${title}`);
  const figures: Figures[] = [];
  for await (const one of measure(options)) {
    console.log(`\n${tableOf(one)}`);
    figures.push(one);
  }
  return { name, title, extent, figures };
}
