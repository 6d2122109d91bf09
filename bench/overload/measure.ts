import { fork } from "node:child_process";
import { once } from "node:events";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Contender } from "./contenders.js";
import { type Phase, putLoad, type Second } from "./load.js";
import { CAPACITY, CLIENTS } from "./numbers.js";
import { type ServedSecond, Service } from "./service.js";
import { inVirtualTime } from "./virtual/time.js";

const SEED = 20_261_128;

/** Puts load on a server in virtual time. Each run is the same. */
export function simulate(contender: Contender, phases: readonly Phase[], seed = SEED): Promise<readonly Second[]> {
  return inVirtualTime(seed, () => {
    const service = new Service();
    const run = runs++;
    const clients = Array.from({ length: CLIENTS }, (_, index) =>
      contender.inVirtualTime(service, `run ${run}, process ${contender.apart ? index : 0}`),
    );
    return putLoad(clients, phases, () => service.ledger);
  });
}

let runs = 0;

/** A run over sockets. */
interface RealRun {
  readonly seconds: readonly Second[];
  /** How late the timers of the clients were, in milliseconds: 99 of 100 were no later. */
  readonly lag: number;
}

/** The lag in milliseconds from which other programs disturb a run: a quarter of the server's queue. */
const DISTURBED = CAPACITY.longestQueue / 4;
const TRIES = 3;

/** Puts load on a real server. If other programs disturb the run, it is repeated, and the calmest one counts. */
export async function measureOverSockets(
  contender: Contender,
  phases: readonly Phase[],
  most = TRIES,
): Promise<readonly Second[]> {
  let calmest = await runOverSockets(contender, phases);
  for (let tries = 1; tries < most && calmest.lag > DISTURBED; tries++) {
    const again = await runOverSockets(contender, phases);
    if (again.lag < calmest.lag) calmest = again;
  }
  return calmest.seconds;
}

/** Runs a server in its own process. All clients are in this one; with an address each, none knows of another. */
async function runOverSockets(contender: Contender, phases: readonly Phase[]): Promise<RealRun> {
  const server = fork(new URL("./sockets/server.js", import.meta.url));
  const [port] = await once(server, "message");
  const clients = Array.from({ length: CLIENTS }, (_, index) =>
    contender.overSockets(`127.0.1.${contender.apart ? index + 1 : 1}:${port}`),
  );
  const delay = monitorEventLoopDelay();
  delay.enable();
  const seconds = await putLoad(clients, phases, async () => {
    server.send("ledger");
    const [ledger] = (await once(server, "message")) as [readonly ServedSecond[]];
    return ledger;
  });
  delay.disable();
  for (const client of clients) client.close();
  server.disconnect();
  return { seconds, lag: delay.percentile(99) / 1e6 };
}
