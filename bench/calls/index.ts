import type { Comparison, Goal, Part } from "../figures.js";
import { check } from "./check.js";
import { byProcess, compareBy, type Measured, perSecond } from "./comparisons.js";
import { CONTENDERS } from "./contenders.js";
import { type Effort, type Turn, takeTurns } from "./rounds.js";
import { type Running, start } from "./running.js";
import { failingAlike, failingUnlike, streaming, succeeding } from "./workloads.js";

/** How much is measured: of calls, and of the messages of one stream. */
interface CallsEffort {
  readonly calls: Effort;
  readonly messages: Effort;
}

const FULL: CallsEffort = {
  calls: { rounds: 31, times: 1_000, before: 4_000 },
  messages: { rounds: 9, times: 10_000, before: 10_000 },
};

const SMOKE: CallsEffort = {
  calls: { rounds: 2, times: 50, before: 50 },
  messages: { rounds: 2, times: 100, before: 100 },
};

/**
 * What calls cost with each library, between two processes: a server for each
 * contender, and all clients in this one. 32 calls are under way at once.
 */
export const calls: Part = {
  name: "calls",
  title: "Calls",
  extent: `${FULL.calls.rounds} rounds of ${FULL.calls.times} calls, 32 at once`,
  async *measure({ smoke }) {
    const effort = smoke ? SMOKE : FULL;
    const running = new Map<string, Running>();
    await Promise.all(
      Object.entries(CONTENDERS).map(async ([key, contender]) => running.set(key, await start(contender))),
    );
    const take: Take = (key) => {
      const found = running.get(key);
      if (!found) throw new Error(`${key} does not run`);
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

type Take = (key: keyof typeof CONTENDERS) => Running;

async function measure(turns: readonly Turn[], effort: Effort): Promise<Measured> {
  return { turns, needed: await takeTurns(turns, effort) };
}

const renamed = (running: Running, name: string): Running => ({ ...running, name });

/** There is nothing to compare with but grpc-js itself, if calls succeed. */
const bareOf = (take: Take): Running => renamed(take("plain"), "grpc-js, a callback");

async function ofSucceeding(take: Take, effort: Effort): Promise<readonly Comparison[]> {
  const bare = bareOf(take);
  const ours = take("oursCallback");
  const promises = [
    renamed(take("async"), "grpc-js, a promise"),
    renamed(take("ours"), `${take("ours").name}, a promise`),
  ];
  const measured = await measure([bare, ours, ...promises, take("niceGrpc"), take("connect")].map(succeeding), effort);
  const goal: Goal = { bound: "at most", figure: 1.01, to: bare.name };
  return byProcess(measured, "call-succeeding", "A unary call that succeeds", { [ours.name]: goal });
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
  const toPrepacked: Goal = { bound: "at most", figure: 1.05, to: prepacked.name };
  const toPlain: Goal = { bound: "at least", figure: 0.95, to: plain.name };
  const atOnce = "Failing calls a second";
  return [
    ...byProcess(alike, "call-failing", "A unary call that fails, all alike", { [ours.name]: toPrepacked }),
    ...byProcess(unlike, "call-failing-unlike", "A unary call that fails, all unlike", {}),
    ...perSecond(alike, "calls-failing", `${atOnce}, all alike`, { [ours.name]: toPlain }),
    ...perSecond(unlike, "calls-failing-unlike", `${atOnce}, all unlike`, { [ours.name]: toPlain }),
  ];
}

async function ofMessages(take: Take, effort: Effort): Promise<readonly Comparison[]> {
  const ours = take("ours");
  const turns = [
    streaming(bareOf(take), "write"),
    streaming(ours, "generate", `${ours.name}, a generator`),
    streaming(ours, "write", `${ours.name}, a handler that writes`),
    streaming(take("niceGrpc"), "generate"),
    streaming(take("connect"), "generate"),
  ];
  const title = `One of ${effort.times.toLocaleString("en")} messages of a server stream, client and server together`;
  const heading = { id: "stream-message", title, unit: "µs" } as const;
  return [compareBy(await measure(turns, effort), heading, (n) => n.client + n.server)];
}
