import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { LINT_GROUPS } from "../../../src/check/lint/groups.js";
import { LINT_RULES } from "../../../src/check/lint/rules.js";
import { ROOT } from "../../plugin/compile.js";

const PAGE = join(ROOT, "docs/linting.md");

it("the documentation lists every rule by its groups", () => {
  const written = readFileSync(PAGE, "utf8");
  const updated = written.replace(/(<!-- begin rules.*\n)[\s\S]*(<!-- end rules)/, (_, begin, end) => {
    return `${begin}${tables()}${end}`;
  });
  if (process.env["UPDATE_DOCS"]) writeFileSync(PAGE, updated);
  expect(process.env["UPDATE_DOCS"] ? readFileSync(PAGE, "utf8") : written).toBe(updated);
});

/** A section for each group, with a table of the rules for which it is the first group. */
function tables(): string {
  const sections = Object.entries(LINT_GROUPS).map(([group, purpose]) => {
    const rules = LINT_RULES.filter(({ groups }) => groups[0] === group);
    const others = LINT_RULES.filter(({ groups }) => groups[0] !== group && groups.includes(group));
    const rows = rules.map(({ id, purpose }) => `| \`${id}\` | ${purpose.replace(/^Checks that (.*)\.$/, "$1")} |`);
    return [
      `### ${group}`,
      "",
      `${purpose}${rules.every(({ isDefault }) => isDefault) ? "" : " Off by default."}`,
      "",
      "| rule | checks that |",
      "| --- | --- |",
      ...rows,
      // All rules of RICH_ERRORS_MINIMAL are in RICH_ERRORS_STANDARD, which the sentence about it says.
      ...(group === "RICH_ERRORS_COMMENTS" ? ["", `Also ${others.map(({ id }) => `\`${id}\``).join(", ")}.`] : []),
      "",
    ].join("\n");
  });
  return `\n${sections.join("\n")}\n`;
}
