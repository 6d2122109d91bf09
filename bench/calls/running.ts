import { startChild } from "./child-process.js";
import type { Client } from "./clients/client.js";
import { cpuTime } from "./servers/child.js";

/** A library that makes calls: the module of its server, and its client. */
export interface Contender {
  readonly name: string;
  /** The module in `servers/` that runs in its own process. */
  readonly server: ServerModule;
  readonly connect: (port: number) => Client;
  /** Takes part in every third round only, because its calls take several times as long. */
  readonly slow?: boolean;
}

export type ServerModule =
  | "plain"
  | "prepacked"
  | "async"
  | "google-protobuf"
  | "ours"
  | "ours-callback"
  | "attached"
  | "nest"
  | "nice-grpc"
  | "connect";

/** A contender whose server runs, and whose client is connected. */
export interface Running {
  readonly name: string;
  readonly slow: boolean;
  /** The CPU time of the client's process so far, in microseconds. */
  clientTime(): Promise<number>;
  /** The CPU time of the server's process so far, in microseconds. */
  serverTime(): Promise<number>;
  close(): Promise<void>;
}

/** A running contender whose client is in this process. */
export interface RunningHere extends Running {
  readonly client: Client;
}

/** The server of a contender in its own process. */
export interface RunningServer extends Pick<Running, "serverTime" | "close"> {
  readonly port: number;
}

/** Starts the server of a contender in its own process. Its module gets the arguments. */
export async function startServer(server: ServerModule, ...args: readonly string[]): Promise<RunningServer> {
  const child = startChild(`servers/${server}`, args);
  const port = (await child.next()) as number;
  return { port, serverTime: async () => (await child.ask("time")) as number, close: child.close };
}

/** Starts the server of a contender in its own process, and a client for it in this one. */
export async function start({ name, server, connect, slow = false }: Contender): Promise<RunningHere> {
  const { port, serverTime, close } = await startServer(server);
  const client = connect(port);
  return {
    name,
    slow,
    client,
    clientTime: async () => cpuTime(),
    serverTime,
    close: async () => {
      client.close();
      await close();
    },
  };
}
