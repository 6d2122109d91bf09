import { connectBoth } from "./clients/promise.js";
import { type Effort, measureInTurns, type Workload } from "./rounds.js";
import type { Running } from "./running.js";
import { receiving, succeeding } from "./workloads.js";

// A client in a process of its own, whose calls recover or not. Gets the server and the work as a message, and sends the CPU
// time of its calls.

export const MESSAGES = 10;

/** What to measure. */
export interface Order {
  readonly port: number;
  readonly shape: "unary" | "stream";
  readonly recovers: boolean;
  readonly effort: Effort;
}

process.once("message", async ({ port, shape, recovers, effort }: Order) => {
  const client = connectBoth(port)[recovers ? 1 : 0];
  const running: Running = { name: "client", client, port, slow: false, serverTime: async () => 0, close };
  const workload: Workload = shape === "unary" ? succeeding(running) : receiving(running, MESSAGES);
  const [rounds] = await measureInTurns([workload], effort);
  const times = [...(rounds?.values() ?? [])].map(({ client }) => client);
  process.send?.(times.reduce((sum, time) => sum + time, 0) / times.length);
  client.close();
  process.disconnect();
});

async function close(): Promise<void> {}
