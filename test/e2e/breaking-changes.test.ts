import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BREAKING_GROUPS } from "../../src/check/breaking/rules.js";
import type { Affected } from "../../src/check/finding.js";
import { run } from "../cli/fake-terminal.js";
import { expectSection } from "../support/docs-section.js";
import { BREAKING_CHANGES, HARMLESS_CHANGES } from "./breaking/changes.js";
import { damageOf, type Seens } from "./breaking/damage.js";
import { generateVersions, type Versions } from "./breaking/versions.js";

// What `rich-errors breaking` says, held against what old and new programs do to each other: servers and clients in
// processes of their own, with code that buf, ts-proto and the plugin generated from both versions.

interface Found {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  readonly text: string;
  readonly breaks: readonly Affected[];
}

let versions: Versions;
let seen: Seens;
let findings: ReadonlyMap<string, readonly Found[]>;

beforeAll(async () => {
  versions = await generateVersions({ ...BREAKING_CHANGES, ...HARMLESS_CHANGES });
  findings = await findAll();
  seen = await versions.run();
}, 300_000);
afterAll(() => versions?.remove());

async function findAll(): Promise<ReadonlyMap<string, readonly Found[]>> {
  const { protos } = versions;
  const options = ["--enable", "RICH_ERRORS_HUMANS", "--format", "json"];
  const { out, err } = await run(["breaking", protos.new, "--against", protos.old, ...options]);
  expect(err).toBe("");
  const found: Found[] = out.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  const groups = new Map<string, Found[]>();
  for (const finding of found) {
    // The name of the change is that of its folder.
    const name = finding.file.split("/").at(-3) ?? "";
    groups.set(name, [...(groups.get(name) ?? []), finding]);
  }
  return groups;
}

describe("a change that breaks somebody", () => {
  it.each(Object.entries(BREAKING_CHANGES))("%s is found, and breaks exactly those", (name, { rule, breaks }) => {
    const found = findings.get(name) ?? [];
    expect(new Set(found.map(({ rule }) => rule))).toEqual(new Set([`RICH_ERRORS_${rule}`]));
    expect(found.every(({ line }) => line > 1)).toBe(true);
    const said = new Set(found.flatMap(({ breaks }) => breaks));
    expect([...said]).toEqual(breaks);
    const programs = breaks.filter((affected) => affected !== "humans");
    const damage = Object.fromEntries(damageOf(name, seen, versions.mistakes));
    expect(damage).toEqual(Object.fromEntries(programs.map((affected) => [affected, expect.any(String)])));
  });
});

describe("buf breaking", () => {
  it("finds the same with the plugin, at the same places", async () => {
    const { out, err } = await versions.bufBreaking(Object.keys(BREAKING_GROUPS));
    expect(err).toBe("");
    const found = out.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
    const places = found.map(
      ({ path, start_line, start_column, type }) => `${path}:${start_line}:${start_column} ${type}`,
    );
    const expected = [...findings.values()]
      .flat()
      .map(({ file, line, column, rule }) => `${file.slice(file.indexOf("proto/"))}:${line}:${column} ${rule}`);
    expect(places.sort()).toEqual(expected.sort());
  });
});

describe("a harmless change", () => {
  it.each(Object.keys(HARMLESS_CHANGES))("%s is not reported, and breaks nobody", (name) => {
    expect(findings.get(name)).toBeUndefined();
    expect(damageOf(name, seen, versions.mistakes)).toEqual(new Map());
  });

  it("is one of at least 20", () => {
    expect(Object.keys(HARMLESS_CHANGES).length).toBeGreaterThanOrEqual(20);
  });
});

describe("the documentation", () => {
  it("has each change that breaks somebody, with what was seen", () => {
    const rows = Object.entries(BREAKING_CHANGES).map(([name, { change, rule, breaks }]) => {
      const damage = damageOf(name, seen, versions.mistakes);
      const affected = breaks.map((affected) => {
        const found = damage.get(affected);
        return found === undefined ? affected : `${affected}: ${found}`;
      });
      const [fix = ""] = (findings.get(name) ?? []).map(({ text }) => text.slice(text.indexOf("; ") + 2));
      return `| ${change} | ${affected.join("<br>")} | ${fix.replaceAll("|", "\\|").replaceAll(name, "shop")} | \`${rule}\` |`;
    });
    const head = [
      "| change | breaks, and what was seen | instead | rule, after `RICH_ERRORS_` |",
      "| --- | --- | --- | --- |",
    ];
    expectSection("docs/breaking-changes.md", "changes", `${[...head, ...rows].join("\n")}\n`);
  });

  it("has each harmless change", () => {
    const items = Object.values(HARMLESS_CHANGES).map(({ change }) => `- ${change}`);
    expectSection("docs/breaking-changes.md", "harmless", `${items.join("\n")}\n`);
  });
});
