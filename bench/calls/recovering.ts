import type { Goal, Part } from "../figures.js";
import { ours } from "../peers/ours.js";
import { connect, connectRecovering } from "./clients/promise.js";
import { byProcess } from "./comparisons.js";
import { type Effort, measureInTurns, type Workload } from "./rounds.js";
import { type Running, start } from "./running.js";
import { receiving, succeeding } from "./workloads.js";

const FULL: Effort = { rounds: 301, times: 200, warmUp: 4_000 };
const SMOKE: Effort = { rounds: 2, times: 50, warmUp: 50 };
const MESSAGES = 10;

/** What recovery adds to calls that succeed. Both clients have the same server. */
export const recovering: Part = {
  name: "recovering",
  title: "Calls with recovery",
  extent: `${FULL.rounds} rounds of ${FULL.times} calls, 32 at a time`,
  async *measure({ smoke }) {
    const effort = smoke ? SMOKE : FULL;
    const without = await start({ name: `${ours.name}, without recovery`, server: "ours", connect });
    // The same server, because two processes are never equally fast.
    const client = connectRecovering(without.port);
    const withRecovery: Running = { ...without, name: `${ours.name}, with recovery`, client };
    const goal: Goal = { bound: "at most", figure: 1.03, to: without.name };
    const compared = async (id: string, title: string, workloadOf: (running: Running) => Workload) => {
      const workloads = [without, withRecovery].map(workloadOf);
      const measured = { workloads, costs: await measureInTurns(workloads, effort) };
      return byProcess(measured, id, title, { [withRecovery.name]: goal });
    };
    try {
      yield* await compared("recovering-unary", "Succeeding unary call", succeeding);
      yield* await compared("recovering-stream", `Server stream of ${MESSAGES} messages`, (running) =>
        receiving(running, MESSAGES),
      );
    } finally {
      client.close();
      await without.close();
    }
  },
};
