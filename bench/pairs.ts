/** One way to do a piece of work. */
export interface Contender {
  readonly name: string;
  /** Does the work so many times. */
  readonly run: (times: number) => void | Promise<void>;
  /** Gets ready to do the work so many times; is not measured. */
  readonly prepare?: (times: number) => void;
}

/** What a contender needed, beside what the first one needed in the same round. */
export interface Result {
  readonly name: string;
  /** The median over the rounds, in microseconds of processor time for one time. */
  readonly micros: number;
  /** The median of the ratios to the first contender, round by round. */
  readonly ratio: number;
}

/** How much each contender works in a round: so many times, or as often as about so many milliseconds allow. */
export type Amount = number | { readonly ms: number };

/**
 * Lets contenders do the same work in turns, so that a machine that gets slower
 * gets slower for all of them, and compares them round by round.
 *
 * - Counts processor time, not the clock's: other processes run beside.
 * - Every other round goes backwards, so that none always cleans up after the same other.
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
  /** Microseconds for one time, round by round. */
  readonly needed: number[];
}

/** Works until the compiler has done its own, and tells how often to work in a round. */
async function warmUp(contender: Contender, amount: Amount): Promise<number> {
  if (typeof amount === "number") {
    await timed(contender, amount);
    return amount;
  }
  const wanted = amount.ms * 1_000;
  let times = 1;
  for (let spent = 0; ; ) {
    const micros = await timed(contender, times);
    spent += micros;
    // The first times are the slowest: no more than ten times as often as before.
    times = Math.max(1, Math.min(times * 10, Math.round((times * wanted) / Math.max(micros, 1))));
    if (spent > wanted * WARM) return times;
  }
}

/** How many rounds it takes until a contender is as fast as it gets. */
const WARM = 6;

async function timed({ prepare, run }: Contender, times: number): Promise<number> {
  prepare?.(times);
  const before = process.cpuUsage();
  await run(times);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** The median of the ratios of what was measured to what the first one needed, round by round. */
export function pairedRatio(own: readonly number[], first: readonly number[] = []): number {
  return median(own.map((value, round) => value / (first[round] ?? Number.NaN)));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
