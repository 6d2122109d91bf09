import { addAbortListener, EventEmitter, once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { type ServerCall, signalOf } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { SIDES, TooManySidesError, tooManySides } from "../../support/errors.js";
import { request, SHAPES, startShapes } from "../../support/shapes.js";
import { callOn } from "../../support/surfaces.js";
import { until } from "../../support/turns.js";
import { expectNothingUncaught } from "../../support/watch.js";

expectNothingUncaught();

function fakeCall(cancelled = false): EventEmitter & { cancelled: boolean } {
  return Object.assign(new EventEmitter(), { cancelled });
}

describe("signalOf", () => {
  it("is aborted when the call is cancelled", () => {
    const call = fakeCall();
    const signal = signalOf(call);
    expect(signal.aborted).toBe(false);
    call.emit("cancelled");
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ name: "AbortError" });
  });

  it("is aborted from the start if the call is over", () => {
    expect(signalOf(fakeCall(true)).aborted).toBe(true);
  });

  it("is the same for the same call", () => {
    const call = fakeCall();
    expect(signalOf(call)).toBe(signalOf(call));
    expect(signalOf(call)).not.toBe(signalOf(fakeCall()));
    expect(call.listenerCount("cancelled")).toBe(1);
  });

  it.each(SHAPES)("is aborted when a %s call has its response or its error", async (shape) => {
    for (const fails of [false, true]) {
      let signal: AbortSignal | undefined;
      const handle = (call: Parameters<typeof signalOf>[0]) => {
        signal = signalOf(call);
        if (fails) throw new Error("x");
        return (shape === "unary" || shape === "clientStream" ? { index: 0 } : [{ index: 0 }]) as never;
      };
      const shapes = await startShapes({ [shape]: handle });
      await callOn(shapes, shape, { requests: [request()] });
      if (signal && !signal.aborted) await once(signal, "abort");
      expect(signal?.aborted).toBe(true);
    }
  });

  it("is aborted at the call's deadline", async () => {
    let signal: AbortSignal | undefined;
    const shapes = await startShapes({
      unary: (call) => {
        signal = signalOf(call);
        return new Promise(() => {});
      },
    });
    await expect(shapes.calls.unary(request(), { deadline: Date.now() + 500 })).rejects.toMatchObject({ code: 4 });
    if (signal && !signal.aborted) await once(signal, "abort");
    expect(signal?.aborted).toBe(true);
  });

  it("reports a failure after the abort as late, not as failed", async () => {
    let began = () => {};
    const running = new Promise<void>((resolve) => {
      began = resolve;
    });
    let ended = () => {};
    const over = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const shapes = await startShapes({
      unary: async (call) => {
        began();
        await once(signalOf(call), "abort");
        setImmediate(ended);
        throw new Error("too late");
      },
    });
    const controller = new AbortController();
    const call = shapes.calls.unary(request(), { signal: controller.signal });
    await running;
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 1 });
    await over;
    expect(shapes.failed).toEqual([]);
  });
});

describe("a listener on the signal of a call", () => {
  const FAILURES: readonly [string, () => unknown][] = [
    [
      "throws",
      () => {
        throw tooManySides();
      },
    ],
    ["rejects", async () => Promise.reject(tooManySides())],
  ];
  const WAYS: readonly [string, (signal: AbortSignal, fail: () => unknown) => unknown][] = [
    ["addEventListener", (signal, fail) => signal.addEventListener("abort", fail)],
    ["addEventListener, once", (signal, fail) => signal.addEventListener("abort", fail, { once: true })],
    ["addEventListener of an object", (signal, fail) => signal.addEventListener("abort", { handleEvent: fail })],
    [
      "onabort",
      (signal, fail) => {
        signal.onabort = fail;
      },
    ],
    ["events.addAbortListener", (signal, fail) => addAbortListener(signal, fail)],
  ];

  describe.each(SHAPES)("of a %s call", (shape) => {
    describe.each(WAYS)("added by %s", (_, add) => {
      it.each(FAILURES)("that %s is reported and affects no other listener", async (_, fail) => {
        let others = 0;
        const handle = (call: ServerCall) => {
          const signal = signalOf(call);
          add(signal, fail);
          signal.addEventListener("abort", () => others++);
          return (shape === "unary" || shape === "clientStream" ? { index: 0 } : [{ index: 0 }]) as never;
        };
        const shapes = await startShapes({ [shape]: handle });
        expect((await callOn(shapes, shape)).error).toBeUndefined();
        await until(() => shapes.late.length > 0);
        expect(shapes.late[0]?.error).toBeRichError(TooManySidesError, SIDES);
        expect(others).toBe(1);
        expect((await callOn(shapes, "unary")).error).toBeUndefined();
      });
    });
  });

  it("of a handler without richHandlers is reported", async () => {
    const unary = (call: ServerCall, callback: (error: null, message: object) => void) => {
      signalOf(call).addEventListener("abort", () => {
        throw tooManySides();
      });
      callback(null, { index: 0 });
    };
    const shapes = await startShapes({}, { unguarded: { unary: unary as never } });
    expect((await callOn(shapes, "unary")).error).toBeUndefined();
    await until(() => shapes.late.length > 0);
    expect(shapes.late[0]?.error).toBeRichError(TooManySidesError, SIDES);
  });

  it("is added once, removed and called as on any signal", async () => {
    const heard: string[] = [];
    const shapes = await startShapes({
      unary: (call) => {
        const signal = signalOf(call);
        const twice = () => heard.push("twice");
        const removed = () => heard.push("removed");
        const object = { handleEvent: () => heard.push("removed object") };
        signal.addEventListener("abort", twice);
        signal.addEventListener("abort", twice);
        signal.addEventListener("abort", removed);
        signal.addEventListener("abort", object);
        signal.removeEventListener("abort", removed);
        signal.removeEventListener("abort", object);
        signal.removeEventListener("abort", () => heard.push("never added"));
        signal.addEventListener("abort", function (this: unknown, event) {
          heard.push(`${this === signal} ${event.type} ${event.target === signal}`);
        });
        signal.onabort = () => heard.push("replaced");
        signal.onabort = () => heard.push("onabort");
        signal.addEventListener("abort", null as never);
        return { index: 0 };
      },
    });
    await callOn(shapes, "unary");
    await until(() => heard.length >= 3);
    expect(heard).toEqual(["twice", "true abort true", "onabort"]);
  });
});

it("the signal is aborted even if an earlier listener for the end of the call throws", async () => {
  let signal: AbortSignal | undefined;
  let closed = false;
  const shapes = await startShapes({
    async *serverStream(call) {
      signal = signalOf(call);
      call.prependListener("cancelled", () => {
        throw new Error("from the listener");
      });
      try {
        for (;;) {
          yield { index: 0 };
          await turn();
        }
      } finally {
        closed = true;
      }
    },
  });
  for await (const _ of shapes.calls.serverStream(request())) break;
  await until(() => closed);
  expect(signal?.aborted).toBe(true);
});
