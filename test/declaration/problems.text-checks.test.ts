import { describe, expect, it } from "vitest";
import { printable } from "../../src/declaration/problems.js";

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
