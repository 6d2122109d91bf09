import { once } from "node:events";
import net from "node:net";
import {
  credentials,
  loadPackageDefinition,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { Code, RichError, richHandlers, type ServiceContract } from "grpc-rich-errors";
import {
  CacheLoadLockTimeoutError,
  catalog as eventlog,
  NotLeaderError,
  ServerBusyError,
} from "grpc-rich-errors/catalogs/eventlog";
import { catalog as kurrent, NotLeaderNodeError } from "grpc-rich-errors/catalogs/kurrent";
import { type ClusterOptions, cluster, type FailedAttempt, recovery, reportOf } from "grpc-rich-errors/recovery";
import { describe, expect, it, onTestFinished } from "vitest";
import { ShapesClient, ShapesService } from "../../gen/shapes/v1/shapes.js";
import { refusing } from "../../support/half-servers.js";
import { PROTO_FOLDER } from "../../support/reference-protos.js";
import { OK, request, SHAPES, type Shape, type Shapes, startShapes } from "../../support/shapes.js";
import { CERTIFICATE, KEY } from "../../support/tls.js";
import { expectNothingUncaught } from "../../support/watch.js";

expectNothingUncaught();

const FAST = { delay: 1, backOffDelay: 1 };
const CATALOGS = [eventlog, kurrent];

interface Node extends Shapes {
  /** How many calls it received. */
  received: number;
}

/** Starts a server that fails each call with what `failure` returns, if anything. */
async function node(failure: () => Error | undefined = () => undefined): Promise<Node> {
  const count = { received: 0 };
  const before =
    <Args extends unknown[], Result>(handler: (...args: Args) => Result) =>
    (...args: Args): Result => {
      count.received++;
      const error = failure();
      if (error) throw error;
      return handler(...args);
    };
  const shapes = await startShapes(
    {
      unary: before(OK.unary),
      clientStream: before(OK.clientStream),
      serverStream: before(OK.serverStream),
      bidi: before(OK.bidi),
    },
    { catalogs: CATALOGS },
  );
  return Object.assign(count, shapes);
}

const follower = (leader: () => string) => node(() => new NotLeaderError({ leaderAddress: leader() }));

function clusterOf(seeds: readonly string[], options: Partial<ClusterOptions<ShapesClient>> = {}) {
  const attempts: FailedAttempt[] = [];
  const calls = cluster(ShapesClient, {
    seeds,
    credentials: credentials.createInsecure(),
    catalogs: CATALOGS,
    recovery: recovery.declared.with({ ...FAST, onAttempt: (attempt) => void attempts.push(attempt) }),
    ...options,
  });
  onTestFinished(() => calls.close());
  return { calls, attempts };
}

type Calls = ReturnType<typeof clusterOf>["calls"];

async function collect(calls: Calls, shape: Shape): Promise<unknown[]> {
  const requests = () => [request(2), request(2)];
  if (shape === "unary") return [await calls.unary(request(2))];
  if (shape === "clientStream") return [await calls.clientStream(requests)];
  const messages: unknown[] = [];
  for await (const message of shape === "bidi" ? calls.bidi(requests) : calls.serverStream(request(2))) {
    messages.push(message);
  }
  return messages;
}

async function failureOf(promise: Promise<unknown>): Promise<RichError> {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(RichError);
  return error as RichError;
}

describe.each(SHAPES)("a %s call", (shape) => {
  const length = { unary: 1, clientStream: 1, serverStream: 2, bidi: 2 }[shape];

  it("is redirected to the leader, and later calls begin there", async () => {
    const leader = await node();
    const other = await follower(() => leader.address);
    const { calls } = clusterOf([other.address]);
    for (let index = 0; index < 3; index++) expect(await collect(calls, shape)).toHaveLength(length);
    expect([other.received, leader.received]).toEqual([1, 3]);
  });

  it("goes on to the seeds, in turn, when the leader fails", async () => {
    const nodes: Node[] = [];
    let leading = 0;
    for (const index of [0, 1, 2]) {
      nodes.push(
        await node(() =>
          leading === index ? undefined : new NotLeaderError({ leaderAddress: nodes[leading]?.address ?? "" }),
        ),
      );
    }
    const { calls } = clusterOf(nodes.map(({ address }) => address));
    expect(await collect(calls, shape)).toHaveLength(length);
    nodes[0]?.server.forceShutdown();
    leading = 2;
    expect(await collect(calls, shape)).toHaveLength(length);
    expect(await collect(calls, shape)).toHaveLength(length);
    expect(nodes.map(({ received }) => received)).toEqual([1, 1, 2]);
  });

  it("ends with the server's error if the leader does not recover", async () => {
    const leader = await node(() => new ServerBusyError({ shard: 1 }));
    const other = await follower(() => leader.address);
    const { calls } = clusterOf([other.address]);
    const error = await failureOf(collect(calls, shape));
    expect(error).toBeInstanceOf(ServerBusyError);
    const { attempts = [], stopped } = reportOf(error) ?? {};
    expect(attempts.map(({ reason, action }) => [reason, action])).toEqual([
      ["NOT_LEADER", "redirect"],
      ["SERVER_BUSY", "wait"],
      ["SERVER_BUSY", "wait"],
      ["SERVER_BUSY", "fail"],
    ]);
    expect(stopped).toBe("attempts");
    expect(attempts.map(({ address }) => address.replace(/^dns:(\/\/\/)?/, ""))).toEqual([
      other.address,
      ...Array(3).fill(leader.address),
    ]);
  });
});

describe("a call", () => {
  it("is redirected by Kurrent's error, which has the host and the port in two fields", async () => {
    const leader = await node();
    const [host = "", port] = leader.address.split(":");
    const other = await node(() => new NotLeaderNodeError({ currentLeader: { host, port: Number(port) } }));
    const { calls, attempts } = clusterOf([other.address]);
    await calls.unary(request());
    expect([other.received, leader.received]).toEqual([1, 1]);
    expect(attempts.map(({ reason }) => reason)).toEqual(["NOT_LEADER_NODE"]);
  });

  it("begins at the next seed if the first one does not run", async () => {
    const leader = await node();
    const { calls, attempts } = clusterOf([await refusing(), leader.address]);
    await calls.unary(request());
    await calls.unary(request());
    // It goes to another server, so the delay is not that of an overload.
    expect(attempts.map(({ code, delay }) => [code, delay <= 2])).toEqual([[Code.UNAVAILABLE, true]]);
    expect(leader.received).toBe(2);
  });

  it("finds the leader although two followers name each other", async () => {
    const addresses: string[] = [];
    const first = await follower(() => addresses[1] ?? "");
    const second = await follower(() => addresses[0] ?? "");
    const leader = await node();
    addresses.push(first.address, second.address);
    const { calls } = clusterOf([...addresses, leader.address]);
    await calls.unary(request());
    await calls.unary(request());
    expect([first.received, second.received, leader.received]).toEqual([1, 1, 2]);
  });

  it("waits for a leader that is not elected yet", async () => {
    let elections = 2;
    const only = await node(() => (elections-- > 0 ? new NotLeaderError({ leaderAddress: "" }) : undefined));
    const { calls, attempts } = clusterOf([only.address]);
    await calls.unary(request());
    expect(attempts.map(({ action, refused }) => [action, refused])).toEqual([
      ["redirect", undefined],
      ["redirect", undefined],
    ]);
  });

  it("ends after too many redirects", async () => {
    const only = await follower(() => "");
    const { calls } = clusterOf([only.address]);
    const error = await failureOf(calls.unary(request()));
    expect(reportOf(error)).toMatchObject({ stopped: "hops", outcome: "NOT_APPLIED" });
    expect(only.received).toBe(4);
  });

  it("that its own requests end says nothing about the leader", async () => {
    const leader = await node();
    let redirects = 0;
    let redirect: () => void = () => {};
    const redirecting = new Promise<void>((resolve) => {
      redirect = resolve;
    });
    const other = await startShapes(
      {
        ...OK,
        unary: async () => {
          redirects++;
          await redirecting;
          throw new NotLeaderError({ leaderAddress: leader.address });
        },
      },
      { catalogs: CATALOGS },
    );
    const { calls } = clusterOf([other.address]);
    let fail: (error: Error) => void = () => {};
    const failing = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const redirected = calls.unary(request());
    const ended = calls.clientStream(
      (async function* () {
        await failing;
        yield request();
      })(),
    );
    const caught = ended.catch((error: unknown) => error);
    redirect();
    await redirected;
    fail(new Error("mine"));
    expect(await caught).toMatchObject({ message: "mine" });
    await calls.unary(request());
    expect(redirects).toBe(1);
  });

  it("that was redirected late does not undo what a later call found", async () => {
    let fail: (error: Error) => void = () => {};
    const dead = await refusing();
    let isFirst = true;
    const leader = await startShapes(
      {
        unary: async (call, context) => {
          if (!isFirst) return OK.unary(call, context);
          isFirst = false;
          return new Promise<never>((_, reject) => {
            fail = reject;
          });
        },
      },
      { catalogs: CATALOGS },
    );
    const { calls, attempts } = clusterOf([leader.address]);
    const slow = calls.unary(request());
    await expect.poll(() => isFirst).toBe(false);
    await calls.unary(request());
    fail(new NotLeaderError({ leaderAddress: dead }));
    await slow;
    expect(attempts.map(({ address }) => address)).toEqual([`dns:///${leader.address}`]);
  });

  it("that waits when the client is closed ends with the server's error", async () => {
    const busy = await node(() => new ServerBusyError({ shard: 1 }, { retryDelay: 100 }));
    const { calls, attempts } = clusterOf([busy.address]);
    const error = failureOf(calls.unary(request()));
    await expect.poll(() => attempts.length).toBe(1);
    calls.close();
    expect(reportOf(await error)).toMatchObject({ stopped: "cancelled", attempts: [{ reason: "SERVER_BUSY" }] });
    expect((await error).reason).toBe("SERVER_BUSY");
  });

  it("is not redirected with recovery.none, and is with the recovery of other methods", async () => {
    const leader = await node();
    const other = await follower(() => leader.address);
    const { calls } = clusterOf([other.address], { recovery: { unary: recovery.none } });
    expect(await failureOf(calls.unary(request()))).toBeInstanceOf(NotLeaderError);
    expect(await calls.clientStream(() => [])).toEqual({ index: 0 });
  });

  it("whose requests cannot be given again fails, and later ones begin at the leader", async () => {
    const leader = await node();
    const other = await follower(() => leader.address);
    const { calls } = clusterOf([other.address]);
    expect(await failureOf(calls.clientStream([]))).toBeInstanceOf(NotLeaderError);
    expect(await calls.clientStream([request(), request()])).toEqual({ index: 2 });
    expect([other.received, leader.received]).toEqual([1, 1]);
  });

  it("that ran out of time makes later calls begin at the next seed", async () => {
    const silent = await startShapes({ unary: () => new Promise(() => {}) });
    const leader = await node();
    const { calls } = clusterOf([silent.address, leader.address]);
    const error = await failureOf(calls.unary(request(), { deadline: Date.now() + 100 }));
    expect(error.code).toBe(Code.DEADLINE_EXCEEDED);
    await calls.unary(request());
    expect(leader.received).toBe(1);
  });

  it("that may have been applied is not sent to another server, unless its method is idempotent", async () => {
    const first = await node(() => new CacheLoadLockTimeoutError());
    const contract = {
      unary: { path: "/shapes.v1.Shapes/Unary", errors: [] },
      clientStream: { path: "/shapes.v1.Shapes/ClientStream", errors: [], idempotencyLevel: "IDEMPOTENT" },
    } satisfies ServiceContract;
    const calls = cluster(ShapesClient, contract, {
      seeds: [first.address],
      credentials: credentials.createInsecure(),
      catalogs: CATALOGS,
      recovery: recovery.declared.with(FAST),
    });
    onTestFinished(() => calls.close());
    expect(reportOf(await failureOf(calls.unary(request())))?.stopped).toBe("may-be-applied");
    expect(reportOf(await failureOf(calls.clientStream(() => [])))?.stopped).toBe("attempts");
    expect(first.received).toBe(4);
  });
});

describe("a redirect", () => {
  const refused = async (leaderAddress: string, options: Partial<ClusterOptions<ShapesClient>> = {}) => {
    const other = await node(() => new NotLeaderError({ leaderAddress }));
    const { calls } = clusterOf([other.address], options);
    const error = await failureOf(calls.unary(request()));
    expect(error).toBeInstanceOf(NotLeaderError);
    return reportOf(error)?.attempts[0]?.refused;
  };

  it.each([
    ["0.0.0.0:2113", "0.0.0.0 stands for all addresses of the server; set the address that the server advertises"],
    ["[::]:2113", ":: stands for all addresses of the server; set the address that the server advertises"],
    [":2113", 'the host "" is neither a name nor an IP address'],
    ["node2:0", 'the port "0" is not a number from 1 to 65535'],
    ["::1:2113", 'write host:port, such as "node1.example:2113" or "[2001:db8::1]:2113"'],
    ["http://node2:2113", 'write host:port, such as "node1.example:2113" or "[2001:db8::1]:2113"'],
    ["unix:/run/docker.sock", 'write host:port, such as "node1.example:2113" or "[2001:db8::1]:2113"'],
  ])("to %s is not followed, and the report says why", async (address, why) => {
    expect(await refused(address)).toBe(`the redirect to ${JSON.stringify(address)} is not followed: ${why}`);
  });

  it("of two fields is checked like one of one field", async () => {
    const other = await node(() => new NotLeaderNodeError({ currentLeader: { host: "::", port: 70_000 } }));
    const { calls, attempts } = clusterOf([other.address]);
    await failureOf(calls.unary(request()));
    expect(attempts[0]?.refused).toBe(
      'the redirect to ":::70000" is not followed: the port "70000" is not a number from 1 to 65535',
    );
  });

  it("is followed only to the hosts that the program allows", async () => {
    const leader = await node();
    const byName = leader.address.replace("127.0.0.1", "localhost");
    const text = `the redirect to "${byName}" is not followed: allowedHosts does not allow localhost`;
    expect(await refused(byName, { allowedHosts: ["127.0.0.1"] })).toBe(text);
    expect(await refused(byName, { allowedHosts: ({ host }) => host === "127.0.0.1" })).toBe(text);
    const throwing = () => {
      throw new Error("no list of hosts");
    };
    expect(await refused(byName, { allowedHosts: throwing })).toBe(text);
    const { calls } = clusterOf([(await follower(() => byName)).address], { allowedHosts: ["localhost"] });
    await calls.unary(request());
    expect(leader.received).toBe(1);
  });

  it.each(["A.example", "a.example:2113", "[::1]", ""])("cannot be allowed to the host %j", (host) => {
    expect(() => clusterOf(["localhost:1"], { allowedHosts: ["a.example", host] })).toThrow(
      `cluster: allowedHosts[1] is ${JSON.stringify(host)}; write a host in lower case, without a port`,
    );
  });

  it("to the client's own machine is followed only if a seed is there", async () => {
    const leader = await node();
    const other = await follower(() => leader.address);
    const options = { "grpc.enable_http_proxy": 0 };
    const { calls, attempts } = clusterOf([other.address.replace("127.0.0.1", "0x7f.1")], { clientOptions: options });
    await calls.unary(request());
    expect(attempts.map(({ refused }) => refused)).toEqual([undefined]);
  });

  it("never leads from TLS to plaintext", async () => {
    let connections = 0;
    let bytes = Buffer.alloc(0);
    const plain = net.createServer((socket) => {
      connections++;
      socket.on("error", () => {});
      socket.on("data", (data) => {
        bytes = Buffer.concat([bytes, data]);
        socket.end();
      });
    });
    plain.listen(0, "127.0.0.1");
    await once(plain, "listening");
    onTestFinished(() => void plain.close());
    const { port } = plain.address() as net.AddressInfo;
    const server = new Server();
    server.addService(ShapesService, {
      ...richHandlers(ShapesService, {
        ...OK,
        unary: () => {
          throw new NotLeaderError({ leaderAddress: `localhost:${port}` });
        },
      }),
    });
    const seed = await new Promise<number>((resolve, reject) =>
      server.bindAsync(
        "127.0.0.1:0",
        ServerCredentials.createSsl(null, [{ private_key: KEY, cert_chain: CERTIFICATE }]),
        (error, bound) => (error ? reject(error) : resolve(bound)),
      ),
    );
    onTestFinished(() => server.forceShutdown());
    const { calls, attempts } = clusterOf([`localhost:${seed}`], { credentials: credentials.createSsl(CERTIFICATE) });
    await failureOf(calls.unary({ scenario: "a secret of the caller", before: 0 }));
    expect(attempts[0]).toMatchObject({ reason: "NOT_LEADER", action: "redirect" });
    expect(connections).toBeGreaterThan(0);
    // The first byte of a TLS handshake, not the preface of HTTP/2.
    expect(bytes[0]).toBe(0x16);
    expect(bytes.includes("a secret of the caller")).toBe(false);
  });
});

describe("a cluster client", () => {
  it("is made of any class of grpc-js", async () => {
    const leader = await node();
    const options = {
      seeds: [(await follower(() => leader.address)).address],
      credentials: credentials.createInsecure(),
      catalogs: CATALOGS,
    };
    const Generic = makeGenericClientConstructor(ShapesService, "Shapes");
    const definition = loadSync("shapes/v1/shapes.proto", { includeDirs: ["test/proto", PROTO_FOLDER] });
    const { shapes } = loadPackageDefinition(definition) as unknown as Loaded;
    for (const calls of [cluster(Generic, options), cluster(shapes.v1.Shapes, options)]) {
      onTestFinished(() => calls.close());
      const { unary } = calls as unknown as UnaryOnly;
      await unary(request());
    }
    expect(leader.received).toBe(2);
  });

  it("makes no more calls after close()", async () => {
    const leader = await node();
    const { calls } = clusterOf([leader.address]);
    await calls.unary(request());
    calls.close();
    const error = await failureOf(calls.unary(request()));
    expect(error).toMatchObject({ code: Code.UNAVAILABLE, outcome: "NOT_APPLIED" });
    expect(leader.received).toBe(1);
  });

  it("keeps the connections of streams that run on an old channel", async () => {
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const addresses: string[] = [];
    const old = await startShapes(
      {
        serverStream: async function* () {
          yield { index: 0 };
          await gate;
          yield { index: 1 };
        },
        unary: () => {
          throw new NotLeaderError({ leaderAddress: addresses[0] ?? "" });
        },
      },
      { catalogs: CATALOGS },
    );
    addresses.push((await node()).address);
    const { calls } = clusterOf([old.address], { channels: 1 });
    const indexes: number[] = [];
    for await (const { index } of calls.serverStream(request())) {
      indexes.push(index);
      if (index > 0) continue;
      await calls.unary(request());
      finish();
    }
    expect(indexes).toEqual([0, 1]);
  });

  it.each<[string, unknown, string]>([
    ["no options", undefined, "cluster: the options are undefined; write an object with seeds and credentials"],
    ["no seeds", { seeds: [] }, 'cluster: seeds is an array; write a list such as ["node1.example:2113"]'],
    ["a text", { seeds: "a:1" }, 'cluster: seeds is "a:1"; write a list such as ["node1.example:2113"]'],
    ["a seed without port", { seeds: ["a"] }, 'cluster: seeds[0] is "a"; write host:port, such as'],
    ["an unspecified seed", { seeds: ["a:1", "0.0.0.0:1"] }, 'cluster: seeds[1] is "0.0.0.0:1"; 0.0.0.0 stands for'],
    ["no credentials", { credentials: undefined }, "cluster: credentials is undefined; write credentials.createSsl()"],
    ["a wrong limit", { channels: 0 }, "cluster: channels is 0; write a whole number from 1"],
    ["wrong hosts", { allowedHosts: "a" }, 'cluster: allowedHosts is "a"; write a list of hosts, or a function'],
    ["an unknown option", { seed: [] }, 'cluster: the option "seed" is unknown; write "seeds"'],
    ["no catalogs", { catalogs: [{}] }, "cluster: catalogs[0] is"],
    ["no recovery", { recovery: { unary: 5 } }, "promises: recovery.unary is 5; write a recovery"],
    ["an unknown method", { recovery: { unray: recovery.none } }, 'promises: recovery has the method "unray"'],
    [
      "its own redirect",
      { recovery: recovery.declared.with({ redirect: () => undefined }) },
      "cluster: the recovery of unary has redirect, but a cluster client redirects by itself; remove redirect",
    ],
  ])("refuses %s", (_, changes, message) => {
    const options = { seeds: ["a:1"], credentials: credentials.createInsecure(), ...(changes as object) };
    const make = () => cluster(ShapesClient, (changes === undefined ? undefined : options) as never);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  it("refuses what is no class", () => {
    expect(() => cluster({} as never, {} as never)).toThrow(
      new TypeError("cluster: the class is an object; pass a generated class, such as OrdersClient"),
    );
  });
});

type UnaryOnly = { readonly unary: (request: object) => Promise<unknown> };

interface Loaded {
  readonly shapes: { readonly v1: { readonly Shapes: typeof ShapesClient } };
}
