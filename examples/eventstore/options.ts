import { parseArgs } from "node:util";
import { parseUsers, type User } from "./access.js";
import type { Limits } from "./store/limits.js";
import type { StoreOptions } from "./store/store.js";

/** The address of a server. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The options of a server. */
export interface ServerOptions extends StoreOptions, Limits, Address {
  readonly dataDir: string;
  /** The node that accepts writes. `undefined` if this node does. */
  readonly leader: Address | undefined;
  /** How many calls may run at once. */
  readonly maxCalls: number;
  /** How long a write may take, in milliseconds. */
  readonly writeTimeout: number;
  readonly users: readonly User[];
}

export const USAGE = `usage: node server.js --data-dir FOLDER [options]

  --data-dir FOLDER        folder for the streams
  --host HOST              address to listen on (127.0.0.1)
  --port PORT              port to listen on (2113); 0 for any free port
  --leader HOST:PORT       makes this a follower, which refuses writes
  --max-calls N            calls at the same time (1000)
  --write-timeout MS       time for a write (2000)
  --max-record BYTES       size of a record (1048576)
  --max-transaction BYTES  size of all records of an append or a session (4194304)
  --debug-info             tells clients the cause of a malfunction
  --scan-pause MS          pauses after each stream while reading the index, to simulate a large store
  --flush-delay MS         delays every write, to simulate a slow disk

Users come from the environment: EVENTSTORE_USERS="root:secret:admin,ada:engine".`;

/**
 * Parses the flags of the command line.
 *
 * @throws Error with a message for the user
 */
export function parseOptions(args: readonly string[], env: NodeJS.ProcessEnv = process.env): ServerOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      "data-dir": { type: "string" },
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "2113" },
      leader: { type: "string" },
      "max-calls": { type: "string", default: "1000" },
      "write-timeout": { type: "string", default: "2000" },
      "max-record": { type: "string", default: "1048576" },
      "max-transaction": { type: "string", default: "4194304" },
      "debug-info": { type: "boolean", default: false },
      "scan-pause": { type: "string", default: "0" },
      "flush-delay": { type: "string", default: "0" },
    },
  });
  if (!values["data-dir"]) throw new Error("--data-dir is missing: write --data-dir FOLDER");
  return {
    dataDir: values["data-dir"],
    host: values.host,
    port: numberOf("port", values.port),
    leader: values.leader === undefined ? undefined : addressOf(values.leader),
    maxCalls: numberOf("max-calls", values["max-calls"]),
    writeTimeout: numberOf("write-timeout", values["write-timeout"]),
    maxRecordSize: numberOf("max-record", values["max-record"]),
    maxTransactionSize: numberOf("max-transaction", values["max-transaction"]),
    debugInfo: values["debug-info"],
    scanPause: numberOf("scan-pause", values["scan-pause"]),
    flushDelay: numberOf("flush-delay", values["flush-delay"]),
    users: parseUsers(env["EVENTSTORE_USERS"] ?? ""),
  };
}

function numberOf(flag: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${flag} is not a number: ${text}`);
  return Number(text);
}

function addressOf(text: string): Address {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (!host || !port) throw new Error(`--leader is not HOST:PORT: ${text}`);
  return { host, port: Number(port) };
}
