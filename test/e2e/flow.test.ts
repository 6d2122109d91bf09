import { describe, expect, it } from "vitest";
import { request, startShapes } from "../support/shapes.js";
import { settled, until } from "../support/turns.js";
import { expectNothingUncaught } from "../support/watch.js";

// Who produces messages goes no faster than who consumes them. The bounds are what the buffers of HTTP/2 and of the
// streams hold; a producer that nobody holds back would reach the end of its messages.

expectNothingUncaught();

const MANY = 500_000;
const ROOMY = "x".repeat(16 * 1024);

/** Counts what a producer was asked for. */
function producer<T>(message: (index: number) => T) {
  const seen = { asked: 0, closed: false };
  async function* messages(): AsyncGenerator<T> {
    try {
      while (seen.asked < MANY) yield message(seen.asked++);
    } finally {
      seen.closed = true;
    }
  }
  return { seen, messages };
}

describe.each(["serverStream", "bidi"] as const)("the responses of a %s call", (shape) => {
  it("wait for a client that reads slowly, and end when it leaves", async () => {
    const { seen, messages } = producer((index) => ({ index }));
    const { calls } = await startShapes({ serverStream: messages, bidi: messages });
    const iterable = shape === "bidi" ? calls.bidi([]) : calls.serverStream(request());
    let read = 0;
    for await (const _ of iterable) {
      if (++read === 1) expect(await settled(() => seen.asked)).toBeLessThan(MANY / 5);
      if (read === 100) break;
    }
    await until(() => seen.closed);
    expect(seen.asked).toBeLessThan(MANY / 5);
  });
});

describe.each(["clientStream", "bidi"] as const)("the requests of a %s call", (shape) => {
  it("wait for a server that reads slowly", async () => {
    const { seen, messages } = producer(() => ({ scenario: ROOMY, before: 0 }));
    let asked = Number.POSITIVE_INFINITY;
    let read = 0;
    const consume = async (requests: AsyncIterable<unknown>) => {
      for await (const _ of requests) {
        if (++read === 1) asked = await settled(() => seen.asked);
        if (read === 10) return;
      }
    };
    const { calls } = await startShapes({
      clientStream: async (call) => {
        await consume(call);
        return { index: read };
      },
      async *bidi(call) {
        await consume(call);
        yield { index: read };
      },
    });
    if (shape === "clientStream") await expect(calls.clientStream(messages())).resolves.toEqual({ index: 10 });
    else for await (const { index } of calls.bidi(messages())) expect(index).toBe(10);
    expect(asked).toBeLessThan(100);
    await until(() => seen.closed);
    expect(seen.asked).toBeLessThan(200);
  });
});
