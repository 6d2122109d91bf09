import { fork } from "node:child_process";
import { once } from "node:events";
import type { Client } from "./clients/client.js";

/** A library that makes calls: the module of its server, and its client. */
export interface Contender {
  readonly name: string;
  /** The module in `servers/` that runs in its own process. */
  readonly server:
    | "plain"
    | "prepacked"
    | "async"
    | "google-protobuf"
    | "ours"
    | "ours-callback"
    | "nice-grpc"
    | "connect";
  readonly connect: (port: number) => Client;
  /** Takes part in every third round only, because its calls take several times as long. */
  readonly slow?: boolean;
}

/** A contender with a running server. Its client is in this process. */
export interface Running {
  readonly name: string;
  readonly client: Client;
  /** The port of the server. */
  readonly port: number;
  readonly slow: boolean;
  /** The CPU time of the server process so far, in microseconds. */
  serverTime(): Promise<number>;
  close(): Promise<void>;
}

/** Starts the server of a contender in its own process, and a client for it. */
export async function start({ name, server, connect, slow = false }: Contender): Promise<Running> {
  const module = (name: string) => new URL(`./servers/${name}.js`, import.meta.url);
  const child = fork(module(server), { execArgv: ["--import", module("settle").href] });
  const exited = once(child, "exit");
  const nextMessage = async (): Promise<unknown> => {
    const stop = new AbortController();
    const [message] = await Promise.race([once(child, "message", stop), exited]);
    stop.abort();
    if (!child.connected) throw new Error(`the server of ${name} exited`);
    return message;
  };
  const port = (await nextMessage()) as number;
  const client = connect(port);
  return {
    name,
    client,
    port,
    slow,
    serverTime: async () => {
      child.send("time");
      const { user, system } = (await nextMessage()) as NodeJS.CpuUsage;
      return user + system;
    },
    close: async () => {
      client.close();
      child.disconnect();
      await exited;
    },
  };
}
