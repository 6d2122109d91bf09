import { bareCalls } from "./bare-calls.js";
import { type FailingCalls, failCalls, mergedResults, richCalls } from "./failing-calls.js";
import { answer, watchHealth } from "./processes.js";

// Makes calls on many connections at once: connections-client.js <rich or bare> <port>

const [kind, port] = process.argv.slice(2);
const connect = kind === "rich" ? richCalls : bareCalls;
const connections: FailingCalls[] = [];

/** Opens connections, each with a channel that shares none. */
function open(count: number): void {
  for (let index = 0; index < count; index++) {
    connections.push(connect(Number(port), { "grpc.use_local_subchannel_pool": 1 }));
  }
}

/** Makes calls on all connections, one at a time on each. */
async function fail(calls: number) {
  return mergedResults(
    await Promise.all(connections.map((connection) => failCalls(connection, 0, (number) => number >= calls, 1))),
  );
}

function close(): void {
  for (const connection of connections.splice(0)) connection.close();
}

answer({ health: watchHealth(), open, fail, close });
