import { describe, expect, it } from "vitest";
import { type CountedFact, HEADER, readFacts } from "../../src/coverage/record.js";

const THROWN: CountedFact = { fact: "thrown", error: "shop.v1.OrderError GONE", count: 1 };

function written(...lines: readonly unknown[]): string {
  return [HEADER, ...lines].map((line) => (typeof line === "string" ? line : `${JSON.stringify(line)}\n`)).join("");
}

describe("facts", () => {
  it("have the last count that a process wrote", () => {
    const ofMethod = { ...THROWN, method: "/shop.v1.Orders/Get" };
    expect(readFacts(written(THROWN, ofMethod, { ...THROWN, count: 2 }))).toEqual([{ ...THROWN, count: 2 }, ofMethod]);
  });

  it.each([
    ["that a killed process did not finish", '{"fact":"thrown","err'],
    ["that is no fact", "7\n"],
    ["without a count", '{"fact":"thrown","error":"a B"}\n'],
  ])("leave out a line %s", (_, line) => {
    expect(readFacts(written(THROWN, line))).toEqual([THROWN]);
  });

  it.each([
    ["of another version", written(THROWN).replace('"version":1', '"version":2')],
    ["of another tool", "{}\n"],
    ["without anything", ""],
  ])("cannot be read from a file %s", (_, text) => {
    expect(readFacts(text)).toBeUndefined();
  });
});
