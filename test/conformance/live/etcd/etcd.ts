import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Client, type ClientOptions, credentials, loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { promises, richErrorClientOptions } from "grpc-rich-errors";
import { onTestFinished } from "vitest";

/** The version of the installed etcd. `undefined` if it is not installed. */
export function etcdVersion(): string | undefined {
  return spawnSync("etcd", ["--version"], { encoding: "utf8" }).stdout?.match(/etcd Version: (\S+)/)?.[1];
}

type Unary = (request: object, options?: object) => Promise<Readonly<Record<string, unknown>>>;

/** A client of etcd: the methods of its services, with promises. */
export interface EtcdClient {
  readonly range: Unary;
  readonly put: Unary;
  readonly compact: Unary;
  readonly leaseRevoke: Unary;
  readonly authEnable: Unary;
  readonly authenticate: Unary;
  readonly userAdd: Unary;
  readonly userGrantRole: Unary;
  readonly roleAdd: Unary;
  readonly teleport: Unary;
  readonly watch: (requests: AsyncIterable<object>) => AsyncIterable<{ readonly created: boolean }>;
}

const PROTO = fileURLToPath(new URL("rpc.proto", import.meta.url));
const SERVICES = ["KV", "Watch", "Lease", "Auth"] as const;

/** Connects to a member. */
export function clientOf(port: number, options: ClientOptions = {}): EtcdClient {
  const definition = loadSync(PROTO, { keepCase: true, longs: String, defaults: true });
  const constructors = loadPackageDefinition(definition)["etcdserverpb"] as unknown as Record<
    (typeof SERVICES)[number],
    new (
      ...args: ConstructorParameters<typeof Client>
    ) => Client
  >;
  const views = SERVICES.map((service) => {
    const client = new constructors[service](`127.0.0.1:${port}`, credentials.createInsecure(), {
      ...richErrorClientOptions(),
      "grpc.use_local_subchannel_pool": 1,
      ...options,
    });
    onTestFinished(() => client.close());
    return promises(client);
  });
  return Object.assign({}, ...views) as EtcdClient;
}

/** A member of a cluster of etcd, in its own process. */
export interface Member {
  readonly port: number;
  /** Ends the process, without a chance to say goodbye. */
  readonly kill: (signal?: "SIGKILL" | "SIGTERM") => Promise<void>;
  /** Stops the process from running, or lets it run on. */
  readonly signal: (signal: "SIGSTOP" | "SIGCONT") => void;
  /** Starts the process again, with the same data. */
  readonly restart: () => Promise<void>;
}

/** Starts a cluster for the current test. */
export async function startEtcd(size = 1): Promise<Member[]> {
  const folder = mkdtempSync(join(tmpdir(), "grpc-rich-errors-etcd-"));
  const names = Array.from({ length: size }, (_, index) => `m${index}`);
  const ports = await Promise.all(names.map(async () => ({ client: await freePort(), peer: await freePort() })));
  const cluster = names.map((name, index) => `${name}=http://127.0.0.1:${ports[index]?.peer}`).join(",");
  const members: Member[] = [];
  const processes = new Set<ChildProcess>();
  onTestFinished(async () => {
    await Promise.all([...processes].map((child) => ended(child, "SIGKILL")));
    rmSync(folder, { recursive: true });
  });
  for (const [index, name] of names.entries()) {
    const { client = 0, peer = 0 } = ports[index] ?? {};
    const start = () => {
      const child = spawn("etcd", [
        ...["--name", name, "--data-dir", join(folder, name), "--initial-cluster", cluster],
        ...[
          "--listen-client-urls",
          `http://127.0.0.1:${client}`,
          "--advertise-client-urls",
          `http://127.0.0.1:${client}`,
        ],
        ...[
          "--listen-peer-urls",
          `http://127.0.0.1:${peer}`,
          "--initial-advertise-peer-urls",
          `http://127.0.0.1:${peer}`,
        ],
        ...["--heartbeat-interval", "50", "--election-timeout", "500", "--log-level", "error"],
      ]);
      child.stdout.resume();
      child.stderr.resume();
      processes.add(child);
      return child;
    };
    let child = start();
    members.push({
      port: client,
      kill: (signal = "SIGKILL") => ended(child, signal),
      signal: (signal) => void child.kill(signal),
      restart: async () => {
        child = start();
        await serving(client);
      },
    });
  }
  await Promise.all(members.map(({ port }) => serving(port)));
  return members;
}

async function ended(child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, "exit");
}

/** Waits until a member answers. */
async function serving(port: number): Promise<void> {
  const client = clientOf(port, { "grpc.initial_reconnect_backoff_ms": 100, "grpc.max_reconnect_backoff_ms": 100 });
  for (;;) {
    try {
      await client.range({ key: Buffer.from("ready") }, { deadline: Date.now() + 1000 });
      return;
    } catch {
      await sleep(50);
    }
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
