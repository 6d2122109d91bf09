import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BadRequest, StandardDetails } from "../../../src/index.js";
import { cutText, cutViolations, isViolations } from "../../../src/server/budget/shorten.js";

describe("cutText", () => {
  test.each([
    ["short", 10, "short"],
    ["short", 5, "short"],
    ["short", 3, "sho"],
    ["naïve", 3, "na"],
    ["naïve", 4, "naï"],
    ["日本語", 5, "日"],
    ["a😀b", 4, "a"],
    ["a😀b", 5, "a😀"],
    ["a", 0, ""],
  ])("cuts %j to %d bytes between code points", (text, bytes, expected) => {
    expect(cutText(text, bytes)).toBe(expected);
  });

  test("gives a beginning of the text that is no longer than asked and lacks less than a code point", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(64), (text, bytes) => {
        const cut = cutText(text, bytes);
        expect(text.startsWith(cut)).toBe(true);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytes);
        if (cut !== text) expect(Buffer.byteLength(cut)).toBeGreaterThan(bytes - 4);
      }),
    );
  });
});

describe("cutViolations", () => {
  const details = new StandardDetails();
  for (let field = 0; field < 100; field++) details.addFieldViolation(`items[${field}]`, "must not be empty");
  const whole = BadRequest.encode(details.badRequest ?? { fieldViolations: [] });

  test("keeps whole violations, as many as fit, from the first on", () => {
    const cut = cutViolations(whole, 500);
    const { fieldViolations } = BadRequest.decode(cut);
    expect(fieldViolations.map(({ field }) => field)).toEqual(
      Array.from({ length: fieldViolations.length }, (_, field) => `items[${field}]`),
    );
    expect(cut.length).toBeLessThanOrEqual(500);
    expect(cut.length).toBeGreaterThan(500 - whole.length / 50);
  });

  test("keeps a message that fits, and nothing of one whose first violation does not", () => {
    expect(cutViolations(whole, whole.length)).toBe(whole);
    expect(cutViolations(whole, 5)).toHaveLength(0);
  });

  test("ends at what cannot be read", () => {
    const broken = Uint8Array.of(0x0a, 1, 65, 0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 1, 1);
    expect(cutViolations(broken, 10)).toEqual(Uint8Array.of(0x0a, 1, 65));
  });
});

test("the three kinds of violations are told from other messages", () => {
  expect(
    ["BadRequest", "PreconditionFailure", "QuotaFailure"].every((name) => isViolations(`google.rpc.${name}`)),
  ).toBe(true);
  expect(isViolations("google.rpc.Help")).toBe(false);
});
