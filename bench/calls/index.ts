import type { Comparison, Goal, Part } from "../figures.js";
import { check } from "./check.js";
import { byProcess, compareBy, type Measured, perSecond } from "./comparisons.js";
import { CONTENDERS } from "./contenders.js";
import { type Effort, measureInTurns, type Workload } from "./rounds.js";
import { type RunningHere, start } from "./running.js";
import { failingAlike, failingUnlike, streaming, succeeding } from "./workloads.js";

interface CallsEffort {
  readonly calls: Effort;
  readonly messages: Effort;
}

const FULL: CallsEffort = {
  calls: { rounds: 21, times: 1_000, warmUp: 4_000 },
  messages: { rounds: 9, times: 10_000, warmUp: 10_000 },
};

const SMOKE: CallsEffort = {
  calls: { rounds: 2, times: 50, warmUp: 50 },
  messages: { rounds: 2, times: 100, warmUp: 100 },
};

/**
 * The cost of calls with each library. Each contender has a server process; all clients run in this process, with
 * 32 concurrent calls.
 */
export const calls: Part = {
  name: "calls",
  title: "Calls",
  extent: `${FULL.calls.rounds} rounds of ${FULL.calls.times.toLocaleString("en")} calls, 32 at a time`,
  async *measure({ smoke }) {
    const effort = smoke ? SMOKE : FULL;
    const running = new Map<string, RunningHere>();
    await Promise.all(
      Object.entries(CONTENDERS).map(async ([key, contender]) => running.set(key, await start(contender))),
    );
    const take: Take = (key) => {
      const found = running.get(key);
      if (!found) throw new Error(`contender ${key} is not running`);
      return found;
    };
    try {
      yield* await ofSucceeding(take, effort.calls);
      yield* await ofFailing(take, effort.calls);
      yield* await ofMessages(take, effort.messages);
    } finally {
      for (const { close } of running.values()) await close();
    }
  },
};

type Take = (key: keyof typeof CONTENDERS) => RunningHere;

async function measure(workloads: readonly Workload[], effort: Effort): Promise<Measured> {
  return { workloads, costs: await measureInTurns(workloads, effort) };
}

const renamed = (running: RunningHere, name: string): RunningHere => ({ ...running, name });

const plainGrpcJs = (take: Take): RunningHere => renamed(take("plain"), "grpc-js, callback");

async function ofSucceeding(take: Take, effort: Effort): Promise<readonly Comparison[]> {
  const bare = plainGrpcJs(take);
  const ours = take("oursCallback");
  const promises = [renamed(take("async"), "grpc-js, promise"), renamed(take("ours"), `${take("ours").name}, promise`)];
  const measured = await measure([bare, ours, ...promises, take("niceGrpc"), take("connect")].map(succeeding), effort);
  return byProcess(measured, "call-succeeding", "Succeeding unary call");
}

async function ofFailing(take: Take, effort: Effort): Promise<readonly Comparison[]> {
  const plain = take("plain");
  const prepacked = take("prepacked");
  const ours = take("ours");
  const making = [ours, take("googleProtobuf"), take("niceGrpc"), take("connect")];
  const reading = [take("nitric"), take("gax")];
  const thrown = take("async");
  for (const one of [plain, prepacked, thrown]) await check(one, "nothing", "fail");
  for (const one of [...making, ...reading]) await check(one, "all", "fail");
  for (const one of making) await check(one, "all", "fail-unlike");

  const alike = await measure([plain, prepacked, thrown, ...making, ...reading].map(failingAlike), effort);
  const unlike = await measure([plain, ...making].map(failingUnlike), effort);
  const toPrepacked: Goal = { bound: "at most", figure: 1.12, to: prepacked.name };
  const toPlain: Goal = { bound: "at most", figure: 1.2, to: plain.name };
  const perSec = "Failing calls per second";
  return [
    ...byProcess(
      alike,
      "call-failing",
      "Failing unary call, the same error each time",
      { [ours.name]: toPrepacked },
      { [ours.name]: toPlain },
    ),
    ...byProcess(unlike, "call-failing-unlike", "Failing unary call, a different error each time"),
    ...perSecond(alike, "calls-failing", `${perSec}, the same error each time`),
    ...perSecond(unlike, "calls-failing-unlike", `${perSec}, a different error each time`),
  ];
}

async function ofMessages(take: Take, effort: Effort): Promise<readonly Comparison[]> {
  const ours = take("ours");
  const workloads = [
    streaming(plainGrpcJs(take), "write"),
    streaming(ours, "generate", `${ours.name}, generator`),
    streaming(ours, "write", `${ours.name}, \`call.write\``),
    streaming(take("niceGrpc"), "generate"),
    streaming(take("connect"), "generate"),
  ];
  const title = `One of ${effort.times.toLocaleString("en")} messages of a server stream: client and server`;
  const heading = { id: "stream-message", title, unit: "µs" } as const;
  return [compareBy(await measure(workloads, effort), heading, (n) => n.client + n.server)];
}
