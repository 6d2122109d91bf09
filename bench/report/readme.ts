import { isComparison } from "../figures.js";
import type { Results } from "./results.js";
import { goalsTable, tableOf } from "./tables.js";

const BEGIN = "<!-- figures -->";
const END = "<!-- /figures -->";

/**
 * Puts the figures between the two markers of a page; the rest stays as it is.
 *
 * @throws RangeError if the markers are not there
 */
export function withFigures(page: string, results: Results): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new RangeError(`the page has no ${BEGIN} with ${END} behind it`);
  return `${page.slice(0, begin + BEGIN.length)}\n${figuresText(results)}\n${page.slice(end)}`;
}

function figuresText({ date, node, versions, cpu, cpus, parts }: Results): string {
  const [[own = "", version] = [], ...beside] = Object.entries(versions);
  const comparisons = parts.flatMap(({ figures }) => figures.filter(isComparison));
  const sections = parts.map(({ title, extent, figures }) =>
    [`### ${title}`, `${extent[0]?.toUpperCase()}${extent.slice(1)}.`, ...figures.map(tableOf)].join("\n\n"),
  );
  return [
    `Measured on ${date} with Node ${node} and ${own} ${version}, on ${cpus} processors (${cpu}), beside ` +
      `${beside.map(([name, version]) => `${name} ${version}`).join(", ")}.`,
    "![What has a goal, each beside what it is compared with](results.svg)",
    "![How processor time grows with the size of errors and catalogs](growth.svg)",
    "### Goals",
    goalsTable(comparisons),
    ...sections,
  ].join("\n\n");
}
