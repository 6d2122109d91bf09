import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import {
  type Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  Server,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import {
  Code,
  promises,
  RichError,
  richErrorClientOptions,
  richErrorServerInterceptor,
  richHandlers,
} from "grpc-rich-errors";
import {
  AuthRequiredError,
  CacheLoadLockTimeoutError,
  ClientIdempotencyViolationError,
  catalog,
  InflightDuplicateWriteError,
  NotLeaderError,
  OptimisticConcurrencyViolationError,
  ServerBusyError,
} from "grpc-rich-errors/catalogs/eventlog";
import { type CallRecovery, type FailedAttempt, recovery, reportOf } from "grpc-rich-errors/recovery";
import { describe, expect, it, onTestFinished } from "vitest";
import { budgetOf } from "../../../src/client/recovery/budget.js";
import { LedgerClient, LedgerService } from "../../gen/ledger/v1/ledger.js";
import { LedgerContract } from "../../gen/ledger/v1/ledger.rich.js";
import { ShapesClient } from "../../gen/shapes/v1/shapes.js";
import { refusing, silentProcess } from "../../support/half-servers.js";
import { protoFolder } from "../../support/proto-folder.js";
import {
  type Handlers,
  listen,
  OK,
  request,
  SHAPES,
  type Shape,
  type Shapes,
  startShapes,
} from "../../support/shapes.js";
import { expectNothingUncaught } from "../../support/watch.js";

expectNothingUncaught();

const FAST = { delay: 1, backOffDelay: 1 };
const busy = () => new ServerBusyError({ shard: 1 });

/** Starts a server whose handlers fail as long as `failures` has errors. */
async function failing(failures: (Error | undefined)[], handlers: Partial<Handlers> = {}) {
  const seen: Metadata[] = [];
  const all: Handlers = { ...OK, ...handlers };
  const before = <Call extends { readonly metadata: Metadata }, Rest extends unknown[], Result>(
    handler: (call: Call, ...rest: Rest) => Result,
  ) => {
    return (call: Call, ...rest: Rest): Result => {
      seen.push(call.metadata);
      const failure = failures.shift();
      if (failure) throw failure;
      return handler(call, ...rest);
    };
  };
  const shapes = await startShapes(
    {
      unary: before(all.unary),
      clientStream: before(all.clientStream),
      serverStream: before(all.serverStream),
      bidi: before(all.bidi),
    },
    { catalogs: [catalog], client: richErrorClientOptions({ catalogs: [catalog] }) },
  );
  return { ...shapes, seen };
}

async function collect(
  { client }: Pick<Shapes, "client">,
  shape: Shape,
  recovery: CallRecovery<unknown, never, never>,
  options: object = {},
): Promise<unknown[]> {
  const calls = promises(client, { recovery });
  const requests = () => [request(2), request(2)];
  if (shape === "unary") return [await calls.unary(request(2), options)];
  if (shape === "clientStream") return [await calls.clientStream(requests, options)];
  const messages: unknown[] = [];
  const iterable = shape === "bidi" ? calls.bidi(requests, options) : calls.serverStream(request(2), options);
  for await (const message of iterable) messages.push(message);
  return messages;
}

/** Handlers of a plain server that fail with a pushback. */
function pushingBack(pushback: string, called: () => void): UntypedServiceImplementation {
  const metadata = new Metadata();
  metadata.set("grpc-retry-pushback-ms", pushback);
  const fail = (call: ServerDuplexStream<unknown, unknown>, callback?: (error: unknown) => void) => {
    called();
    const status = { code: Code.UNAVAILABLE, details: "busy", metadata };
    if (callback) callback(status);
    else call.emit("error", status);
  };
  return { unary: fail, clientStream: fail, serverStream: fail, bidi: fail } as unknown as UntypedServiceImplementation;
}

/** A promise, and what fulfills it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

async function read(responses: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of responses);
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
  const expected = { unary: [0], clientStream: [2], serverStream: [0, 1], bidi: [0, 1] }[shape];

  it("is made again until it succeeds, and says how often it was made before", async () => {
    const server = await failing([busy(), busy()]);
    const responses = await collect(server, shape, recovery.declared.with(FAST));
    expect(responses).toEqual(expected.map((index) => ({ index })));
    expect(server.seen.map((metadata) => metadata.get("grpc-previous-rpc-attempts"))).toEqual([[], ["1"], ["2"]]);
  });

  it("fails with the server's error after three attempts", async () => {
    const server = await failing([busy(), busy(), busy(), busy()]);
    const error = await failureOf(collect(server, shape, recovery.declared.with(FAST)));
    expect(error).toBeInstanceOf(ServerBusyError);
    expect(error.outcome).toBe("NOT_APPLIED");
    const report = reportOf(error);
    expect(report).toMatchObject({ stopped: "attempts", outcome: "NOT_APPLIED" });
    expect(report?.attempts.map(({ number, code, reason, action }) => [number, code, reason, action])).toEqual([
      [1, Code.UNAVAILABLE, "SERVER_BUSY", "wait"],
      [2, Code.UNAVAILABLE, "SERVER_BUSY", "wait"],
      [3, Code.UNAVAILABLE, "SERVER_BUSY", "fail"],
    ]);
    expect(report?.attempts.map(({ address }) => address)).toEqual(
      Array(3).fill(server.client.getChannel().getTarget()),
    );
    expect(server.seen).toHaveLength(3);
  });

  it("is made once without a recovery", async () => {
    const server = await failing([busy()]);
    expect(await failureOf(collect(server, shape, recovery.none))).toBeInstanceOf(ServerBusyError);
    expect(server.seen).toHaveLength(1);
  });

  it("is not made again if it may have been applied, unless that does no harm", async () => {
    const unknown = () => new CacheLoadLockTimeoutError();
    const server = await failing([unknown()]);
    const error = await failureOf(collect(server, shape, recovery.declared.with(FAST)));
    expect(reportOf(error)).toMatchObject({ stopped: "may-be-applied", outcome: "MAYBE_APPLIED" });
    expect(error.outcome).toBe("MAYBE_APPLIED");
    for (const kind of [recovery.idempotent, recovery.readOnly, recovery.keyed<unknown>({})]) {
      const again = await failing([unknown()]);
      expect(await collect(again, shape, kind.with(FAST))).toHaveLength(expected.length);
      expect(again.seen).toHaveLength(2);
    }
  });

  it("keeps the metadata and the deadline of its caller in all attempts", async () => {
    const server = await failing([busy()]);
    const metadata = new Metadata();
    metadata.set("x-own", "mine");
    await collect(server, shape, recovery.declared.with(FAST), { metadata, deadline: Date.now() + 60_000 });
    expect(server.seen.map((sent) => sent.get("x-own"))).toEqual([["mine"], ["mine"]]);
    expect(metadata.getMap()).toEqual({ "x-own": "mine" });
  });

  it("fails at once, with the delay, if the delay does not fit into the deadline", async () => {
    const slow = new ServerBusyError({ shard: 1 }, { retryDelay: 60_000 });
    const server = await failing([slow]);
    const error = await failureOf(
      collect(server, shape, recovery.declared.with(FAST), { deadline: Date.now() + 30_000 }),
    );
    expect(error).toBeInstanceOf(ServerBusyError);
    expect(error.retryDelay).toBeGreaterThanOrEqual(60_000);
    expect(reportOf(error)).toMatchObject({ stopped: "deadline", outcome: "NOT_APPLIED" });
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ["-1", "pushback"],
    ["soon", "pushback"],
    ["60000", "deadline"],
  ] as const)("obeys the pushback %s", async (pushback, stopped) => {
    let calls = 0;
    const shapes = await startShapes({}, { unguarded: pushingBack(pushback, () => calls++), onlyInterceptors: [] });
    const options = { deadline: Date.now() + 30_000 };
    const error = await failureOf(collect(shapes, shape, recovery.idempotent.with(FAST), options));
    expect(error).toMatchObject({ code: Code.UNAVAILABLE, message: "busy" });
    expect(reportOf(error)).toMatchObject({ stopped });
    expect(error.retryDelay).toEqual(stopped === "deadline" ? expect.toSatisfy((delay) => delay >= 60_000) : undefined);
    expect(calls).toBe(1);
  });

  it("ends when its signal is aborted between two attempts", async () => {
    const server = await failing([new ServerBusyError({ shard: 1 }, { retryDelay: 60_000 })]);
    const abort = new AbortController();
    const reason = new Error("changed my mind");
    const kind = recovery.declared.with({ ...FAST, onAttempt: () => setImmediate(() => abort.abort(reason)) });
    const error = await failureOf(collect(server, shape, kind, { signal: abort.signal }));
    expect(error).toMatchObject({ code: Code.CANCELLED, cause: reason });
    expect(reportOf(error)).toMatchObject({ stopped: "cancelled", outcome: "NOT_APPLIED" });
    expect(reportOf(error)?.attempts).toHaveLength(1);
  });

  it("calls onAttempt after each failed attempt", async () => {
    const server = await failing([busy(), busy()]);
    const attempts: FailedAttempt[] = [];
    await collect(server, shape, recovery.declared.with({ ...FAST, onAttempt: (attempt) => attempts.push(attempt) }));
    expect(attempts.map(({ number, action }) => [number, action])).toEqual([
      [1, "wait"],
      [2, "wait"],
    ]);
  });

  it("follows a redirect to another client", async () => {
    const leader = await failing([]);
    const follower = await failing([new NotLeaderError({ leaderAddress: leader.address })]);
    const kind = recovery.declared.with({ redirect: () => leader.client });
    const calls = promises(follower.client, {
      recovery: { unary: kind, clientStream: kind, serverStream: kind, bidi: kind },
    });
    if (shape === "unary") await calls.unary(request());
    else if (shape === "clientStream") await calls.clientStream(() => []);
    else await read(shape === "bidi" ? calls.bidi(() => []) : calls.serverStream(request(1)));
    expect([follower.seen.length, leader.seen.length]).toEqual([1, 1]);
  });

  it("gets credentials once for all calls that wait for them, and sends them", async () => {
    const expired = (call: { readonly metadata: Metadata }) => {
      if (call.metadata.get("authorization")[0] !== "new") throw new AuthRequiredError();
    };
    const server = await failing([], {
      unary: (call) => {
        expired(call);
        return { index: 0 };
      },
      clientStream: (call) => {
        expired(call);
        return { index: 0 };
      },
      serverStream: (call) => {
        expired(call);
        return [{ index: 0 }];
      },
      async *bidi(call) {
        expired(call);
        yield { index: 0 };
      },
    });
    let renewals = 0;
    const kind = recovery.declared.with({
      ...FAST,
      authenticate: async () => {
        renewals++;
        const metadata = new Metadata();
        metadata.set("authorization", "new");
        return metadata;
      },
    });
    const old = () => {
      const metadata = new Metadata();
      metadata.set("authorization", "old");
      return { metadata };
    };
    await Promise.all(Array.from({ length: 20 }, () => collect(server, shape, kind, old())));
    expect(renewals).toBe(1);
    expect(server.seen).toHaveLength(40);
  });
});

describe("a RESOURCE_EXHAUSTED", () => {
  it.each([
    ["too large to send", "grpc.max_send_message_length", "NOT_APPLIED", 0],
    ["too large to receive", "grpc.max_receive_message_length", "MAYBE_APPLIED", 1],
  ] as const)("of the client is not made again: a message %s", async (_, option, outcome, calls) => {
    let called = 0;
    const unary = () => {
      called++;
      return { index: 5 };
    };
    const { client } = await startShapes({ unary }, { client: { [option]: 1 } });
    const { unary: call } = promises(client, { recovery: recovery.idempotent.with(FAST) });
    const error = await failureOf(call({ scenario: "long", before: 7 }));
    expect(error).toMatchObject({ code: Code.RESOURCE_EXHAUSTED, origin: "CLIENT", outcome });
    expect(reportOf(error)).toMatchObject({ stopped: "not-recoverable", attempts: [{ number: 1 }] });
    expect(called).toBe(calls);
  });

  it("of a server is made again if it has a RetryInfo, and only then", async () => {
    const exhausted = (retryDelay?: number) =>
      new RichError(Code.RESOURCE_EXHAUSTED, "quota", retryDelay === undefined ? {} : { retryDelay });
    const server = await failing([exhausted(1), exhausted()]);
    const calls = promises(server.client, { recovery: recovery.idempotent.with(FAST) });
    const error = await failureOf(calls.unary(request()));
    expect(error).toMatchObject({ code: Code.RESOURCE_EXHAUSTED, origin: "SERVER" });
    expect(reportOf(error)?.attempts.map(({ action }) => action)).toEqual(["wait", "fail"]);
  });
});

describe("clients of one target", () => {
  it("share a retry budget, and those of another target do not", async () => {
    const server = await failing(Array.from({ length: 10 }, busy));
    const options = richErrorClientOptions({ catalogs: [catalog] });
    const another = new ShapesClient(server.address, credentials.createInsecure(), options);
    onTestFinished(() => another.close());
    const budget = budgetOf(server.client.getChannel().getTarget());
    budget.take(budget.tokens);
    for (const client of [server.client, another]) {
      const error = await failureOf(promises(client, { recovery: recovery.declared.with(FAST) }).unary(request()));
      expect(reportOf(error)).toMatchObject({ stopped: "budget", attempts: [{ action: "fail", delay: 0 }] });
    }
    const elsewhere = await failing([busy()]);
    const { unary } = promises(elsewhere.client, { recovery: recovery.declared.with(FAST) });
    expect(await unary(request())).toEqual({ index: 0 });
  });
});

describe("a call with requests", () => {
  it("is not made again if its requests cannot be given again", async () => {
    const server = await failing([busy(), busy()]);
    const calls = promises(server.client, { recovery: recovery.declared.with(FAST) });
    await expect(calls.clientStream([request()])).rejects.toBeInstanceOf(ServerBusyError);
    await expect(calls.bidi([request()])[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(ServerBusyError);
    expect(server.seen).toHaveLength(2);
  });

  it("fails with what its requests throw, even if that is the error of another call", async () => {
    const { client } = await failing([]);
    const upstream = await failureOf((await failing([busy()])).calls.unary(request()));
    let given = 0;
    const requests = async function* () {
      given++;
      yield request();
      throw upstream;
    };
    const throwing = () => {
      given++;
      throw upstream;
    };
    const calls = promises(client, { recovery: recovery.idempotent.with(FAST) });
    for (const each of [requests, throwing]) {
      await expect(calls.clientStream(each)).rejects.toBe(upstream);
      await expect(read(calls.bidi(each))).rejects.toBe(upstream);
    }
    expect(given).toBe(4);
  });
});

describe("a server stream", () => {
  it("is not made again after its first message", async () => {
    const server = await failing([], {
      async *serverStream() {
        yield { index: 0 };
        throw busy();
      },
    });
    const error = await failureOf(collect(server, "serverStream", recovery.readOnly.with(FAST)));
    expect(error).toBeInstanceOf(ServerBusyError);
    expect(server.seen).toHaveLength(1);
  });

  it("stops waiting when its reader stops", async () => {
    const server = await failing([new ServerBusyError({ shard: 1 }, { retryDelay: 60_000 })]);
    const failed = gate();
    const calls = promises(server.client, { recovery: recovery.readOnly.with({ onAttempt: failed.open }) });
    const responses = calls.serverStream(request(2))[Symbol.asyncIterator]();
    const reading = responses.next();
    await failed.opened;
    expect(await responses.return?.()).toEqual({ done: true, value: undefined });
    expect(await reading).toEqual({ done: true, value: undefined });
    expect(server.seen).toHaveLength(1);
  });

  it("serves concurrent readers in order, and only the first gets the error", async () => {
    const server = await failing([busy()]);
    const calls = promises(server.client, { recovery: recovery.readOnly.with(FAST) });
    const responses = calls.serverStream(request(2))[Symbol.asyncIterator]();
    const results = await Promise.all([responses.next(), responses.next(), responses.next()]);
    expect(results.map(({ value }) => value)).toEqual([{ index: 0 }, { index: 1 }, undefined]);

    const broken = await failing([busy(), busy(), busy()]);
    const failed = promises(broken.client, { recovery: recovery.readOnly.with(FAST) }).serverStream(request(2));
    const reader = failed[Symbol.asyncIterator]();
    const [first, second] = await Promise.allSettled([reader.next(), reader.next()]);
    expect(first).toMatchObject({ status: "rejected", reason: expect.any(ServerBusyError) });
    expect(second).toEqual({ status: "fulfilled", value: { done: true, value: undefined } });
  });
});

describe("a write", () => {
  type Write = ReturnType<typeof request>;
  const landed = () => new ClientIdempotencyViolationError({ clientId: "c", clientSequence: 1n });
  const conflict = () =>
    new OptimisticConcurrencyViolationError({ aggregate: "a", expectedVersion: 1n, actualVersion: 2n });
  const held = () => new InflightDuplicateWriteError({ clientId: "c", clientSequence: 1n });

  it("that already landed succeeds only if it is verified as the call's own", async () => {
    for (const answer of ["ours", "another", "unknown"] as const) {
      const server = await failing([landed()]);
      const verification = answer === "ours" ? { landed: answer, response: { index: 7 } } : { landed: answer };
      const calls = promises(server.client, {
        recovery: { unary: recovery.keyed({ ...FAST, verify: () => verification }) },
      });
      if (answer === "ours") {
        expect(await calls.unary(request())).toEqual({ index: 7 });
        continue;
      }
      const error = await failureOf(calls.unary(request()));
      expect(error).toBeInstanceOf(ClientIdempotencyViolationError);
      expect(reportOf(error)).toMatchObject(
        answer === "another"
          ? { stopped: "conflict", outcome: "NOT_APPLIED" }
          : { stopped: "may-be-applied", outcome: "MAYBE_APPLIED" },
      );
    }
  });

  it("that already landed fails without verify, and with a verify that throws", async () => {
    const server = await failing([landed(), landed()]);
    const plain = promises(server.client, { recovery: { unary: recovery.keyed({}) } });
    expect(reportOf(await failureOf(plain.unary(request())))).toMatchObject({ stopped: "no-callback" });
    const thrown = new Error("no such table");
    const verify = () => {
      throw thrown;
    };
    const verifying = promises(server.client, { recovery: { unary: recovery.keyed({ verify }) } });
    const error = await failureOf(verifying.unary(request()));
    expect(error).toBeInstanceOf(ClientIdempotencyViolationError);
    expect(reportOf(error)).toMatchObject({ thrown, outcome: "MAYBE_APPLIED" });
  });

  it("is rebuilt before it is sent again", async () => {
    const scenarios: string[] = [];
    const server = await failing([conflict(), held()], {
      unary: (call) => {
        scenarios.push(call.request.scenario);
        return { index: 0 };
      },
    });
    const refresh = (write: Write, error: RichError) => ({ ...write, scenario: `${write.scenario}, ${error.reason}` });
    await promises(server.client, { recovery: { unary: recovery.keyed({ ...FAST, refresh }) } }).unary(request());
    expect(scenarios).toEqual([", OPTIMISTIC_CONCURRENCY_VIOLATION, INFLIGHT_DUPLICATE_WRITE"]);
  });

  it("keeps an unknown outcome, whatever later attempts say", async () => {
    const server = await failing([new CacheLoadLockTimeoutError(), conflict()]);
    const refresh = (write: Write) => write;
    const calls = promises(server.client, { recovery: { unary: recovery.idempotent.with({ ...FAST, refresh }) } });
    const error = await failureOf(calls.unary(request()));
    expect(error).toBeInstanceOf(OptimisticConcurrencyViolationError);
    expect(error.definition?.outcome).toBe("NOT_APPLIED");
    expect(error.outcome).toBe("MAYBE_APPLIED");
    expect(reportOf(error)).toMatchObject({ stopped: "may-be-applied" });
  });

  it("fails with the last error of the call if its refresh throws", async () => {
    const server = await failing([conflict()]);
    const thrown = new Error("cannot read");
    const refresh = () => Promise.reject(thrown);
    const calls = promises(server.client, { recovery: { unary: recovery.keyed<Write>({ ...FAST, refresh }) } });
    const error = await failureOf(calls.unary(request()));
    expect(error).toBeInstanceOf(OptimisticConcurrencyViolationError);
    expect(reportOf(error)).toMatchObject({ stopped: "callback-failed", thrown });
  });

  it("holds the later ones of its order until it is over", async () => {
    const order: string[] = [];
    const released = gate();
    const refreshing = gate();
    let holds = 0;
    const server = await failing([], {
      unary: (call) => {
        const { scenario } = call.request;
        order.push(scenario);
        if (scenario === "first" && holds++ < 5) throw held();
        return { index: 0 };
      },
    });
    const kind = recovery.keyed<Write>({
      ...FAST,
      order: ({ before }) => before,
      refresh: async (write) => {
        refreshing.open();
        await released.opened;
        return write;
      },
    });
    const calls = promises(server.client, { recovery: { unary: kind } });
    const write = (scenario: string, before = 1) => calls.unary({ scenario, before });
    const first = write("first");
    await refreshing.opened;
    const second = write("second");
    const third = write("third");
    await write("of another order", 2);
    expect(order).toEqual(["first", "of another order"]);
    released.open();
    await Promise.all([first, second, third]);
    expect(order.slice(-3)).toEqual(["first", "second", "third"]);
    expect(holds).toBe(6);
  });

  it("that waits for a held one fails at its deadline", async () => {
    const server = await failing([held(), held()]);
    const refreshing = gate();
    const refresh = (): Promise<Write> => {
      refreshing.open();
      return new Promise(() => {});
    };
    const kind = recovery.keyed<Write>({ ...FAST, order: () => "all", refresh });
    const calls = promises(server.client, { recovery: { unary: kind } });
    void calls.unary(request()).catch(() => {});
    await refreshing.opened;
    const error = await failureOf(calls.unary(request(), { deadline: Date.now() + 100 }));
    expect(error).toMatchObject({ code: Code.DEADLINE_EXCEEDED, outcome: "NOT_APPLIED" });
    expect(reportOf(error)).toMatchObject({ stopped: "deadline", attempts: [] });
    expect(server.seen).toHaveLength(1);
  });
});

describe("promises with a recovery", () => {
  const config = (entry: object) => JSON.stringify({ methodConfig: [entry] });
  const retryPolicy = {
    maxAttempts: 3,
    initialBackoff: "0.1s",
    maxBackoff: "1s",
    backoffMultiplier: 2,
    retryableStatusCodes: ["UNAVAILABLE"],
  };

  it("refuses a method that the service config retries", async () => {
    const name = [{ service: "shapes.v1.Shapes", method: "Unary" }];
    const { client } = await startShapes({}, { client: { "grpc.service_config": config({ name, retryPolicy }) } });
    expect(() => promises(client, { recovery: recovery.declared })).toThrow(
      new TypeError(
        "promises: the service config of the client has a retryPolicy for /shapes.v1.Shapes/Unary, which recovery would multiply; remove it, or write recovery.none for this method",
      ),
    );
    promises(client, { recovery: { unary: recovery.none, bidi: recovery.declared } });
    promises(client);
  });

  it.each([
    ["of all methods", { name: [{}], retryPolicy }, true],
    ["of a hedged method", { name: [{}], hedgingPolicy: { maxAttempts: 2 } }, true],
    ["of the service", { name: [{ service: "shapes.v1.Shapes" }], retryPolicy }, true],
    ["of another service", { name: [{ service: "shapes.v1.Other" }], retryPolicy }, false],
    ["without retries", { name: [{}], timeout: "1s" }, false],
  ])("reads a service config %s", async (_, entry, isRefused) => {
    const { client } = await startShapes({}, { client: { "grpc.service_config": config(entry) } });
    const install = () => promises(client, { recovery: recovery.declared });
    if (isRefused) expect(install).toThrow(/ has a (retry|hedging)Policy for /);
    else expect(install().unary).toBeTypeOf("function");
  });

  it("accepts a service config whose retries are off", async () => {
    const options = { "grpc.service_config": config({ name: [{}], retryPolicy }), "grpc.enable_retries": 0 };
    const { client } = await startShapes({}, { client: options });
    expect(promises(client, { recovery: recovery.declared }).unary).toBeTypeOf("function");
  });

  it.each([
    [{ recovery: 5 }, "promises: recovery is 5; write recovery.declared, or an object with a recovery for each method"],
    [{ recovery: { unary: {} } }, "promises: recovery.unary is an object; write a recovery, such as recovery.declared"],
    [
      { recovery: { unry: recovery.none } },
      'promises: recovery has the method "unry", which the client does not have; write "unary"',
    ],
    [{ recovery: recovery.none, retries: 3 }, 'promises: the option "retries" is unknown; write "recovery"'],
  ])("refuses %j", async (options, message) => {
    const { client } = await startShapes({});
    expect(() => promises(client, options as never)).toThrow(new TypeError(message));
  });
});

describe("a method", () => {
  it("that declares an idempotency_level is made again although it may have been applied", async () => {
    const folder = protoFolder({
      "shapes.proto": `
        syntax = "proto3";
        package shapes.v1;
        service Shapes {
          rpc Unary(Message) returns (Message) { option idempotency_level = LEVEL; }
        }
        message Message {}`,
    });
    const proto = `${folder}/shapes.proto`;
    for (const [level, attempts] of [
      ["NO_SIDE_EFFECTS", 2],
      ["IDEMPOTENT", 2],
      ["IDEMPOTENCY_UNKNOWN", 1],
    ] as const) {
      writeFileSync(proto, readFileSync(proto, "utf8").replace(/(?<=idempotency_level = )\w+/, level));
      const server = await failing([new CacheLoadLockTimeoutError()]);
      const { shapes } = loadPackageDefinition(loadSync(proto)) as unknown as Loaded;
      const options = richErrorClientOptions({ catalogs: [catalog] });
      const client = new shapes.v1.Shapes(server.address, credentials.createInsecure(), options);
      onTestFinished(() => client.close());
      const { unary } = promises(client, { recovery: recovery.declared.with(FAST) }) as unknown as UnaryOnly;
      const error = await unary?.({}).catch((error: unknown) => error);
      expect(server.seen).toHaveLength(attempts);
      expect(error instanceof CacheLoadLockTimeoutError).toBe(attempts === 1);
    }
  });
});

describe("a contract", () => {
  it("tells which methods of a client of ts-proto are idempotent", async () => {
    const received: string[] = [];
    const fail = (name: string) => () => {
      received.push(name);
      throw new CacheLoadLockTimeoutError();
    };
    const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
    const handlers = { append: fail("append"), find: fail("find"), getVersion: fail("getVersion") };
    server.addService(LedgerService, richHandlers(LedgerService, handlers));
    const address = `127.0.0.1:${await listen(server)}`;
    const client = new LedgerClient(
      address,
      credentials.createInsecure(),
      richErrorClientOptions({ catalogs: [catalog] }),
    );
    onTestFinished(() => {
      client.close();
      server.forceShutdown();
    });
    const ledger = promises(client, LedgerContract, { recovery: recovery.declared.with(FAST) });
    const event = { key: undefined, eventId: "e", aggregate: "a" };
    await failureOf(ledger.append(event));
    await failureOf(ledger.find({ clientId: "c", sequence: 1 }));
    await failureOf(ledger.getVersion({ name: "a" }));
    expect(received).toEqual(["append", ...Array(3).fill("find"), ...Array(3).fill("getVersion")]);
  });
});

type UnaryOnly = Readonly<Record<string, (request: object) => Promise<unknown>>>;

interface Loaded {
  readonly shapes: { readonly v1: { readonly Shapes: new (...args: ConstructorParameters<typeof Client>) => Client } };
}

describe("a call within another", () => {
  /** Starts a server that calls another one, with a recovery that may use the call it serves. */
  async function within(failure: Error, kind: (parent: ServerUnaryCall<unknown, unknown>) => AnyRecovery) {
    const backend = await failing([failure]);
    const over = gate();
    const errors: unknown[] = [];
    const front = await startShapes({
      unary: async (parent) => {
        const { unary } = promises(backend.client, { recovery: { unary: kind(parent) } });
        await unary(request(), { parent: parent as never }).catch((error: unknown) => errors.push(error));
        over.open();
        return { index: 0 };
      },
    });
    return { front, backend, errors, over: over.opened };
  }

  it("is not made again beyond the deadline of the other", async () => {
    const late = new ServerBusyError({ shard: 1 }, { retryDelay: 60_000 });
    const { front, backend, errors } = await within(late, () => recovery.declared.with(FAST));
    await front.calls.unary(request(), { deadline: Date.now() + 30_000 });
    expect(reportOf(errors[0])).toMatchObject({ stopped: "deadline" });
    expect(backend.seen).toHaveLength(1);
  });

  it("is not made again after the other is cancelled", async () => {
    const abort = new AbortController();
    const conflict = new OptimisticConcurrencyViolationError({
      aggregate: "a",
      expectedVersion: 1n,
      actualVersion: 2n,
    });
    const { front, backend, errors, over } = await within(conflict, (parent) =>
      recovery.keyed({
        ...FAST,
        refresh: async (write: ReturnType<typeof request>) => {
          abort.abort();
          if (!parent.cancelled) await once(parent, "cancelled");
          return write;
        },
      }),
    );
    await failureOf(front.calls.unary(request(), { signal: abort.signal }));
    await over;
    expect(errors).toMatchObject([{ code: Code.CANCELLED }]);
    expect(backend.seen).toHaveLength(1);
  });
});

type AnyRecovery = CallRecovery<ReturnType<typeof request>, never, never>;

describe("a server that dies", () => {
  it("leaves the outcome of its calls unknown, so that only harmless ones are made again", async () => {
    for (const [kind, expected] of [
      [recovery.declared, { stopped: "may-be-applied", outcome: "MAYBE_APPLIED" }],
      [recovery.idempotent, { stopped: "attempts", outcome: "MAYBE_APPLIED" }],
    ] as const) {
      const { address, child } = await silentProcess();
      const client = new ShapesClient(address, credentials.createInsecure(), richErrorClientOptions());
      onTestFinished(() => client.close());
      const calling = failureOf(promises(client, { recovery: kind.with(FAST) }).unary(request()));
      if (child.stdout) await once(child.stdout, "data");
      child.kill("SIGKILL");
      const error = await calling;
      const report = reportOf(error);
      expect(report).toMatchObject(expected);
      expect(error.outcome).toBe("MAYBE_APPLIED");
      expect(report?.attempts[0]?.error.outcome).toBe("MAYBE_APPLIED");
      expect(report?.attempts.length).toBe(kind === recovery.declared ? 1 : 3);
    }
  });

  it("is asked again without a cost, because no request reaches it", async () => {
    const address = await refusing();
    const client = new ShapesClient(address, credentials.createInsecure(), richErrorClientOptions());
    onTestFinished(() => client.close());
    const error = await failureOf(promises(client, { recovery: recovery.declared.with(FAST) }).unary(request()));
    expect(reportOf(error)).toMatchObject({ stopped: "attempts", outcome: "NOT_APPLIED" });
    expect(budgetOf(client.getChannel().getTarget()).tokens).toBe(500);
  });
});
