import { setTimeout } from "node:timers/promises";
import { table } from "../report/tables.js";
import { type CallResults, mergedResults, percentile } from "./failing-calls.js";
import { kilobytes, megabytes, millis, type ScalePart, wrongCalls } from "./part.js";
import { compiled, type Health, heapOf, startWorker, type Worker } from "./processes.js";

/** A server with many connections, all of whose calls fail. */
export interface Connected {
  readonly name: string;
  readonly connections: number;
  /** The connections that the server counted. */
  readonly counted: number;
  readonly calls: number;
  readonly wrong: number;
  readonly hanging: number;
  readonly uncaught: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  /** The memory of the server for each connection, in bytes. */
  readonly heap: number;
  readonly rss: number;
  /** The same for the clients. */
  readonly clientHeap: number;
  /** What the heap of the server had more than before the connections, after they were closed, in bytes. */
  readonly left: number;
}

interface Plan {
  readonly processes: number;
  readonly connections: number;
  readonly calls: number;
}

const FULL: Plan = { processes: 4, connections: 250, calls: 24 };
const BRIEF: Plan = { processes: 2, connections: 10, calls: 8 };

/** A thousand connections, all of whose calls fail. */
export const connections: ScalePart<readonly Connected[]> = {
  name: "connections",
  title: "A thousand connections",
  async measure({ smoke }) {
    const plan = smoke ? BRIEF : FULL;
    return [await connectAll("grpc-rich-errors", "rich", plan), await connectAll("grpc-js", "bare", plan)];
  },
  problems(results, { smoke }) {
    const found = results.flatMap((result) => wrongCalls(`connections, ${result.name}`, result));
    for (const { name, connections, counted } of results) {
      if (counted !== connections) found.push(`connections, ${name}: the server counted ${counted} of ${connections}`);
    }
    const [ours, bare] = results;
    if (smoke || !ours || !bare || ours.heap <= bare.heap + TOLERANCE) return found;
    const more = kilobytes(ours.heap - bare.heap);
    return [...found, `connections: each takes ${more} KB more of the server's heap than with grpc-js`];
  },
  section: (results) => table(HEAD, results.map(cellsOf)),
};

/** A connection itself must cost nothing; this is what the heap varies by, in bytes a connection. */
const TOLERANCE = 2_048;

async function connectAll(name: string, kind: "rich" | "bare", plan: Plan): Promise<Connected> {
  const server = await startWorker(compiled(kind === "rich" ? "failing-server" : "bare-server"));
  const args = [kind, String(await server.ask<number>("port"))];
  const clients = await Promise.all(
    Array.from({ length: plan.processes }, () => startWorker(compiled("connections-client"), args)),
  );
  // Some connections come and go first, so that V8 compiles what the others use.
  await failOnAll(clients, { ...plan, connections: 5 });
  await closeAll(clients);
  const before = await server.ask<Health>("health");
  const clientsBefore = await heapOf(clients);
  const counted = await server.ask<number>("connections");
  const { wrong, hanging, durations } = await failOnAll(clients, plan);
  const during = await server.ask<Health>("health");
  const clientsDuring = await heapOf(clients);
  const total = plan.processes * plan.connections;
  const all = await server.ask<number>("connections");
  await closeAll(clients);
  await setTimeout(500);
  const after = await server.ask<Health>("health");
  for (const worker of [...clients, server]) worker.close();
  return {
    name,
    connections: total,
    counted: all - counted,
    calls: durations.length,
    wrong,
    hanging,
    uncaught: after.uncaught,
    p50: percentile(durations, 0.5),
    p99: percentile(durations, 0.99),
    longest: percentile(durations, 1),
    heap: (during.heap - before.heap) / total,
    rss: (during.rss - before.rss) / total,
    clientHeap: (clientsDuring - clientsBefore) / total,
    left: after.heap - before.heap,
  };
}

async function failOnAll(clients: readonly Worker[], { connections, calls }: Plan): Promise<CallResults> {
  await Promise.all(clients.map((client) => client.ask("open", connections)));
  return mergedResults(await Promise.all(clients.map((client) => client.ask<CallResults>("fail", calls))));
}

async function closeAll(clients: readonly Worker[]): Promise<void> {
  await Promise.all(clients.map((client) => client.ask("close")));
}

const HEAD = [
  "server and clients",
  "connections",
  "failing calls",
  "wrong, hanging, uncaught",
  "p50, ms",
  "p99",
  "longest",
  "memory of the server, KB a connection (resident)",
  "of the clients",
  "heap that is left once they are closed, MB",
];

function cellsOf(connected: Connected): string[] {
  const { name, connections, calls, wrong, hanging, uncaught, p50, p99, longest } = connected;
  const { heap, rss, clientHeap, left } = connected;
  return [
    name,
    connections.toLocaleString("en"),
    calls.toLocaleString("en"),
    `${wrong}, ${hanging}, ${uncaught}`,
    millis(p50),
    millis(p99),
    millis(longest),
    `${kilobytes(heap)} (${kilobytes(rss)})`,
    kilobytes(clientHeap),
    megabytes(left),
  ];
}
