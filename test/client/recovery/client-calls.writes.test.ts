import { Code, promises, type RichError } from "grpc-rich-errors";
import {
  CacheLoadLockTimeoutError,
  ClientIdempotencyViolationError,
  InflightDuplicateWriteError,
  OptimisticConcurrencyViolationError,
} from "grpc-rich-errors/catalogs/eventlog";
import { recovery, reportOf } from "grpc-rich-errors/recovery";
import { describe, expect, it } from "vitest";
import { request } from "../../support/shapes.js";
import { expectNothingUncaught } from "../../support/watch.js";
import { FAST, failing, failureOf, gate } from "./failing-calls.js";

expectNothingUncaught();

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
