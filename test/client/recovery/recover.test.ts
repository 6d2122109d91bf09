import { Metadata } from "@grpc/grpc-js";
import { bulkhead } from "cockatiel";
import { Code, RichError, richErrorClientOptions } from "grpc-rich-errors";
import {
  AuthRequiredError,
  CacheLoadLockTimeoutError,
  catalog,
  NotLeaderError,
  OptimisticConcurrencyViolationError,
  ServerBusyError,
} from "grpc-rich-errors/catalogs/eventlog";
import { recover, recovery, reportOf } from "grpc-rich-errors/recovery";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { budgetOf } from "../../../src/client/recovery/retry-budget.js";
import { request, startShapes } from "../../support/shapes.js";

const FAST = { delay: 1, backOffDelay: 1 };

/** Returns an error as a client gets it from a server. */
async function received(thrown: Error): Promise<RichError> {
  const { calls } = await startShapes(
    {
      unary: () => {
        throw thrown;
      },
    },
    { catalogs: [catalog], client: richErrorClientOptions({ catalogs: [catalog] }) },
  );
  const error = await calls.unary(request()).catch((error: unknown) => error);
  return RichError.from(error);
}

function busy(): Promise<RichError> {
  return received(new ServerBusyError({ shard: 1 }));
}

/** Returns a function that throws each error once, and then returns the number of its calls. */
function throwing(errors: readonly unknown[]) {
  const left = [...errors];
  let calls = 0;
  return async (): Promise<number> => {
    calls++;
    if (left.length > 0) throw left.shift();
    return calls;
  };
}

describe("recover", () => {
  it("calls a function until it succeeds", async () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
    const options = { recovery: recovery.declared.with(FAST) };
    expect(await recover(options, throwing([refused, refused]))).toBe(3);
  });

  it("throws anything that is no failed call as it is, at once", async () => {
    for (const thrown of [new TypeError("no such function"), "a text", new RichError(Code.UNAVAILABLE, "made here")]) {
      const send = throwing([thrown]);
      await expect(recover({ recovery: recovery.idempotent }, send)).rejects.toBe(thrown);
      expect(await send()).toBe(2);
    }
  });

  it("gives each attempt the request, the server and the metadata of the callbacks", async () => {
    const errors = [
      await received(
        new OptimisticConcurrencyViolationError({ aggregate: "a", expectedVersion: 1n, actualVersion: 2n }),
      ),
      await received(new NotLeaderError({ leaderAddress: "b:1" })),
      await received(new AuthRequiredError()),
    ];
    const metadata = new Metadata();
    const kind = recovery.keyed({
      ...FAST,
      refresh: ({ version }: { version: number }) => ({ version: version + 1 }),
      redirect: (error) => (error instanceof NotLeaderError ? error.detail.leaderAddress : undefined),
      authenticate: () => metadata,
    });
    const seen: unknown[] = [];
    await recover({ recovery: kind, request: { version: 1 }, catalogs: [catalog], address: "a:1" }, async (attempt) => {
      seen.push([attempt.number, attempt.request.version, attempt.target, attempt.metadata, attempt.previous?.code]);
      const error = errors.shift();
      if (error) throw error;
    });
    expect(seen).toEqual([
      [1, 1, undefined, undefined, undefined],
      [2, 2, undefined, undefined, Code.ABORTED],
      [3, 2, "b:1", undefined, Code.FAILED_PRECONDITION],
      [4, 2, "b:1", metadata, Code.UNAUTHENTICATED],
    ]);
  });

  it("fails if redirect knows no server", async () => {
    const send = throwing([await received(new NotLeaderError({ leaderAddress: "" }))]);
    const kind = recovery.declared.with({ redirect: () => undefined });
    const error = await recover({ recovery: kind, catalogs: [catalog] }, send).catch((error: unknown) => error);
    expect(reportOf(error)).toMatchObject({ stopped: "hops" });
  });

  it("fails with the last error of a server, not with a later one of the network", async () => {
    const refused = () =>
      Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
    const send = throwing([await busy(), refused(), refused()]);
    const error = await recover({ recovery: recovery.declared.with(FAST), catalogs: [catalog] }, send).catch((e) => e);
    expect(error).toBeInstanceOf(ServerBusyError);
    expect(reportOf(error)?.attempts.map(({ error }) => error.origin)).toEqual(["SERVER", "TRANSPORT", "TRANSPORT"]);
  });

  it("stops with its deadline and its signal", async () => {
    const kind = recovery.declared.with({ delay: 60_000, backOffDelay: 60_000 });
    const late = await recover({ recovery: kind, deadline: Date.now() }, throwing([await busy()])).catch((e) => e);
    expect(reportOf(late)).toMatchObject({ stopped: "deadline" });
    const signal = AbortSignal.abort();
    const aborted = await recover({ recovery: kind, signal }, throwing([await busy()])).catch((e) => e);
    expect(reportOf(aborted)).toMatchObject({ stopped: "cancelled" });
  });

  it.each<[string, RichError | Error, object]>([
    ["verify", new CacheLoadLockTimeoutError({ retryDelay: 60_000 }), { verify: () => new Promise(() => {}) }],
    ["authenticate", new AuthRequiredError(), { authenticate: () => new Promise(() => {}) }],
    [
      "refresh",
      new OptimisticConcurrencyViolationError({ aggregate: "a", expectedVersion: 1n, actualVersion: 2n }),
      { refresh: () => new Promise(() => {}) },
    ],
    ["redirect", new NotLeaderError({ leaderAddress: "b:1" }), { redirect: () => new Promise(() => {}) }],
  ])("does not wait for %s beyond its deadline and its signal", async (_, thrown, callbacks) => {
    const error = await received(thrown);
    const options = { recovery: recovery.keyed({ ...FAST, refresh: (one: undefined) => one, ...callbacks }) };
    const late = recover({ ...options, deadline: Date.now() + 100 }, throwing([error, error]));
    expect(reportOf(await late.catch((error: unknown) => error))).toMatchObject({ stopped: "deadline" });
    const aborted = recover({ ...options, signal: AbortSignal.timeout(100) }, throwing([error, error]));
    expect(reportOf(await aborted.catch((error: unknown) => error))).toMatchObject({ stopped: "cancelled" });
  });

  it.each([{}, { landed: "theirs" }, true, null])("does not take %j of verify for a conflict", async (landed) => {
    const unknown = await received(new CacheLoadLockTimeoutError({ retryDelay: 60_000 }));
    const keyed = recovery.keyed({ ...FAST, refresh: (one: undefined) => one, verify: () => landed as never });
    const failed = await recover({ recovery: keyed, deadline: Date.now() + 1000 }, throwing([unknown])).catch(
      (error: unknown) => error,
    );
    expect(reportOf(failed)).toMatchObject({ outcome: "MAYBE_APPLIED", thrown: expect.any(TypeError) });
    expect(String(reportOf(failed)?.thrown)).toMatch(
      /^TypeError: verify returned .*; return \{ landed: "ours", response \}/,
    );
  });

  it("says what authenticate has to return", async () => {
    const authenticate = () => ({ token: "1" }) as never;
    const required = await received(new AuthRequiredError());
    const failed = await recover({ recovery: recovery.readOnly.with({ authenticate }) }, throwing([required])).catch(
      (error: unknown) => error,
    );
    expect(reportOf(failed)).toMatchObject({ stopped: "callback-failed" });
    expect(String(reportOf(failed)?.thrown)).toMatch(
      /^TypeError: authenticate returned .*; return Metadata of grpc-js/,
    );
  });

  it("refuses a signal that is none, and a call that is no function", async () => {
    const options = { recovery: recovery.readOnly };
    await expect(recover({ ...options, signal: {} as AbortSignal }, throwing([]))).rejects.toThrow(
      "signal must be an AbortSignal, not",
    );
    await expect(recover(options, "send" as never)).rejects.toThrow('recover: the call is "send"; write a function');
  });

  it("refunds what a retry cost when it succeeds, and stops when the budget of the address is used up", async () => {
    const budget = budgetOf("refund:1");
    for (let call = 0; call < 10; call++) budget.reward(0);
    const options = { recovery: recovery.declared.with(FAST), address: "refund:1" };
    expect(await recover(options, throwing([await busy()]))).toBe(2);
    expect(budget.tokens).toBe(500);
    const error = await recover(options, throwing([await busy(), await busy(), await busy()])).catch((e) => e);
    expect(reportOf(error)).toMatchObject({ stopped: "attempts" });
    expect(budget.tokens).toBe(490);
    await recover(options, throwing([]));
    expect(budget.tokens).toBe(491);
    budget.take(487);
    const poor = await recover(options, throwing([await busy()])).catch((e) => e);
    expect(reportOf(poor)).toMatchObject({ stopped: "budget", attempts: [{ action: "fail", delay: 0 }] });
    expect(budgetOf("another:1").tokens).toBe(500);
  });

  it("gets back what a retry costs that does not happen", async () => {
    const conflict = await received(
      new OptimisticConcurrencyViolationError({ aggregate: "a", expectedVersion: 1n, actualVersion: 2n }),
    );
    const elsewhere = await received(new NotLeaderError({ leaderAddress: "" }));
    const abort = new AbortController();
    const thrown = new Error("cannot read");
    const refresh = () => Promise.reject(thrown);
    const ways: readonly (readonly [unknown, ReturnType<typeof recovery.keyed<unknown>>, string])[] = [
      [conflict, recovery.keyed<unknown>({ ...FAST, refresh }), "callback-failed"],
      [elsewhere, recovery.keyed<unknown>({ ...FAST, redirect: () => undefined }), "hops"],
      [await busy(), recovery.keyed<unknown>({ backOffDelay: 60_000, onAttempt: () => abort.abort() }), "cancelled"],
    ];
    for (const [error, kind, stopped] of ways) {
      const options = { recovery: kind, catalogs: [catalog], address: "unsent:1", signal: abort.signal };
      const end: unknown = await recover(options, throwing([error])).catch((error: unknown) => error);
      expect(reportOf(end)).toMatchObject({ stopped });
      expect(budgetOf("unsent:1").tokens).toBe(500);
    }
  });

  it("does not call again what a full bulkhead stopped", async () => {
    const full = bulkhead(0);
    let calls = 0;
    const error = await recover({ recovery: recovery.idempotent.with(FAST) }, () => {
      calls++;
      return full.execute(async () => {});
    }).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: Code.RESOURCE_EXHAUSTED, origin: "CLIENT", outcome: "NOT_APPLIED" });
    expect(reportOf(error)).toMatchObject({ stopped: "not-recoverable", attempts: [{ delay: 0 }] });
    expect(calls).toBe(1);
  });

  it("pays for a server that turns requests away from recent tokens only, and for other retries from all", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const options = { recovery: recovery.declared.with(FAST), address: "recent:1", catalogs: [catalog] };
    const reset = () => Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    const stopped = (thrown: readonly unknown[], kind = options.recovery) =>
      recover({ ...options, recovery: kind }, throwing(thrown)).then(
        () => "success",
        (error: unknown) => reportOf(error)?.stopped,
      );
    const budget = budgetOf("recent:1");
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(await stopped([await busy(), await busy(), await busy()])).toBe("attempts");
    expect(await stopped([await busy()])).toBe("budget");
    expect(budget.tokens).toBe(490);
    const resets = [reset(), reset()];
    expect(await stopped(resets, recovery.idempotent.with(FAST))).toBe("success");
  });

  it("reports an exception in onAttempt as uncaught, and recovers nevertheless", async () => {
    const thrown = new Error("broken hook");
    const uncaught: unknown[] = [];
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.once("uncaughtException", (error) => uncaught.push(error));
    const onAttempt = () => {
      throw thrown;
    };
    expect(await recover({ recovery: recovery.declared.with({ ...FAST, onAttempt }) }, throwing([await busy()]))).toBe(
      2,
    );
    for (const listener of listeners) process.on("uncaughtException", listener);
    expect(uncaught).toEqual([thrown]);
  });

  it.each([
    [{ recovery: 5 }, "recover: recovery is 5; write one, such as recovery.readOnly"],
    [{ recovery: recovery.none, deadLine: 1 }, 'recover: the option "deadLine" is unknown; write "deadline"'],
    [{ recovery: recovery.none, catalogs: 5 }, "recover: catalogs is 5, not an array; write catalogs: [catalog]"],
  ])("refuses %o", async (options, message) => {
    await expect(recover(options as never, throwing([]))).rejects.toThrow(new TypeError(message));
  });
});

describe("with", () => {
  it.each([
    [{ attempts: 0 }, "recovery: attempts is 0; write a whole number from 1"],
    [{ hops: 1.5 }, "recovery: hops is 1.5; write a whole number from 0"],
    [{ delay: Number.NaN }, "recovery: delay is NaN; write milliseconds from 0"],
    [{ verify: 5 }, "recovery: verify is 5, not a function; write verify: (request, error) => …"],
    [{ refesh: () => {} }, 'recovery: the option "refesh" is unknown; write "refresh"'],
  ])("refuses %o", (options, message) => {
    expect(() => recovery.idempotent.with(options as object)).toThrow(new TypeError(message));
  });
});
