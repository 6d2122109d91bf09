import type { Comparison, Goal, Row } from "../figures.js";
import { median, pairedRatio } from "../pairs.js";
import { startChild } from "./child-process.js";
import type { ClientName } from "./client-process.js";
import { type Cost, type Effort, measureInTurns, type Rounds } from "./rounds.js";
import { type Running, type ServerModule, startServer } from "./running.js";
import type { Order, Work } from "./workloads.js";

// V8 compiles the same program a little differently in each process, and two equal processes differ by some percent for as
// long as they run, some by half. More calls do not help, but more processes do. So all contenders start several times, each
// with a server and a client of its own, and the processes of one start take turns.

/** A server and a client that each run in a process of their own. */
export interface ProcessPair {
  readonly name: string;
  readonly server: ServerModule;
  readonly client: ClientName;
  /** The argument of the server's process. */
  readonly argument?: string;
}

/** How much to measure. */
export interface Starts {
  readonly starts: number;
  readonly efforts: Readonly<Partial<Record<Work, Effort>>>;
}

/** For each kind of work, the costs of each start, with one entry for each contender. */
export type Measurements = ReadonlyMap<Work, readonly (readonly Rounds[])[]>;

/** Starts the processes of all contenders several times, and measures them in turns each time. */
export async function measureFresh(pairs: readonly ProcessPair[], { starts, efforts }: Starts): Promise<Measurements> {
  const works = Object.entries(efforts) as [Work, Effort][];
  const measured = new Map(works.map(([work]) => [work, [] as (readonly Rounds[])[]]));
  for (let start = 0; start < starts; start++) {
    const running = await Promise.all(pairs.map(startPair));
    try {
      for (const [work, effort] of works) {
        const workloads = running.map((of) => ({ name: of.name, of, run: (times: number) => of.run({ work, times }) }));
        measured.get(work)?.push(await measureInTurns(workloads, effort));
      }
    } finally {
      for (const { close } of running) await close();
    }
  }
  return measured;
}

interface RunningPair extends Running {
  run(order: Order): Promise<void>;
}

async function startPair({ name, server, client, argument }: ProcessPair): Promise<RunningPair> {
  const running = await startServer(server, ...(argument === undefined ? [] : [argument]));
  const child = startChild("client-process", [String(running.port), client]);
  await child.next();
  return {
    name,
    slow: false,
    clientTime: async () => (await child.ask("time")) as number,
    serverTime: running.serverTime,
    run: async (order) => void (await child.ask({ ...order })),
    close: async () => {
      await child.close();
      await running.close();
    },
  };
}

/** What a comparison of fresh processes shows. */
export interface Shown extends Pick<Comparison, "id" | "title"> {
  readonly figure: (cost: Cost) => number;
  /** The goals of contenders by name. */
  readonly goals?: Readonly<Record<string, Goal>>;
}

/** Compares one figure in microseconds. The ratios are the medians over all starts, with their standard errors. */
export function compareStarts(
  pairs: readonly ProcessPair[],
  starts: readonly (readonly Rounds[])[] = [],
  { id, title, figure, goals = {} }: Shown,
): Comparison {
  const figures = starts.map((costs) => costs.map((rounds) => [...rounds.values()].map(figure)));
  const rows = pairs.map(({ name }, index): Row => {
    const value = median(figures.map((start) => median(start[index] ?? [])));
    const goal = goals[name];
    if (index === 0) return { name, value, ratio: 1 };
    const ratios = figures.map((start) => pairedRatio(start[index] ?? [], start[0]));
    return { name, value, ratio: median(ratios), standardError: standardError(ratios), ...(goal && { goal }) };
  });
  return { id, title, unit: "µs", rows };
}

/** The standard error of the median, by the median deviation: one odd process counts no more than another. */
function standardError(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const middle = median(values);
  const deviation = median(values.map((value) => Math.abs(value - middle)));
  return (DEVIATION * MEDIAN * deviation) / Math.sqrt(values.length);
}

/** The standard deviation of normally distributed values, as a multiple of their median deviation. */
const DEVIATION = 1.4826;

/** The standard error of their median, as a multiple of that of their mean. */
const MEDIAN = 1.2533;
