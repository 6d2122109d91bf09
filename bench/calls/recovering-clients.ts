import { connectBoth } from "./clients/promise.js";
import { type Effort, measureInTurns, type Workload } from "./rounds.js";
import type { Running } from "./running.js";
import { receiving, succeeding } from "./workloads.js";

// A client in a process of its own, whose calls recover or not. Gets the server and the work as a message, and sends the CPU
// time of both kinds of calls in each round.

export const MESSAGES = 10;

/** What to measure. */
export interface Order {
  readonly port: number;
  readonly shape: "unary" | "stream";
  readonly effort: Effort;
}

/** The CPU time of a call in microseconds, by round. */
export interface Costs {
  readonly without: readonly number[];
  readonly with: readonly number[];
}

process.once("message", async ({ port, shape, effort }: Order) => {
  const clients = connectBoth(port);
  const workloads = clients.map((client, index): Workload => {
    const running: Running = { name: String(index), client, port, slow: false, serverTime: async () => 0, close };
    return shape === "unary" ? succeeding(running) : receiving(running, MESSAGES);
  });
  const [without, recovering] = await measureInTurns(workloads, effort);
  const timesOf = (rounds: typeof without) => [...(rounds?.values() ?? [])].map(({ client }) => client);
  process.send?.({ without: timesOf(without), with: timesOf(recovering) } satisfies Costs);
  clients[0].close();
  process.disconnect();
});

async function close(): Promise<void> {}
