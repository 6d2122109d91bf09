import { readFileSync, writeFileSync } from "node:fs";
import { codeName, RichError } from "grpc-rich-errors";
import { afterAll, describe, expect, it } from "vitest";
import { failureOf } from "../../../src/client/recovery/failure.js";
import { expectNothingUncaught } from "../../support/watch.js";
import { FAILURES } from "./outcome/failures.js";

// Makes every failure of `docs/outcomes.md`, and compares its row.

expectNothingUncaught();

const PAGE = "docs/outcomes.md";
const PART = /(<!-- failures -->\n)[\s\S]*?(<!-- \/failures -->)/;

const page = readFileSync(PAGE, "utf8");
const made = new Map<string, string>();

describe.each(Object.entries(FAILURES))("%s:", (_, failures) => {
  it.each(failures)("%s", async (name, text, fail) => {
    const error = await fail();
    expect(error).toBeRichError(RichError);
    if (!(error instanceof RichError)) return;
    expect(error.message).toMatch(text);
    made.set(name, rowOf(name, error));
    if (!process.env["UPDATE_DOCS"]) expect(page.split("\n")).toContain(made.get(name));
  });
});

it("and the page has no other failures", () => {
  if (!process.env["UPDATE_DOCS"]) expect(PART.exec(page)?.[0]).toBe(PART.exec(updated())?.[0]);
  expect(made.size).toBeGreaterThan(0);
});

afterAll(() => {
  if (process.env["UPDATE_DOCS"]) writeFileSync(PAGE, updated());
});

function rowOf(name: string, error: RichError): string {
  const { code, origin, outcome, fault } = error;
  const recovery = failureOf(error).recovery;
  const cells = [codeName(code), origin, outcome, fault, recovery].map((cell) => (cell ? `\`${cell}\`` : "not known"));
  return `| ${[name, ...cells].join(" | ")} |`;
}

function updated(): string {
  const tables = Object.entries(FAILURES).map(([title, failures]) =>
    [
      `### ${title}`,
      "",
      "| failure | code | origin | outcome | fault | recovery |",
      "| --- | --- | --- | --- | --- | --- |",
      ...failures.map(([name]) => made.get(name)),
    ].join("\n"),
  );
  return page.replace(PART, (_, start: string, end: string) => `${start}\n${tables.join("\n\n")}\n\n${end}`);
}
