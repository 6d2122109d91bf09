import { table } from "../report/tables.js";
import { type CallResults, mergedResults, percentile } from "./failing-calls.js";
import { type FailingPair, startBare, startRich } from "./failing-pair.js";
import { megabytes, millis, type ScalePart, wrongCalls } from "./part.js";
import { memory } from "./processes.js";
import { relativeTrend, type Trend } from "./trend.js";

/** The durations and the processor time of calls. */
export interface Course {
  readonly calls: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** The processor time of the server for one call, in microseconds. */
  readonly cpu: number;
}

/** One minute of the soak. */
export interface Minute extends Course {
  readonly wrong: number;
  readonly hanging: number;
  readonly uncaught: number;
  /** The heap of the server at the end of the minute, after a garbage collection, in bytes. */
  readonly heap: number;
  /** The same of the client's process. */
  readonly clientHeap: number;
  /** The resident memory of the server. */
  readonly rss: number;
  /** A plain grpc-js server, which has its turns in the same minute. */
  readonly bare: Course;
}

/** The minutes of a server, and those of one that keeps all of its errors. */
export interface SoakResult {
  readonly minutes: readonly Minute[];
  /** The heap of a server that keeps its errors, for each period of its shorter run. */
  readonly leaking: readonly number[];
}

/** How long each turn is, in milliseconds. A minute consists of several turns. */
interface Plan {
  readonly minutes: number;
  readonly turns: number;
  readonly ours: number;
  readonly bare: number;
}

const FULL: Plan = { minutes: 10, turns: 15, ours: 3_000, bare: 1_000 };
const BRIEF: Plan = { minutes: 5, turns: 1, ours: 250, bare: 100 };
const LEAKING: Plan = { minutes: 6, turns: 1, ours: 1_000, bare: 0 };

/** One server process under failing calls for ten minutes. */
export const soak: ScalePart<SoakResult> = {
  name: "soak",
  title: "Ten minutes of failing calls",
  async measure({ smoke }) {
    const [ours, bare] = [await startRich(), await startBare()];
    const minutes = await soakServer(ours, bare, smoke ? BRIEF : FULL);
    ours.close();
    bare.close();
    const leak = await startRich(["leak"]);
    const leaking = await heapsOf(leak, smoke ? BRIEF : LEAKING);
    leak.close();
    return { minutes, leaking };
  },
  problems({ minutes, leaking }, { smoke }) {
    const found = minutes.flatMap((minute, index) => wrongCalls(`soak, minute ${index + 1}`, minute));
    if (leakTrend(leaking).verdict !== "grows") {
      found.push(
        "soak: a server that keeps all of its errors was not found to grow, so the other verdicts mean nothing",
      );
    }
    if (smoke) return found;
    const growing = Object.entries(trendsOf(minutes)).filter(([, { verdict }]) => verdict === "grows");
    return [...found, ...growing.map(([name, trend]) => `soak: ${name} grows by ${part(trend)} over the run`)];
  },
  section({ minutes, leaking }) {
    const trends = Object.entries(trendsOf(minutes));
    const rows = minutes.map((minute, index) => [String(index + 1), ...cellsOf(minute)]);
    return [
      table(HEAD, rows),
      "![Memory and durations by minute](scale.svg)",
      table(
        ["figure", "rise from minute 2 to 10", "95 % confidence", "a rise is growth beyond", "verdict"],
        trends.map(([name, trend]) => [name, ...trendCells(trend), percent(TOLERANCES[name] ?? 0), trend.verdict]),
      ),
      `A server that keeps each of its errors: its heap rises by ${part(leakTrend(leaking))} in ${leaking.length} seconds, ` +
        `which is found to be “${leakTrend(leaking).verdict}”.`,
    ].join("\n\n");
  },
};

async function soakServer(ours: FailingPair, bare: FailingPair, plan: Plan): Promise<Minute[]> {
  const minutes: Minute[] = [];
  for (let number = 0; number < plan.minutes; number++) {
    const ownTurns: Turn[] = [];
    const bareTurns: Turn[] = [];
    for (let turn = 0; turn < plan.turns; turn++) {
      ownTurns.push(await takeTurn(ours, plan.ours));
      bareTurns.push(await takeTurn(bare, plan.bare));
    }
    const { heap, rss, uncaught } = await ours.health();
    const { wrong, hanging } = mergedResults(ownTurns);
    const minute: Minute = {
      ...courseOf(ownTurns),
      wrong,
      hanging,
      uncaught,
      heap,
      clientHeap: (await memory()).heap,
      rss,
      bare: courseOf(bareTurns),
    };
    minutes.push(minute);
    console.log(`minute ${number + 1}: ${cellsOf(minute).join(", ")}`);
  }
  return minutes;
}

async function heapsOf(server: FailingPair, { minutes, ours }: Plan): Promise<number[]> {
  const heaps: number[] = [];
  for (let number = 0; number < minutes; number++) {
    await takeTurn(server, ours);
    heaps.push((await server.health()).heap);
  }
  return heaps;
}

interface Turn extends CallResults {
  readonly cpu: number;
}

async function takeTurn(server: FailingPair, length: number): Promise<Turn> {
  const before = await server.cpu();
  const end = performance.now() + length;
  const results = await server.fail(() => performance.now() >= end);
  return { ...results, cpu: (await server.cpu()) - before };
}

function courseOf(turns: readonly Turn[]): Course {
  const { durations } = mergedResults(turns);
  return {
    calls: durations.length,
    p50: percentile(durations, 0.5),
    p99: percentile(durations, 0.99),
    p999: percentile(durations, 0.999),
    cpu: turns.reduce((sum, { cpu }) => sum + cpu, 0) / durations.length,
  };
}

/** The part of its mean by which a figure may rise over the run. The last percentiles vary more than the others. */
const TOLERANCES: Readonly<Record<string, number>> = {
  "heap of the server": 0.05,
  "heap of the client": 0.05,
  "processor time of a call": 0.1,
  p50: 0.1,
  p99: 0.25,
  "p99.9": 0.25,
};

/**
 * Fits lines to the minutes, except for the first one, in which V8 still compiles. Time is taken as a multiple of grpc-js'
 * in the same minute, because a machine that slows down slows down both.
 */
export function trendsOf(minutes: readonly Minute[]): Readonly<Record<string, Trend>> {
  const figures: Readonly<Record<string, (minute: Minute) => number>> = {
    "heap of the server": ({ heap }) => heap,
    "heap of the client": ({ clientHeap }) => clientHeap,
    "processor time of a call": ({ cpu, bare }) => cpu / bare.cpu,
    p50: ({ p50, bare }) => p50 / bare.p50,
    p99: ({ p99, bare }) => p99 / bare.p99,
    "p99.9": ({ p999, bare }) => p999 / bare.p999,
  };
  const judged = minutes.slice(1);
  return Object.fromEntries(
    Object.entries(figures).map(([name, figure]) => [name, relativeTrend(judged.map(figure), TOLERANCES[name] ?? 0)]),
  );
}

/** Fits a line to the heaps of a server that keeps its errors. */
function leakTrend(heaps: readonly number[]): Trend {
  return relativeTrend(heaps, TOLERANCES["heap of the server"] ?? 0);
}

const HEAD = [
  "minute",
  "failing calls",
  "wrong, hanging, uncaught",
  "heap of the server, MB",
  "of the client, MB",
  "resident, MB",
  "p50, ms (grpc-js)",
  "p99",
  "p99.9",
  "processor time of the server, µs a call",
];

function cellsOf(minute: Minute): string[] {
  const { calls, wrong, hanging, uncaught, heap, clientHeap, rss, bare } = minute;
  const beside = (figure: "p50" | "p99" | "p999" | "cpu") => `${millis(minute[figure])} (${millis(bare[figure])})`;
  return [
    calls.toLocaleString("en"),
    `${wrong}, ${hanging}, ${uncaught}`,
    megabytes(heap),
    megabytes(clientHeap),
    megabytes(rss),
    beside("p50"),
    beside("p99"),
    beside("p999"),
    beside("cpu"),
  ];
}

function trendCells({ rise, error, mean }: Trend): [rise: string, error: string] {
  return [percent(rise / mean), `± ${percent(error / mean)}`];
}

function part({ rise, error, mean }: Trend): string {
  return `${percent(rise / mean)} ± ${percent(error / mean)}`;
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
