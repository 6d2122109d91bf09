import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/check/finding.js";
import { findingsOutput } from "../../../src/cli/output/findings.js";

const FINDING: Finding = {
  rule: "RICH_ERRORS_A",
  place: { file: "shop.proto", line: 2, column: 3 },
  text: "a is b; write c",
};

const printed = (format: string, ...findings: readonly Finding[]) =>
  findingsOutput(findings, format, (file) => `proto/${file}`);

describe("the output of findings", () => {
  it("is empty without any, with exit code 0", () => {
    for (const format of ["text", "json", "github"]) expect(printed(format)).toEqual({ text: "", exitCode: 0 });
  });

  it("is sorted by place, without repetitions", () => {
    const first: Finding = { ...FINDING, place: { file: "shop.proto", line: 1, column: 9 } };
    const { text, exitCode } = printed("text", FINDING, first, FINDING);
    expect(text).toBe(
      "proto/shop.proto:1:9: a is b; write c (RICH_ERRORS_A)\nproto/shop.proto:2:3: a is b; write c (RICH_ERRORS_A)\n",
    );
    expect(exitCode).toBe(1);
  });

  it("keeps two rules that say the same", () => {
    expect(printed("text", FINDING, { ...FINDING, rule: "RICH_ERRORS_B" }).text.split("\n")).toHaveLength(3);
  });

  it("says whom a change breaks", () => {
    const breaking: Finding = { ...FINDING, breaks: ["old clients", "humans"] };
    expect(printed("text", breaking).text).toContain("write c [breaks old clients, humans] (RICH_ERRORS_A)");
    expect(JSON.parse(printed("json", breaking).text).breaks).toEqual(["old clients", "humans"]);
    expect(printed("github", breaking).text).toContain("::a is b; write c [breaks old clients, humans]");
  });

  it("can lack a line", () => {
    const whole: Finding = { ...FINDING, place: { file: "shop.proto" } };
    expect(printed("text", whole).text).toMatch(/^proto\/shop\.proto: a is b/);
    expect(printed("github", whole).text).toMatch(/^::error file=proto\/shop\.proto,title=RICH_ERRORS_A::/);
  });

  it("escapes what would steer a terminal, or end a command of GitHub Actions", () => {
    const hostile: Finding = {
      ...FINDING,
      place: { ...FINDING.place, file: "a,b:c%.proto" },
      text: "a\u001b[2J 100%\nb",
    };
    expect(printed("text", hostile).text).toContain("a\\u{1b}[2J 100%\\u{a}b");
    expect(printed("github", hostile).text).toContain("file=proto/a%2Cb%3Ac%25.proto,");
    expect(printed("github", hostile).text.trimEnd()).toMatch(/::a.* 100%25%0Ab$/);
    expect(printed("github", hostile).text).toContain("::a\\u{1b}[2J");
    expect(printed("json", hostile).text.trimEnd()).not.toContain("\u001b");
  });
});
