import { once } from "node:events";
import { Code, upstream } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { request, startShapes } from "../../support/shapes.js";
import { callOn } from "../../support/surfaces.js";
import { expectNothingUncaught } from "../../support/watch.js";

expectNothingUncaught();

describe("upstream", () => {
  it("returns the deadline of the call, and a signal of its end", async () => {
    const deadline = Date.now() + 60_000;
    const shapes = await startShapes({
      unary: async (call) => {
        const options = upstream(call);
        expect(Math.abs(Number(options.deadline) - deadline)).toBeLessThan(10_000);
        expect(options.signal.aborted).toBe(false);
        call.on("cancelled", () => seen.push(options.signal.aborted));
        return { index: 1 };
      },
    });
    const seen: boolean[] = [];
    await shapes.calls.unary(request(), { deadline });
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual([true]);
  });

  it("returns no deadline for a call that has none", async () => {
    const deadlines: unknown[] = [];
    const behind = await startShapes({ unary: (call) => ({ index: Number.isFinite(call.getDeadline()) ? 1 : 0 }) });
    const shapes = await startShapes({
      unary: (call) => {
        deadlines.push(upstream(call).deadline);
        return behind.calls.unary(call.request, upstream(call));
      },
    });
    expect(await shapes.calls.unary(request())).toEqual({ index: 0 });
    expect(deadlines).toEqual([Number.POSITIVE_INFINITY]);
  });

  it("may be combined with a shorter deadline, whose passing masks the failure", async () => {
    const behind = await startShapes({ unary: () => new Promise(() => {}) });
    const shapes = await startShapes({
      unary: (call) => behind.calls.unary(call.request, { ...upstream(call), deadline: Date.now() + 20 }),
    });
    expect((await callOn(shapes, "unary")).error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
    expect(shapes.failed).toMatchObject([{ error: { code: Code.DEADLINE_EXCEEDED }, masked: true }]);
  });

  it("ends a stream from another server when the client cancels", async () => {
    let gone: Promise<unknown> = Promise.resolve();
    const behind = await startShapes({
      async *serverStream(call) {
        gone = once(call, "cancelled");
        for (let index = 0; ; index++) yield { index };
      },
    });
    const shapes = await startShapes({
      serverStream: (call) => behind.calls.serverStream(call.request, upstream(call)),
    });
    for await (const { index } of shapes.calls.serverStream(request())) if (index === 3) break;
    await gone;
    expect(shapes.failed).toEqual([]);
    expect(shapes.late.every(({ sent, masked }) => sent.code === Code.CANCELLED && !masked)).toBe(true);
  });
});
