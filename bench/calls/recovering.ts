import type { Goal, Part } from "../figures.js";
import { ours } from "../peers/ours.js";
import { compareStarts, type ProcessPair } from "./fresh-processes.js";
import { EXTENT, measureSucceeding } from "./succeeding.js";
import { MESSAGES } from "./workloads.js";

const WITHOUT: ProcessPair = { name: `${ours.name}, without recovery`, server: "ours", client: "nothing" };
const WITH: ProcessPair = { name: `${ours.name}, with recovery`, server: "ours", client: "recovery" };
const PAIRS: readonly ProcessPair[] = [WITHOUT, { ...WITHOUT, name: `${ours.name}, without it again` }, WITH];

const GOAL: Goal = { bound: "at most", figure: 1.03, to: WITHOUT.name };

/** What recovery adds to the client's part of calls that succeed. */
export const recovering: Part = {
  name: "recovering",
  title: "Calls with recovery",
  extent: EXTENT,
  async *measure({ smoke }) {
    const measured = await measureSucceeding(PAIRS, smoke);
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
