import type { Part } from "../figures.js";
import { ours } from "../peers/ours.js";
import type { AttachmentName } from "./attachments.js";
import { compareStarts, measureFresh, type ProcessPair, type Starts } from "./fresh-processes.js";

const attached = (what: AttachmentName, name: string): ProcessPair => ({
  name: `${ours.name}, ${name}`,
  server: "attached",
  argument: what,
  client: what,
});

const ALONE: readonly ProcessPair[] = [
  attached("nothing", "nothing attached"),
  attached("nothing", "nothing attached, again"),
  attached("hooks", "telemetry that does nothing"),
  attached("opentelemetry", "telemetry of OpenTelemetry's SDK"),
  attached("recovery", "recovery"),
  attached("recordErrors", "`recordErrors`"),
  attached("failing", "`failing` with a rule that never fires"),
];

/** Both microservices have the same client, with nothing attached. */
const NEST: readonly ProcessPair[] = [
  { name: "NestJS, prepacked trailer", server: "nest", argument: "plain", client: "nothing" },
  { name: "NestJS, prepacked trailer, again", server: "nest", argument: "plain", client: "nothing" },
  { name: `${ours.name} and NestJS`, server: "nest", argument: "rich", client: "nothing" },
];

const FULL: Starts = {
  starts: 4,
  efforts: { unary: { rounds: 21, times: 80, warmUp: 1_500 }, fail: { rounds: 21, times: 60, warmUp: 1_000 } },
};

const BRIEF: Starts = {
  starts: 1,
  efforts: { unary: { rounds: 1, times: 10, warmUp: 10 }, fail: { rounds: 1, times: 10, warmUp: 10 } },
};

/** What an integration adds to the calls of a program that attaches it. */
export const integrations: Part = {
  name: "integrations",
  title: "What integrations add to a call",
  extent: `${FULL.starts} starts of all processes; 21 rounds of 80 calls that succeed or 60 that fail, 32 at a time`,
  async *measure({ smoke }) {
    for (const [id, title, pairs] of [
      ["attached", "", ALONE],
      ["nest", " of a microservice", NEST],
    ] as const) {
      const measured = await measureFresh(pairs, smoke ? BRIEF : FULL);
      for (const [work, costs] of measured) {
        yield compareStarts(pairs, costs, {
          id: `${id}-${work}`,
          title: `${work === "fail" ? "Failing" : "Succeeding"} unary call${title}: client and server`,
          figure: ({ client, server }) => client + server,
        });
      }
    }
  },
};
