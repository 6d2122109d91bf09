import { credentials } from "@grpc/grpc-js";
import { codeName, isCode, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
import { ShapesClient } from "../../test/gen/shapes/v1/shapes.js";
import { answer, watchHealth } from "./processes.js";

// Opens streams on several connections, and tells how each ended: streams-client.js <rich or bare> <port> <connections>

/** How the streams of a client ended. */
export interface ClientEnd {
  /** The number of streams by their end: `OK`, the reason of an error, or its code. */
  readonly ends: Readonly<Record<string, number>>;
  /** When the last stream ended, in milliseconds since 1970. */
  readonly lastAt: number;
}

const [kind, port, connections] = process.argv.slice(2);
const options = kind === "rich" ? richErrorClientOptions({ catalogs: [catalog] }) : {};
const clients = Array.from(
  { length: Number(connections) },
  () =>
    new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
      ...options,
      "grpc.use_local_subchannel_pool": 1,
    }),
);
const ended: Promise<string>[] = [];

/** Opens a stream on each connection, half of which end when the server drains. Resolves when all have a message. */
async function open(perConnection: number): Promise<void> {
  for (const client of clients) {
    const opened = Array.from({ length: perConnection }, (_, index) => {
      const call = client.serverStream({ scenario: index % 2 === 0 ? "finishing" : "open", before: 0 });
      ended.push(
        new Promise((resolve) => {
          call.on("error", (error) => resolve(nameOf(error))).on("end", () => resolve("OK"));
        }),
      );
      return new Promise((resolve) => void call.once("data", resolve).once("error", resolve));
    });
    await Promise.all(opened);
  }
}

/** Makes a new call on each connection. Returns how they ended. */
function callAgain(): Promise<Record<string, number>> {
  const calls = clients.map(
    (client) =>
      new Promise<string>((resolve) => {
        client.unary({ scenario: "", before: 0 }, (error) => resolve(error ? nameOf(error) : "OK"));
      }),
  );
  return Promise.all(calls).then(counted);
}

async function endAll(): Promise<ClientEnd> {
  const ends = counted(await Promise.all(ended));
  return { ends, lastAt: Date.now() };
}

function nameOf(error: unknown): string {
  const { code, reason } = RichError.from(error);
  return reason ?? (isCode(code) ? codeName(code) : String(code));
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

answer({ health: watchHealth(), open, callAgain, end: endAll });
