import { Code } from "grpc-rich-errors";
import { isZodError, zodErrors, zodViolations } from "grpc-rich-errors/mappings";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import { z as z3 } from "zod/v3";
import { ErrorMap } from "../../../src/masking/error-map.js";

const map = new ErrorMap(zodErrors);

const BAD = {
  name: 5,
  items: [{ count: 9 }, { count: 0 }],
  prices: { abc: 1, "in €": "x" },
  either: true,
  surplus: 1,
  "more surplus": 2,
};

const v4 = z.strictObject({
  name: z.string(),
  items: z.array(z.object({ count: z.number().min(3) })),
  prices: z.record(z.string().max(4).min(4), z.number()),
  either: z.union([z.string(), z.number()]),
});
const v3 = z3
  .object({
    name: z3.string(),
    items: z3.array(z3.object({ count: z3.number().min(3) })),
    prices: z3.record(z3.string().max(4).min(4), z3.number()),
    either: z3.union([z3.string(), z3.number()]),
  })
  .strict();

function thrownBy(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (thrown) {
    return thrown;
  }
}

describe.each([
  ["4", thrownBy(() => v4.parse(BAD))],
  ["3", thrownBy(() => v3.parse(BAD))],
])("a ZodError of zod %s", (_, thrown) => {
  it("becomes INVALID_ARGUMENT with a field violation for each issue", () => {
    const { error } = map.map(thrown);
    expect(error).toMatchObject({ code: Code.INVALID_ARGUMENT, message: "the request is not valid", cause: thrown });
    const violations = error?.standardDetails.badRequest?.fieldViolations ?? [];
    const found = violations.map(({ field, reason }) => [field, reason]);
    expect(found).toEqual([
      ["name", "INVALID_TYPE"],
      ["items[1].count", "TOO_SMALL"],
      ["prices.abc", "TOO_SMALL"],
      ['prices["in €"]', "INVALID_TYPE"],
      ["either", "INVALID_UNION"],
      ["surplus", "UNRECOGNIZED_KEYS"],
      ['["more surplus"]', "UNRECOGNIZED_KEYS"],
    ]);
    expect(violations.every(({ description }) => description.length > 5)).toBe(true);
    expect(error?.issues).toEqual([]);
  });
});

it("zodErrors match the errors of zod/mini and of safeParse", () => {
  for (const thrown of [
    thrownBy(() => mini.object({ a: mini.string() }).parse({})),
    v4.safeParse({}).error,
    v3.safeParse({}).error,
  ]) {
    expect(isZodError(thrown)).toBe(true);
    expect(map.map(thrown).error?.standardDetails.hasFieldViolations).toBe(true);
  }
});

it("an issue without a path becomes a violation with an empty field", () => {
  const thrown = z.string().safeParse(5).error;
  if (!isZodError(thrown)) throw new TypeError("this is not a ZodError");
  expect(zodViolations(thrown).badRequest?.fieldViolations).toMatchObject([{ field: "", reason: "INVALID_TYPE" }]);
});

it("at most 1,000 issues become violations", () => {
  const thrown = z.array(z.string()).safeParse(Array.from({ length: 20_000 })).error;
  if (!isZodError(thrown)) throw new TypeError("this is not a ZodError");
  expect(zodViolations(thrown).badRequest?.fieldViolations).toHaveLength(1000);
});

it.each([
  new Error("ZodError"),
  Object.assign(new Error("x"), { name: "ZodError" }),
  Object.assign(new Error("x"), { name: "ZodError", issues: "many" }),
  Object.assign(new Error("x"), { issues: [] }),
  { name: "ZodError", issues: [] },
  undefined,
])("isZodError returns false for %o", (thrown) => {
  expect(isZodError(thrown)).toBe(false);
  expect(map.map(thrown).found).toBe(false);
});
