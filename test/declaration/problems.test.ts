import { describe, expect, it } from "vitest";
import { Problems, printable } from "../../src/declaration/problems.js";

it("problems are printed once each, sorted by file and place", () => {
  const problems = new Problems();
  problems.report({ file: "b.proto", line: 1, column: 1 }, "last");
  problems.report({ file: "a.proto", line: 10, column: 2 }, "fourth");
  problems.report({ file: "a.proto", line: 9, column: 7 }, "third");
  problems.report({ file: "a.proto", line: 9, column: 5 }, "second, b");
  problems.report({ file: "a.proto", line: 9, column: 5 }, "second, a");
  problems.report({ file: "a.proto" }, "first, without a place");
  problems.report({ file: "a.proto", line: 9, column: 7 }, "third");
  expect(problems.toString().split("\n")).toEqual([
    "a.proto: first, without a place",
    "a.proto:9:5: second, a",
    "a.proto:9:5: second, b",
    "a.proto:9:7: third",
    "a.proto:10:2: fourth",
    "b.proto:1:1: last",
  ]);
  expect(problems.size).toBe(7);
});

describe("a printable text", () => {
  it.each([
    ["plain text – with ☃ and 日本 and 👍", "plain text – with ☃ and 日本 and 👍"],
    ["\u001b[31mred", "\\u{1b}[31mred"],
    ["\u009b31mred", "\\u{9b}31mred"],
    ["two\r\nlines\tand\u2028more", "two\\u{d}\\u{a}lines\\u{9}and\\u{2028}more"],
    ["turned \u202eround\u2066", "turned \\u{202e}round\\u{2066}"],
    ["half \ud83d", "half \\u{d83d}"],
  ])("is %j", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});
