import { fork } from "node:child_process";
import { once } from "node:events";
import type { Contender } from "./contenders.js";
import { type Phase, putLoad, type Second } from "./load.js";
import { CLIENTS } from "./numbers.js";
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

/** Puts load on a server in its own process. All clients are in this one, but no address knows of another one. */
export async function measureOverSockets(contender: Contender, phases: readonly Phase[]): Promise<readonly Second[]> {
  const server = fork(new URL("./sockets/server.js", import.meta.url));
  const [port] = await once(server, "message");
  const clients = Array.from({ length: CLIENTS }, (_, index) =>
    contender.overSockets(`127.0.1.${contender.apart ? index + 1 : 1}:${port}`),
  );
  const seconds = await putLoad(clients, phases, async () => {
    server.send("ledger");
    const [ledger] = (await once(server, "message")) as [readonly ServedSecond[]];
    return ledger;
  });
  for (const client of clients) client.close();
  server.disconnect();
  return seconds;
}
