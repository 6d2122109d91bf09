import { exponentOf } from "../exponent.js";
import type { Effort, Growth } from "../figures.js";
import { type Contender, compare } from "../pairs.js";

/** What grows, and how it is called. */
type Head = Omit<Growth, "lines" | "unit">;

/** How much is measured for each size. */
export const EXTENT = "7 rounds of 15 ms for each size";

/** Lets the same contenders do a piece of work of several sizes. */
export async function measureGrowth(
  { smoke }: Effort,
  head: Head,
  contendersFor: (size: number) => readonly Contender[],
): Promise<Growth> {
  const sizes = smoke ? head.sizes.slice(0, 2) : head.sizes;
  const values = new Map<string, number[]>();
  for (const size of sizes) {
    for (const { name, micros } of await compare(contendersFor(size), smoke ? 1 : 7, smoke ? 1 : { ms: 15 })) {
      values.set(name, [...(values.get(name) ?? []), micros]);
    }
  }
  const lines = [...values].map(([name, values]) => ({ name, values, exponent: exponentOf(sizes, values) }));
  return { ...head, sizes, unit: "µs", lines };
}
