/** One of several ways to do the same work. */
export interface Contender {
  readonly name: string;
  /** Does the work `times` times. */
  readonly run: (times: number) => void | Promise<void>;
  /** Prepares the work. Not measured. */
  readonly prepare?: (times: number) => void;
}

/** The CPU time of a contender. */
export interface Result {
  readonly name: string;
  /** The median over all rounds of the CPU time for one execution, in microseconds. */
  readonly micros: number;
  /** The median of the ratios to the first contender in the same round. */
  readonly ratio: number;
}

/** The work of a contender in a round: a number of executions, or a time in milliseconds. */
export type Amount = number | { readonly ms: number };

/**
 * Measures contenders in turns, so that a machine that slows down slows down all of them, and compares them
 * round by round.
 *
 * - Counts CPU time rather than wall-clock time, because other processes run at the same time.
 * - Reverses the order in every other round, so that no contender always collects the garbage of the same one.
 */
export async function compare(contenders: readonly Contender[], rounds: number, amount: Amount): Promise<Result[]> {
  const entrants: Entrant[] = [];
  for (const contender of contenders) {
    entrants.push({ contender, times: await warmUp(contender, amount), needed: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { contender, times, needed } of round % 2 === 0 ? entrants : [...entrants].reverse()) {
      needed.push((await timed(contender, times)) / times);
    }
  }
  const [first] = entrants;
  return entrants.map(({ contender, needed }) => ({
    name: contender.name,
    micros: median(needed),
    ratio: pairedRatio(needed, first?.needed),
  }));
}

interface Entrant {
  readonly contender: Contender;
  readonly times: number;
  /** Microseconds for one execution in each round. */
  readonly needed: number[];
}

/** Runs the work until it is compiled. Returns the number of executions in a round. */
async function warmUp(contender: Contender, amount: Amount): Promise<number> {
  if (typeof amount === "number") {
    await timed(contender, amount);
    return amount;
  }
  const target = amount.ms * 1_000;
  let times = 1;
  for (let spent = 0; ; ) {
    const micros = await timed(contender, times);
    spent += micros;
    // The first executions are the slowest, so the number grows by at most ten times.
    times = Math.max(1, Math.min(times * 10, Math.round((times * target) / Math.max(micros, 1))));
    if (spent > target * WARM_UP_ROUNDS) return times;
  }
}

const WARM_UP_ROUNDS = 6;

async function timed({ prepare, run }: Contender, times: number): Promise<number> {
  prepare?.(times);
  const before = process.cpuUsage();
  await run(times);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Returns the median of the ratios to the first contender in the same round. */
export function pairedRatio(own: readonly number[], first: readonly number[] = []): number {
  return median(own.map((value, round) => value / (first[round] ?? Number.NaN)));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
