import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromMembers, toMembers } from "../../src/http/details.js";
import { runs } from "../fuzz/runs.js";

const TAKEN = new Set(["error", "errorCode"]);

describe("the fields of a detail as members of a body", () => {
  it.each([
    ["shape", "shape"],
    ["error", "error_"],
    ["error_", "error__"],
    ["errorCode", "errorCode_"],
    ["errors", "errors"],
    ["shape_", "shape_"],
    ["", ""],
    ["__proto__", "__proto__"],
  ])("have names of their own: %s is %s", (field, member) => {
    expect(Object.entries(toMembers(Object.fromEntries([[field, 1]]), TAKEN))).toEqual([[member, 1]]);
  });

  it("find back to their names, and never have one that is taken", () => {
    const name = fc.oneof(
      fc.string(),
      fc.tuple(fc.constantFrom("error", "errorCode", ""), fc.nat(4)).map(([stem, n]) => stem + "_".repeat(n)),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.nat())), (entries) => {
        const fields = Object.fromEntries(entries);
        const members = toMembers(fields, TAKEN);
        expect(Object.keys(members).filter((member) => TAKEN.has(member))).toEqual([]);
        expect(fromMembers(members, TAKEN)).toEqual(fields);
      }),
      runs(0.02),
    );
  });

  it("are found in a moment, however many underscores there are", () => {
    const long = { [`error${"_".repeat(1_000_000)}x`]: 1 };
    expect(toMembers(long, TAKEN)).toEqual(long);
  });
});
