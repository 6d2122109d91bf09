import { PER_SECOND } from "./numbers.js";
import type { ServedSecond } from "./service.js";

/** A time of constant load, as a multiple of the server's capacity. */
export interface Phase {
  readonly seconds: number;
  readonly load: number;
}

/** A client of the server. */
export interface Client {
  /** Makes a call, which may be sent several times. */
  call(): Promise<unknown>;
  close(): void;
}

/** What happened within one second. */
export interface Second {
  /** The calls that clients began. */
  readonly calls: number;
  /** The requests that the server received. */
  readonly requests: number;
  /** How many of them it turned away. */
  readonly rejections: number;
  /** The calls that succeeded. */
  readonly successes: number;
  /** The longest queue of the server, in milliseconds. */
  readonly queue: number;
}

interface CalledSecond {
  calls: number;
  successes: number;
}

/**
 * Puts load on a server: makes calls at random times, whatever becomes of earlier ones, and each from a random client.
 *
 * @returns each second from the first call to the last response
 */
export async function putLoad(
  clients: readonly Client[],
  phases: readonly Phase[],
  ledger: () => readonly ServedSecond[] | Promise<readonly ServedSecond[]>,
): Promise<readonly Second[]> {
  const first = Math.floor(Date.now() / 1_000) + 1;
  const called: CalledSecond[] = [];
  const now = () => {
    const index = Math.floor(Date.now() / 1_000) - first;
    const seen = called[index] ?? { calls: 0, successes: 0 };
    called[index] = seen;
    return seen;
  };
  const call = async (client: Client | undefined) => {
    now().calls++;
    try {
      await client?.call();
    } catch {
      return;
    }
    now().successes++;
  };
  const running: Promise<void>[] = [];
  for (const time of callTimes(phases)) {
    const wait = first * 1_000 + time - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    running.push(call(clients[Math.floor(Math.random() * clients.length)]));
  }
  await Promise.all(running);
  const served = new Map((await ledger()).map((one) => [one.second - first, one]));
  const length = Math.max(called.length, ...[...served.keys()].map((index) => index + 1));
  return Array.from({ length }, (_, index) => {
    const { calls = 0, successes = 0 } = called[index] ?? {};
    const { requests = 0, rejections = 0, queue = 0 } = served.get(index) ?? {};
    return { calls, requests, rejections, successes, queue };
  });
}

/** Yields random times of calls, in milliseconds: a Poisson process. */
function* callTimes(phases: readonly Phase[]): Generator<number> {
  let begin = 0;
  for (const { seconds, load } of phases) {
    const end = begin + seconds * 1_000;
    const mean = 1_000 / (load * PER_SECOND);
    for (let time = begin; ; ) {
      time -= mean * Math.log(1 - Math.random());
      if (time >= end) break;
      yield time;
    }
    begin = end;
  }
}
