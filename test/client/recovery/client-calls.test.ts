import { once } from "node:events";
import { credentials, Metadata, type ServerUnaryCall } from "@grpc/grpc-js";
import { Code, promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import {
  AuthRequiredError,
  CacheLoadLockTimeoutError,
  catalog,
  NotLeaderError,
  OptimisticConcurrencyViolationError,
  ServerBusyError,
} from "grpc-rich-errors/catalogs/eventlog";
import { type CallRecovery, type FailedAttempt, recovery, reportOf } from "grpc-rich-errors/recovery";
import { describe, expect, it, onTestFinished } from "vitest";
import { budgetOf } from "../../../src/client/recovery/retry-budget.js";
import { ShapesClient } from "../../gen/shapes/v1/shapes.js";
import { refusing, silentProcess } from "../../support/half-servers.js";
import { request, SHAPES, startShapes } from "../../support/shapes.js";
import { expectNothingUncaught } from "../../support/watch.js";
import { busy, collect, FAST, failing, failureOf, gate, pushingBack, read } from "./failing-calls.js";

expectNothingUncaught();

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
      // Another test of this process may have met a closed port of the same number.
      const options = { ...richErrorClientOptions(), "grpc.use_local_subchannel_pool": 1 };
      const client = new ShapesClient(address, credentials.createInsecure(), options);
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
