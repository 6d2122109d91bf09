import { EventEmitter, once } from "node:events";
import { signalOf } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { request, SHAPES, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";

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

  it("is aborted from the start for a call that is over", () => {
    expect(signalOf(fakeCall(true)).aborted).toBe(true);
  });

  it("is one for each call", () => {
    const call = fakeCall();
    expect(signalOf(call)).toBe(signalOf(call));
    expect(signalOf(call)).not.toBe(signalOf(fakeCall()));
    expect(call.listenerCount("cancelled")).toBe(1);
  });

  it.each(SHAPES)("is aborted when a %s call has been answered, or has failed", async (shape) => {
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

  it("lets a failure after the abort go unheard", async () => {
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
