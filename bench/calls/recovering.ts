import { fork } from "node:child_process";
import { once } from "node:events";
import type { Comparison, Goal, Part } from "../figures.js";
import { median, pairedRatio } from "../pairs.js";
import { ours } from "../peers/ours.js";
import { connect } from "./clients/ours.js";
import { type Costs, MESSAGES, type Order } from "./recovering-clients.js";
import type { Effort } from "./rounds.js";
import { start } from "./running.js";

const FULL: Readonly<Record<Order["shape"], Effort>> = {
  unary: { rounds: 40, times: 150, warmUp: 2_000 },
  stream: { rounds: 40, times: 50, warmUp: 600 },
};
const BRIEF: Effort = { rounds: 2, times: 10, warmUp: 10 };
const PROCESSES = 6;

/** What recovery adds to the client's part of calls that succeed. */
export const recovering: Part = {
  name: "recovering",
  title: "Calls with recovery",
  extent: `${PROCESSES} client processes, ${FULL.unary.rounds} rounds of ${FULL.unary.times} unary calls and of ${FULL.stream.times} streams in each, 32 at a time`,
  async *measure({ smoke }) {
    const server = await start({ name: ours.name, server: "ours", connect });
    try {
      for (const shape of ["unary", "stream"] as const) {
        const costs: Costs[] = [];
        for (let process = 0; process < (smoke ? 1 : PROCESSES); process++) {
          costs.push(await measure({ port: server.port, shape, effort: smoke ? BRIEF : FULL[shape] }));
        }
        yield comparisonOf(shape, costs);
      }
    } finally {
      await server.close();
    }
  },
};

/** Measures in a new process, because V8 compiles the same code better or worse in each. */
async function measure(order: Order): Promise<Costs> {
  const child = fork(new URL("./recovering-clients.js", import.meta.url));
  child.send(order);
  const [costs] = (await once(child, "message")) as [Costs];
  return costs;
}

function comparisonOf(shape: Order["shape"], costs: readonly Costs[]): Comparison {
  const without = costs.flatMap((one) => one.without);
  const recovers = costs.flatMap((one) => one.with);
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
