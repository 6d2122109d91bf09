/** One way to do a piece of work. */
export interface Contender {
  readonly name: string;
  /** Does the work so many times. */
  readonly run: (times: number) => void | Promise<void>;
}

/** What a contender needed, beside what the first one needed in the same round. */
export interface Result {
  readonly name: string;
  /** The median over the rounds, in microseconds of processor time for one time. */
  readonly micros: number;
  /** The median of the ratios to the first contender, round by round. */
  readonly ratio: number;
}

/**
 * Lets contenders do the same work in turns, so that a machine that gets slower
 * gets slower for all of them, and compares them round by round.
 *
 * Counts processor time, not the clock's: other processes run beside.
 */
export async function compare(contenders: readonly Contender[], rounds: number, times: number): Promise<Result[]> {
  for (const { run } of contenders) await run(times);
  const needed: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { run }] of contenders.entries()) {
      const before = process.cpuUsage();
      await run(times);
      const { user, system } = process.cpuUsage(before);
      needed[index]?.push((user + system) / times);
    }
  }
  const [first = []] = needed;
  return contenders.map(({ name }, index) => {
    const own = needed[index] ?? [];
    return {
      name,
      micros: median(own),
      ratio: median(own.map((value, round) => value / (first[round] ?? Number.NaN))),
    };
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
