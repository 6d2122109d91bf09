import { describe, expect, it } from "vitest";
import { forwardedDetails } from "../../src/server/forwarded-details.js";

const detail = (typeName: string, value = 1) => ({ typeUrl: `x/${typeName}`, value: Uint8Array.of(value) });

describe("the details of another server's error that are forwarded", () => {
  it("are the first of each type", () => {
    const given = [detail("a", 1), detail("b", 2), detail("a", 3)];
    expect(forwardedDetails(given, undefined)).toEqual([given[0], given[1]]);
  });

  it("are 32 at most, and the one that the error declares besides", () => {
    const given = Array.from({ length: 100_000 }, (_, index) => detail(`t${index}`));
    const own = given.at(-1);
    expect(forwardedDetails(given, undefined)).toEqual(given.slice(0, 32));
    expect(forwardedDetails(given, "t99999")).toEqual([...given.slice(0, 32), own]);
    expect(forwardedDetails(given, "t5")).toEqual(given.slice(0, 32));
  });
});
