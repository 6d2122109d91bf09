import type { Goal, Part } from "../figures.js";
import { ours } from "../peers/ours.js";
import { compareStarts, measureFresh, type ProcessPair, type Starts } from "./fresh-processes.js";
import { MESSAGES } from "./workloads.js";

const WITHOUT: ProcessPair = { name: `${ours.name}, without recovery`, server: "ours", client: "nothing" };
const WITH: ProcessPair = { name: `${ours.name}, with recovery`, server: "ours", client: "recovery" };
const PAIRS: readonly ProcessPair[] = [WITHOUT, { ...WITHOUT, name: `${ours.name}, without it again` }, WITH];

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

const GOAL: Goal = { bound: "at most", figure: 1.03, to: WITHOUT.name };

/** What recovery adds to the client's part of calls that succeed. */
export const recovering: Part = {
  name: "recovering",
  title: "Calls with recovery",
  extent: `${FULL.starts} starts of all processes; 31 rounds of 120 unary calls or 40 streams, 32 at a time`,
  async *measure({ smoke }) {
    const measured = await measureFresh(PAIRS, smoke ? BRIEF : FULL);
    for (const [work, costs] of measured) {
      const what = work === "unary" ? "Succeeding unary call" : `Server stream of ${MESSAGES} messages`;
      yield compareStarts(PAIRS, costs, {
        id: `recovering-${work}`,
        title: `${what}: client only`,
        figure: ({ client }) => client,
        goals: { [WITH.name]: GOAL },
      });
    }
  },
};
