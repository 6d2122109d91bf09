import { exponentOf } from "../exponent.js";
import type { Effort, Growth } from "../figures.js";
import { type Contender, compare } from "../pairs.js";

type Head = Omit<Growth, "lines" | "unit">;

export const EXTENT = "7 rounds of 15 ms for each size";

/** Measures the same contenders for each size. */
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
