import { expect, test } from "vitest";
import { inVirtualTime } from "../../../bench/overload/virtual/time.js";

const sleep = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

test("a program in virtual time sees its timers fire in order, at their times", async () => {
  const seen: unknown[] = [];
  const result = await inVirtualTime(1, async () => {
    const note = (name: string) => () => seen.push([name, Date.now()]);
    setTimeout(note("an hour"), 3_600_000);
    setTimeout(note("a second"), 1_000);
    setTimeout(note("another second"), 1_000);
    clearTimeout(setTimeout(note("cleared"), 1_000));
    await sleep(7_200_000);
    note("end")();
    return "done";
  });
  expect(result).toBe("done");
  expect(seen).toEqual([
    ["a second", 1_000],
    ["another second", 1_000],
    ["an hour", 3_600_000],
    ["end", 7_200_000],
  ]);
});

test("each run has the same random numbers, and real time goes on afterwards", async () => {
  const real = { setTimeout, clearTimeout, now: Date.now, random: Math.random };
  const program = async () => [Math.random(), Math.random()];
  const first = await inVirtualTime(1, program);
  expect(await inVirtualTime(1, program)).toEqual(first);
  expect(await inVirtualTime(2, program)).not.toEqual(first);
  await expect(inVirtualTime(1, () => Promise.reject(new Error("it failed")))).rejects.toThrow("it failed");
  expect({ setTimeout, clearTimeout, now: Date.now, random: Math.random }).toEqual(real);
});

test("a program that waits for something else fails", async () => {
  await expect(inVirtualTime(1, () => new Promise(() => {}))).rejects.toThrow(
    "the program waits for something that is no timer",
  );
});
