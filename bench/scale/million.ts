import { table } from "../report/tables.js";
import { percentile } from "./failing-calls.js";
import { startRich } from "./failing-pair.js";
import { megabytes, millis, type ScalePart, wrongCalls } from "./part.js";
import { memory } from "./processes.js";
import { readSlowly } from "./slow-reader.js";
import { relativeTrend, type Trend, trendOf } from "./trend.js";

/** A tenth of the calls. */
export interface Round {
  readonly calls: number;
  readonly wrong: number;
  readonly hanging: number;
  readonly uncaught: number;
  /** The heap of the server after a garbage collection, in bytes. */
  readonly heap: number;
  readonly clientHeap: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/** A million failing calls. */
export interface MillionResult {
  /** The heap of the server before the first call. */
  readonly before: number;
  readonly rounds: readonly Round[];
  /** The heap of the server while it streams as many messages to a client that reads slowly, ten times. */
  readonly slowReader: readonly number[];
}

const ROUNDS = 10;

/** The bytes that each call may leave behind. A pointer takes eight. */
const BYTES_PER_CALL = 2;

/** The part of its mean by which the heap may rise while a client reads slowly. */
const TOLERANCE = 0.05;

/** A million failing calls in one process. */
export const million: ScalePart<MillionResult> = {
  name: "million",
  title: "A million failing calls",
  async measure({ smoke }) {
    const calls = smoke ? 200 : 100_000;
    const server = await startRich();
    const { heap: before } = await server.health();
    const rounds: Round[] = [];
    for (let number = 0; number < ROUNDS; number++) {
      const { wrong, hanging, durations } = await server.fail((made) => made >= calls);
      const { heap, uncaught } = await server.health();
      const [p50, p99, longest] = [percentile(durations, 0.5), percentile(durations, 0.99), percentile(durations, 1)];
      const round = { calls, wrong, hanging, uncaught, heap, clientHeap: (await memory()).heap, p50, p99, longest };
      rounds.push(round);
      console.log(cellsOf(round, number).join(", "));
    }
    const slowReader = await readSlowly(server, ROUNDS * calls, ROUNDS);
    server.close();
    return { before, rounds, slowReader };
  },
  problems({ rounds, slowReader }, { smoke }) {
    const found = rounds.flatMap((round, index) => wrongCalls(`million, round ${index + 1}`, round));
    if (smoke) return found;
    const growing = Object.entries(leftovers(rounds)).filter(([, { verdict }]) => verdict === "grows");
    found.push(...growing.map(([side, trend]) => `million: each call leaves ${bytes(trend)} in the ${side}`));
    if (relativeTrend(slowReader, TOLERANCE).verdict !== "grows") return found;
    return [...found, "million: the server's heap grows with the messages to a client that reads slowly"];
  },
  section({ before, rounds, slowReader }) {
    const { server, client } = leftovers(rounds);
    return [
      table(HEAD, rounds.map(cellsOf)),
      `Before the first call, the server's heap was ${megabytes(before)} MB. From the second round on, each call leaves ` +
        `${bytes(server)} in the server (“${server.verdict}”) and ${bytes(client)} in the client (“${client.verdict}”).`,
      "Then a generator sent as many messages to a client that reads more slowly than the server writes. After each tenth, " +
        `the server's heap was ${slowReader.map(megabytes).join(", ")} MB (“${relativeTrend(slowReader, TOLERANCE).verdict}”).`,
    ].join("\n\n");
  },
};

/** Fits the bytes that a call leaves behind, after a first round in which V8 still compiles. */
function leftovers(rounds: readonly Round[]): { readonly server: Trend; readonly client: Trend } {
  const judged = rounds.slice(1);
  const calls = judged.slice(1).reduce((sum, round) => sum + round.calls, 0);
  const perCall = (heaps: readonly number[]) =>
    trendOf(
      heaps.map((heap) => heap / calls),
      BYTES_PER_CALL,
    );
  return {
    server: perCall(judged.map(({ heap }) => heap)),
    client: perCall(judged.map(({ clientHeap }) => clientHeap)),
  };
}

const HEAD = [
  "calls",
  "wrong, hanging, uncaught",
  "heap of the server, MB",
  "of the client, MB",
  "p50, ms",
  "p99",
  "longest",
];

function cellsOf(round: Round, index: number): string[] {
  const { calls, wrong, hanging, uncaught, heap, clientHeap, p50, p99, longest } = round;
  return [
    ((index + 1) * calls).toLocaleString("en"),
    `${wrong}, ${hanging}, ${uncaught}`,
    megabytes(heap),
    megabytes(clientHeap),
    millis(p50),
    millis(p99),
    millis(longest),
  ];
}

function bytes({ rise, error }: Trend): string {
  return `${rise.toFixed(2)} ± ${error.toFixed(2)} bytes`;
}
