import type { Running } from "./running.js";

/** Work that a contender does between two processes. */
export interface Turn {
  readonly name: string;
  readonly of: Running;
  /** It takes so long that it takes part in every third round only. */
  readonly seldom?: boolean;
  /** Does the work so many times. */
  readonly run: (times: number) => Promise<void>;
}

/** What one time of the work needed, in microseconds. */
export interface Needed {
  /** Processor time of the client's process. */
  readonly client: number;
  /** Processor time of the server's process. */
  readonly server: number;
  /** By the clock. Other processes run beside. */
  readonly clock: number;
}

/** How often something is measured. */
export interface Effort {
  readonly rounds: number;
  readonly times: number;
  /** How often the work is done before anything is measured. */
  readonly before: number;
}

/**
 * Lets contenders do the same work in turns, round by round. Each round has
 * another order, so that none always comes after the same one and pays for the
 * garbage that it left.
 *
 * @returns for each contender, what it needed in each round that it took part in
 */
export async function takeTurns(turns: readonly Turn[], effort: Effort): Promise<readonly Rounds[]> {
  const { rounds, times, before } = effort;
  for (const { run } of turns) await run(before);
  const taken = turns.map((turn) => ({ turn, needed: new Map<number, Needed>() }));
  for (let round = 0; round < rounds; round++) {
    for (const { turn, needed } of shuffled(taken)) {
      if (!turn.seldom || round % 3 === 0) needed.set(round, await measure(turn, times));
    }
  }
  return taken.map(({ needed }) => needed);
}

/** The same in any order, all orders equally probable. */
function shuffled<T>(values: readonly T[]): T[] {
  const keys = new Map(values.map((value) => [value, Math.random()]));
  return [...values].sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
}

/** What was needed, by the number of the round. */
export type Rounds = ReadonlyMap<number, Needed>;

async function measure({ of, run }: Turn, times: number): Promise<Needed> {
  const serverBefore = await of.serverTime();
  const before = process.cpuUsage();
  const began = performance.now();
  await run(times);
  const clock = (performance.now() - began) * 1_000;
  const { user, system } = process.cpuUsage(before);
  const server = (await of.serverTime()) - serverBefore;
  return { client: (user + system) / times, server: server / times, clock: clock / times };
}
