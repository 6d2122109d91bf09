import { fork } from "node:child_process";
import { once } from "node:events";
import type { Comparison, Goal, Part } from "../figures.js";
import { median, pairedRatio } from "../pairs.js";
import { ours } from "../peers/ours.js";
import { connect } from "./clients/ours.js";
import { MESSAGES, type Order } from "./recovering-clients.js";
import type { Effort } from "./rounds.js";
import { start } from "./running.js";

const FULL: Readonly<Record<Order["shape"], Effort>> = {
  unary: { rounds: 1, times: 10_000, warmUp: 10_000 },
  stream: { rounds: 1, times: 3_000, warmUp: 3_000 },
};
const BRIEF: Effort = { rounds: 1, times: 10, warmUp: 10 };
const PAIRS = 8;

/** What recovery adds to the client's part of calls that succeed. */
export const recovering: Part = {
  name: "recovering",
  title: "Calls with recovery",
  extent: `${PAIRS} pairs of client processes in turns: ${FULL.unary.times} unary calls or ${FULL.stream.times} streams in each, 32 at a time`,
  async *measure({ smoke }) {
    const server = await start({ name: ours.name, server: "ours", connect });
    try {
      for (const shape of ["unary", "stream"] as const) {
        const order = { port: server.port, shape, effort: smoke ? BRIEF : FULL[shape] };
        const pairs: Pair[] = [];
        for (let pair = 0; pair < (smoke ? 1 : PAIRS); pair++) pairs.push(await measurePair(order, pair % 2 === 1));
        yield comparisonOf(shape, pairs);
      }
    } finally {
      await server.close();
    }
  },
};

/** The CPU time of a call in microseconds. */
interface Pair {
  readonly without: number;
  readonly with: number;
}

/** Measures both kinds of clients. The order changes with each pair, because machines get slower and faster. */
async function measurePair(order: Omit<Order, "recovers">, recoversFirst: boolean): Promise<Pair> {
  const first = await measure({ ...order, recovers: recoversFirst });
  const second = await measure({ ...order, recovers: !recoversFirst });
  return recoversFirst ? { without: second, with: first } : { without: first, with: second };
}

/** Measures in a new process: in the same one, V8 compiles code better for the kind of calls that it has seen first. */
async function measure(order: Order): Promise<number> {
  const settle = new URL("./servers/settle.js", import.meta.url);
  const child = fork(new URL("./recovering-clients.js", import.meta.url), { execArgv: ["--import", settle.href] });
  child.send(order);
  const [cost] = (await once(child, "message")) as [number];
  return cost;
}

function comparisonOf(shape: Order["shape"], pairs: readonly Pair[]): Comparison {
  const without = pairs.map((pair) => pair.without);
  const recovers = pairs.map((pair) => pair.with);
  const title = shape === "unary" ? "Succeeding unary call" : `Server stream of ${MESSAGES} messages`;
  const name = `${ours.name}, without recovery`;
  const goal: Goal = { bound: "at most", figure: 1.03, to: name };
  return {
    id: `recovering-${shape}`,
    title: `${title}: client only`,
    unit: "µs",
    rows: [
      { name, value: median(without), ratio: 1 },
      { name: `${ours.name}, with recovery`, value: median(recovers), ratio: pairedRatio(recovers, without), goal },
    ],
  };
}
