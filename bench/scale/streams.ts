import { table } from "../report/tables.js";
import { type Effort, kilobytes, megabytes, millis, type ScalePart } from "./part.js";
import { compiled, type Health, heapOf, startWorker, type Worker } from "./processes.js";
import type { ClientEnd } from "./streams-client.js";
import type { ServerEnd } from "./streams-server.js";

/** How a server with many open streams ended. */
export interface StreamsEnd {
  readonly name: string;
  readonly streams: number;
  readonly connections: number;
  /** The memory of the server for each open stream, in bytes. */
  readonly heap: number;
  readonly rss: number;
  /** The same for the clients. */
  readonly clientHeap: number;
  /** The number of streams by their end at the client. */
  readonly ends: Readonly<Record<string, number>>;
  /** How new calls ended that began meanwhile. */
  readonly newCalls: Readonly<Record<string, number>>;
  /** From the end of the time that running streams had until the last client knew, in milliseconds. */
  readonly took: number;
  /** What the heap of the server had more than before the streams, after the end, in bytes. */
  readonly left: number;
  readonly uncaught: number;
  readonly drained?: ServerEnd;
}

export type StreamsResult = readonly StreamsEnd[];

interface Plan {
  readonly processes: number;
  readonly connections: number;
  readonly perConnection: number;
  /** The time that running streams have, in milliseconds. */
  readonly limit: number;
}

const FULL: Plan = { processes: 2, connections: 10, perConnection: 500, limit: 4_000 };
const BRIEF: Plan = { processes: 2, connections: 2, perConnection: 26, limit: 400 };

/** Ten thousand open streams, which a server drains or cuts off. */
export const streams: ScalePart<StreamsResult> = {
  name: "streams",
  title: "Ten thousand open streams",
  async measure({ smoke }: Effort) {
    const plan = smoke ? BRIEF : FULL;
    return [
      await endStreams("grpc-rich-errors, `drain`", "rich", plan),
      await endStreams("grpc-rich-errors, `forceShutdown`", "rich", plan, true),
      await endStreams("grpc-js, `forceShutdown`", "bare", plan, true),
    ];
  },
  problems: (results) => results.flatMap(problemsOf),
  section: (results) =>
    table(
      [
        "server",
        "streams by their end",
        "new calls meanwhile",
        "until the last client knew, ms",
        "`forced`",
        "longest pause of the server, ms",
        "memory of the server, KB a stream (resident)",
        "of the clients",
        "heap that is left, MB",
      ],
      results.map(cellsOf),
    ),
};

async function endStreams(name: string, kind: "rich" | "bare", plan: Plan, force = false): Promise<StreamsEnd> {
  const { processes, connections, perConnection, limit } = plan;
  const server = await startWorker(compiled(kind === "rich" ? "streams-server" : "bare-server"));
  const port = await server.ask<number>("port");
  const args = [kind, String(port), String(connections)];
  const clients = await Promise.all(
    Array.from({ length: processes }, () => startWorker(compiled("streams-client"), args)),
  );
  // The first stream of each connection makes V8 compile what the others use.
  await openAll(clients, 2);
  const before = await server.ask<Health>("health");
  const clientsBefore = await heapOf(clients);
  await openAll(clients, perConnection - 2);
  const during = await server.ask<Health>("health");
  const clientsDuring = await heapOf(clients);
  const began = Date.now();
  const ending = force ? server.ask<null>("force") : server.ask<ServerEnd>("drain", limit);
  const newCalls = force ? {} : await callAgain(clients, limit / 8);
  const ends = await Promise.all(clients.map((client) => client.ask<ClientEnd>("end")));
  const drained = (await ending) ?? undefined;
  const after = await server.ask<Health>("health");
  for (const worker of [...clients, server]) worker.close();
  const count = processes * connections * (perConnection - 2);
  return {
    name,
    streams: processes * connections * perConnection,
    connections: processes * connections,
    heap: (during.heap - before.heap) / count,
    rss: (during.rss - before.rss) / count,
    clientHeap: (clientsDuring - clientsBefore) / count,
    ends: summed(ends.map((end) => end.ends)),
    newCalls,
    took: Math.max(...ends.map(({ lastAt }) => lastAt)) - (drained?.limitAt ?? began),
    left: after.heap - before.heap,
    uncaught: after.uncaught,
    ...(drained && { drained }),
  };
}

function openAll(clients: readonly Worker[], perConnection: number): Promise<unknown> {
  return Promise.all(clients.map((client) => client.ask("open", perConnection)));
}

async function callAgain(clients: readonly Worker[], delay: number): Promise<Record<string, number>> {
  await new Promise((resolve) => setTimeout(resolve, delay));
  return summed(await Promise.all(clients.map((client) => client.ask<Record<string, number>>("callAgain"))));
}

function summed(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, count] of all.flatMap(Object.entries)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

function problemsOf({ name, streams, connections, ends, newCalls, drained, uncaught }: StreamsEnd): string[] {
  const found: string[] = [];
  const expect = (what: string, seen: unknown, expected: unknown) => {
    if (JSON.stringify(seen) !== JSON.stringify(expected)) {
      found.push(`streams, ${name}: ${what} ${JSON.stringify(seen)}, expected ${JSON.stringify(expected)}`);
    }
  };
  expect("uncaught errors:", uncaught, 0);
  if (drained) {
    const sorted = Object.fromEntries(Object.entries(ends).sort());
    expect("streams ended with", sorted, { OK: streams / 2, SERVER_SHUTTING_DOWN: streams / 2 });
    expect("new calls ended with", newCalls, { SERVER_SHUTTING_DOWN: connections });
    // On a busy machine, `forced` may be true. What counts is that each stream has its error.
    const { refused, cutOff, finished } = drained;
    const counts = { refused: connections, cutOff: streams / 2, finished: streams / 2 };
    expect("drain counted", { refused, cutOff, finished }, counts);
    expect("handlers that learned of the end:", drained.cancelled, streams);
  } else {
    const failed = Object.entries(ends).filter(([end]) => end !== "OK");
    expect(
      "streams that failed:",
      failed.reduce((sum, [, count]) => sum + count, 0),
      streams,
    );
  }
  return found;
}

function cellsOf({ name, ends, newCalls, took, heap, rss, clientHeap, left, drained }: StreamsEnd): string[] {
  return [
    name,
    counts(ends),
    counts(newCalls),
    millis(took),
    drained ? String(drained.forced) : "",
    drained ? millis(drained.longestPause) : "",
    `${kilobytes(heap)} (${kilobytes(rss)})`,
    kilobytes(clientHeap),
    megabytes(left),
  ];
}

function counts(ends: Readonly<Record<string, number>>): string {
  return Object.entries(ends)
    .map(([end, count]) => `${count.toLocaleString("en")} \`${end}\``)
    .join(", ");
}
