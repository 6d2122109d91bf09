import type { ServerInterceptor } from "@grpc/grpc-js";
import { richErrorServerInterceptor } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { RunningCalls, runningCallsOf } from "../../src/server/running-calls.js";
import { tooManySides } from "../support/errors.js";

/** A call that only records how it was ended. */
function makeCall() {
  const ended: unknown[] = [];
  return { ended, fail: (thrown: unknown) => void ended.push(thrown), earlier: undefined, later: undefined };
}

describe("RunningCalls", () => {
  it("accepts calls until it refuses them", () => {
    const calls = new RunningCalls([]);
    const [first, second] = [makeCall(), makeCall()];
    const refusal = tooManySides();
    expect(calls.begin(first)).toBe(true);
    calls.refuse(refusal);
    expect(calls.begin(second)).toBe(false);
    expect([first.ended, second.ended, calls.refused]).toEqual([[], [refusal], 1]);
  });

  it("is idle when every accepted call is over", async () => {
    const calls = new RunningCalls([]);
    await calls.idle();
    const running = [makeCall(), makeCall()];
    for (const call of running) calls.begin(call);
    let idle = false;
    const wait = Promise.all([calls.idle(), calls.idle()]).then(() => {
      idle = true;
    });
    for (const call of running) {
      await Promise.resolve();
      expect(idle).toBe(false);
      calls.end(call);
    }
    await wait;
  });

  it("cutOff ends running calls only", () => {
    const calls = new RunningCalls([]);
    const [over, running] = [makeCall(), makeCall()];
    calls.begin(over);
    calls.begin(running);
    calls.end(over);
    const thrown = tooManySides();
    expect(calls.cutOff(thrown)).toBe(1);
    expect([over.ended, running.ended]).toEqual([[], [thrown]]);
  });

  it("cutOff ends the remaining calls in order, whichever ended before", () => {
    for (const over of [0, 1, 2, 3]) {
      const calls = new RunningCalls([]);
      const order: number[] = [];
      const running = [0, 1, 2, 3].map((index) => ({ ...makeCall(), fail: () => void order.push(index) }));
      for (const call of running) calls.begin(call);
      const gone = running[over];
      if (gone) {
        calls.end(gone);
        calls.end(gone);
      }
      expect(calls.cutOff(tooManySides())).toBe(3);
      expect(order).toEqual([0, 1, 2, 3].filter((index) => index !== over));
    }
  });

  it("are found on their own interceptor only", () => {
    const [one, two] = [richErrorServerInterceptor(), richErrorServerInterceptor()];
    expect(runningCallsOf(one)).toBeInstanceOf(RunningCalls);
    expect(runningCallsOf(one)).not.toBe(runningCallsOf(two));
    expect(runningCallsOf((() => {}) as unknown as ServerInterceptor)).toBeUndefined();
  });
});
