import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromMembers, toMembers } from "../../src/http/details.js";
import { runs } from "../fuzz/runs.js";

const TAKEN = new Set(["error", "errorCode"]);

describe("toMembers and fromMembers", () => {
  it.each([
    ["shape", "shape"],
    ["error", "error_"],
    ["error_", "error__"],
    ["errorCode", "errorCode_"],
    ["errors", "errors"],
    ["shape_", "shape_"],
    ["", ""],
    ["__proto__", "__proto__"],
  ])("write the field %j as the member %j", (field, member) => {
    expect(Object.entries(toMembers(Object.fromEntries([[field, 1]]), TAKEN))).toEqual([[member, 1]]);
  });

  it("restore all names, and never write a taken one", () => {
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

  it("take linear time in the number of underscores", () => {
    const long = { [`error${"_".repeat(1_000_000)}x`]: 1 };
    expect(toMembers(long, TAKEN)).toEqual(long);
  });
});
