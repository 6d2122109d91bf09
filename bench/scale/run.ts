import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { PARTS } from "./parts.js";
import { renderReport } from "./report.js";
import { formatResults, measuredNow, parseResults, type ScaleResults } from "./results.js";

// Measures all parts, or one with --only, stores each as soon as it is complete, and writes the report. Fails if something
// grows, hangs or ends with the wrong error. --smoke is brief, does not judge memory and time, and writes nothing.
// --report writes the report from the stored results.

const { values: options } = parseArgs({
  options: {
    smoke: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
    only: { type: "string" },
  },
});
const FOLDER = new URL("../../../bench/", import.meta.url);

if (options.report) await writeReport(await stored());
else await run();

async function run(): Promise<void> {
  const { only, smoke } = options;
  const parts = PARTS.filter(({ name }) => only === undefined || name === only);
  if (parts.length === 0) {
    throw new RangeError(`--only is "${only}", expected one of ${PARTS.map(({ name }) => name).join(", ")}`);
  }
  const problems: string[] = [];
  for (const part of parts) {
    console.log(`\n## ${part.title}\n`);
    const result = await part.measure(options);
    console.log(`\n${part.section(result)}`);
    problems.push(...part.problems(result, options));
    if (!smoke) await writeReport({ ...(await stored()), [part.name]: measuredNow(result) });
  }
  console.log(
    problems.length > 0 ? `\n${problems.join("\n")}` : "\nNothing grows, nothing hangs, and every call ended right.",
  );
  process.exitCode = problems.length > 0 ? 1 : 0;
}

async function stored(): Promise<ScaleResults> {
  return parseResults(await readFile(new URL("scale.json", FOLDER), "utf8"));
}

async function writeReport(results: ScaleResults): Promise<void> {
  const text = formatResults(results);
  await writeFile(new URL("scale.json", FOLDER), text);
  // From what is stored, where figures are rounded.
  const report = renderReport(parseResults(text), await readFile(new URL("scale.md", FOLDER), "utf8"));
  for (const [name, content] of Object.entries(report)) await writeFile(new URL(name, FOLDER), content);
}
