import type { Goal, Part } from "../figures.js";
import { ours } from "../peers/ours.js";
import { compareStarts, type Measurements, measureFresh, type ProcessPair, type Starts } from "./fresh-processes.js";
import { MESSAGES } from "./workloads.js";

const BARE: ProcessPair = { name: "grpc-js", server: "plain", client: "grpc-js" };
const PAIRS: readonly ProcessPair[] = [
  BARE,
  { ...BARE, name: "grpc-js again" },
  { name: ours.name, server: "ours-callback", client: "ours" },
];

/** How much to measure of calls that succeed. */
const FULL: Starts = {
  starts: 10,
  efforts: {
    unary: { rounds: 31, times: 120, warmUp: 3_000 },
    stream: { rounds: 31, times: 40, warmUp: 1_000 },
  },
};

const BRIEF: Starts = {
  starts: 1,
  efforts: { unary: { rounds: 1, times: 10, warmUp: 10 }, stream: { rounds: 1, times: 10, warmUp: 10 } },
};

/** Measures unary calls and streams that succeed. */
export function measureSucceeding(pairs: readonly ProcessPair[], smoke: boolean): Promise<Measurements> {
  return measureFresh(pairs, smoke ? BRIEF : FULL);
}

/** What {@link measureSucceeding} measures. */
export const EXTENT = `${FULL.starts} starts of all processes; 31 rounds of 120 unary calls or 40 streams, 32 at a time`;

const GOAL: Goal = { bound: "at most", figure: 1.01, to: BARE.name };

/** What this package adds to a call that succeeds, on each side. */
export const succeeding: Part = {
  name: "succeeding",
  title: "Calls that succeed",
  extent: EXTENT,
  async *measure({ smoke }) {
    const measured = await measureSucceeding(PAIRS, smoke);
    for (const [work, costs] of measured) {
      for (const side of ["client", "server"] as const) {
        const what = work === "unary" ? "Unary call" : `Server stream of ${MESSAGES} messages`;
        yield compareStarts(PAIRS, costs, {
          id: `succeeding-${work}-${side}`,
          title: `${what}: ${side} only`,
          figure: (cost) => cost[side],
          goals: { [ours.name]: GOAL },
        });
      }
    }
  },
};
