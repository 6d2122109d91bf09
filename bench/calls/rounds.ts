import type { Running } from "./running.js";

/** Work of a contender between two processes. */
export interface Workload {
  readonly name: string;
  readonly of: Running;
  /** Takes part in every third round only. */
  readonly slow?: boolean;
  /** Does the work `times` times. */
  readonly run: (times: number) => Promise<void>;
}

/** The cost of one execution, in microseconds. */
export interface Cost {
  /** CPU time of the client process. */
  readonly client: number;
  /** CPU time of the server process. */
  readonly server: number;
  /** Wall-clock time. */
  readonly clock: number;
}

export interface Effort {
  readonly rounds: number;
  readonly times: number;
  /** The number of executions before the measurement begins. */
  readonly warmUp: number;
}

/**
 * Measures workloads in turns. Each round has a random order, so that no contender always collects the garbage of
 * the same one.
 *
 * @returns the cost of each workload in each round it took part in
 */
export async function measureInTurns(workloads: readonly Workload[], effort: Effort): Promise<readonly Rounds[]> {
  const { rounds, times, warmUp } = effort;
  for (const { run } of workloads) await run(warmUp);
  const measured = workloads.map((workload) => ({ workload, costs: new Map<number, Cost>() }));
  for (let round = 0; round < rounds; round++) {
    for (const { workload, costs } of shuffled(measured)) {
      if (!workload.slow || round % 3 === 0) costs.set(round, await measure(workload, times));
    }
  }
  return measured.map(({ costs }) => costs);
}

function shuffled<T>(values: readonly T[]): T[] {
  const keys = new Map(values.map((value) => [value, Math.random()]));
  return [...values].sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
}

/** Costs by the number of the round. */
export type Rounds = ReadonlyMap<number, Cost>;

async function measure({ of, run }: Workload, times: number): Promise<Cost> {
  const serverBefore = await of.serverTime();
  const clientBefore = await of.clientTime();
  const began = performance.now();
  await run(times);
  const clock = (performance.now() - began) * 1_000;
  const client = (await of.clientTime()) - clientBefore;
  const server = (await of.serverTime()) - serverBefore;
  return { client: client / times, server: server / times, clock: clock / times };
}
