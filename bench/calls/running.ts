import { fork } from "node:child_process";
import { once } from "node:events";
import type { Client } from "./clients/client.js";

/** A way to make calls: what runs in the server's process, and a client for it. */
export interface Contender {
  readonly name: string;
  /** The module in the folder of servers that a process of its own runs. */
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
  /** Its calls take several times as long as those of the others. */
  readonly slow?: boolean;
}

/** A contender whose server runs, and whose client is in this process. */
export interface Running {
  readonly name: string;
  readonly client: Client;
  readonly slow: boolean;
  /** The processor time that the server's process has needed until now, in microseconds. */
  serverTime(): Promise<number>;
  close(): Promise<void>;
}

/** Starts a server in a process of its own, and a client for it. */
export async function start({ name, server, connect, slow = false }: Contender): Promise<Running> {
  const module = (name: string) => new URL(`./servers/${name}.js`, import.meta.url);
  const child = fork(module(server), { execArgv: ["--import", module("settle").href] });
  const exited = once(child, "exit");
  const answer = async (): Promise<unknown> => {
    const stop = new AbortController();
    const [message] = await Promise.race([once(child, "message", stop), exited]);
    stop.abort();
    if (!child.connected) throw new Error(`the server of ${name} ended`);
    return message;
  };
  const client = connect((await answer()) as number);
  return {
    name,
    client,
    slow,
    serverTime: async () => {
      child.send("time");
      const { user, system } = (await answer()) as NodeJS.CpuUsage;
      return user + system;
    },
    close: async () => {
      client.close();
      child.disconnect();
      await exited;
    },
  };
}
