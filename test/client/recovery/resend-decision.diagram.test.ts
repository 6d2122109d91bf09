import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { diagram, numbers, stopReasons } from "./diagram.js";

const PAGE = "docs/recovery.md";

test("docs/recovery.md has the diagram and the numbers of the state machine", () => {
  const page = readFileSync(PAGE, "utf8");
  const parts = { diagram: diagram(), numbers: numbers() };
  let updated = page;
  for (const [name, part] of Object.entries(parts)) {
    updated = updated.replace(
      new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`),
      (_, start: string, end: string) => `${start}\n${part}\n\n${end}`,
    );
  }
  if (process.env["UPDATE_DOCS"]) writeFileSync(PAGE, updated);
  expect(page.includes("<!-- diagram -->") && page.includes("<!-- numbers -->")).toBe(true);
  expect(process.env["UPDATE_DOCS"] ? readFileSync(PAGE, "utf8") : page).toBe(updated);
});

test("docs/recovery.md explains every reason to stop", () => {
  const page = readFileSync(PAGE, "utf8");
  const reasons = [...stopReasons(), "cancelled", "callback-failed"];
  expect(reasons.length).toBe(11);
  for (const reason of reasons) expect(page).toContain(`| \`${reason}\``);
});
