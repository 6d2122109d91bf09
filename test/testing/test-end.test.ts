import { describe, expect, it } from "vitest";
import { runEnds } from "../../src/testing/test-end.js";

describe("runEnds", () => {
  const ran: string[] = [];
  const failing = (name: string) => () => {
    ran.push(name);
    throw new Error(`${name} failed`);
  };

  it("runs all functions, the last first, and throws the failures of all", async () => {
    const ends = [failing("first"), async () => void ran.push("second"), failing("third")];
    const thrown = await runEnds(ends).catch((error: unknown) => error);
    expect(ran).toEqual(["third", "second", "first"]);
    expect(thrown).toBeInstanceOf(AggregateError);
    expect(thrown).toMatchObject({ message: "third failed\n\nfirst failed", errors: [{}, {}] });
    await expect(runEnds(ends)).resolves.toBeUndefined();
  });

  it("throws a single failure as it is", async () => {
    await expect(runEnds([failing("only")])).rejects.toThrow(new Error("only failed"));
  });
});
