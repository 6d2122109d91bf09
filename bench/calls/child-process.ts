import { fork, type Serializable } from "node:child_process";
import { once } from "node:events";

/** A process that answers messages, one at a time. It ends when it is disconnected. */
export interface Child {
  /** Waits for its next message. */
  next(): Promise<unknown>;
  /** Sends a message and waits for the answer. */
  ask(message: Serializable): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts a module of this folder in its own process. */
export function startChild(module: string, args: readonly string[] = []): Child {
  const url = (name: string) => new URL(`./${name}.js`, import.meta.url);
  const child = fork(url(module), args, { execArgv: ["--import", url("servers/settle").href] });
  const exited = once(child, "exit");
  const next = async (): Promise<unknown> => {
    const stop = new AbortController();
    const [message] = await Promise.race([once(child, "message", stop), exited]);
    stop.abort();
    if (!child.connected) throw new Error(`the process of ${module} ${args.join(" ")} exited`);
    return message;
  };
  return {
    next,
    ask: (message) => {
      child.send(message);
      return next();
    },
    close: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
