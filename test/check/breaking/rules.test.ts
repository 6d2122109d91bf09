import { describe, expect, it } from "vitest";
import { BREAKING_GROUPS, BREAKING_RULES } from "../../../src/check/breaking/rules.js";
import { expectSection } from "../../support/docs-section.js";

describe("the list of rules about changes", () => {
  it.each(BREAKING_RULES)("$id can be listed by buf", ({ id, purpose, groups }) => {
    expect(id).toMatch(/^RICH_ERRORS_[A-Z_]*[A-Z]$/);
    expect(id.length).toBeLessThanOrEqual(64);
    expect(purpose).toMatch(/^Checks .*\.$/);
    expect(purpose.length).toBeLessThanOrEqual(256);
    expect(groups.length).toBeGreaterThan(0);
    expect(groups.filter((group) => !(group in BREAKING_GROUPS))).toEqual([]);
  });

  it("has unique ids, which are no groups", () => {
    const ids = [...BREAKING_RULES.map(({ id }) => id), ...Object.keys(BREAKING_GROUPS)];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has only rules about humans off by default", () => {
    for (const { groups, isDefault } of BREAKING_RULES) expect(isDefault).toBe(!groups.includes("RICH_ERRORS_HUMANS"));
  });

  it.each(Object.entries(BREAKING_GROUPS))("%s has rules and a sentence about them", (group, purpose) => {
    expect(purpose).toMatch(/^Changes that .*\.$/);
    expect(BREAKING_RULES.some(({ groups }) => groups.includes(group))).toBe(true);
  });

  it("is in the documentation", () => {
    const groups = Object.entries(BREAKING_GROUPS).map(
      ([id, purpose]) => `| \`${id}\` | ${purpose.replace(/^Changes that/, "changes that").replace(/\.$/, "")} |`,
    );
    const rules = BREAKING_RULES.map(({ id, purpose, groups }) => {
      const written = groups.map((group) => `\`${group.replace("RICH_ERRORS_", "…")}\``).join(", ");
      return `| \`${id}\` | ${purpose.replace(/^Checks that /, "").replace(/\.$/, "")} | ${written} |`;
    });
    const tables = [
      ["| group | finds |", "| --- | --- |", ...groups].join("\n"),
      ["| rule | checks that | groups |", "| --- | --- | --- |", ...rules].join("\n"),
    ];
    expectSection("docs/breaking-changes.md", "rules", `${tables.join("\n\n")}\n`);
  });
});
