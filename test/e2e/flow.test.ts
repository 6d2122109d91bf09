import { once } from "node:events";
import http2 from "node:http2";
import { setImmediate as turn } from "node:timers/promises";
import { type ServerCall, signalOf } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { ShapesService } from "../gen/shapes/v1/shapes.js";
import { SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { framed } from "../support/raw.js";
import { request, startShapes } from "../support/shapes.js";
import { settled, until } from "../support/turns.js";
import { expectNothingUncaught } from "../support/watch.js";

// A producer of messages is never faster than their consumer. The bounds are the buffers of HTTP/2 and of the streams;
// without backpressure, a producer would reach the end of its messages.

expectNothingUncaught();

const MANY = 500_000;
const ROOMY = "x".repeat(16 * 1024);

async function indices(messages: AsyncIterable<{ index: number }>): Promise<number[]> {
  const read: number[] = [];
  for await (const { index } of messages) read.push(index);
  return read;
}

/** Counts the messages that a producer made. */
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
  it("wait for a client that reads slowly, and stop when it leaves", async () => {
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

describe.each(["serverStream", "bidi"] as const)("a %s handler that writes ahead of its client", (shape) => {
  const AHEAD = 3_000;
  const WAYS: readonly [string, (call: Ahead) => unknown][] = [
    ['emits "error"', (call) => call.emit("error", tooManySides())],
    ["destroys the call", (call) => call.destroy(tooManySides())],
    ["throws", () => Promise.reject(tooManySides())],
    ["rejects later", async () => turn().then(() => Promise.reject(tooManySides()))],
    [
      "throws when the first message is written",
      (call) =>
        call.once("drain", () => {
          throw tooManySides();
        }),
    ],
  ];
  it.each(WAYS)("and then %s: the client reads every message before the error", async (_, fail) => {
    const handler = (call: Ahead) => {
      for (let index = 0; index < AHEAD; index++) call.write({ index });
      return fail(call);
    };
    const { calls } = await startShapes({ serverStream: handler as never, bidi: handler as never });
    let read = 0;
    const reading = async () => {
      for await (const { index } of shape === "bidi" ? calls.bidi([]) : calls.serverStream(request())) {
        expect(index).toBe(read++);
        if (read % 100 === 0) await turn();
      }
    };
    await expect(reading()).rejects.toBeRichError(TooManySidesError, SIDES);
    expect(read).toBe(AHEAD);
  });
});

interface Ahead {
  write(message: object): boolean;
  emit(event: "error", error: Error): boolean;
  once(event: "drain", listener: () => void): unknown;
  destroy(error: Error): unknown;
}

describe.each(["serverStream", "bidi"] as const)("an idle %s call", (shape) => {
  /** A handler that sends one message and then waits for the end of the call. */
  function idle() {
    const seen = { waiting: false, closed: false };
    async function* messages(call: ServerCall) {
      try {
        yield { index: 0 };
        seen.waiting = true;
        await once(signalOf(call), "abort");
      } finally {
        seen.closed = true;
      }
    }
    return { seen, handlers: { serverStream: messages, bidi: messages } };
  }

  it("closes its generator when the client cancels", async () => {
    const { seen, handlers } = idle();
    const { calls } = await startShapes(handlers);
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const iterable = shape === "bidi" ? calls.bidi([], options) : calls.serverStream(request(), options);
    const reader = iterable[Symbol.asyncIterator]();
    await reader.next();
    const next = reader.next();
    await until(() => seen.waiting);
    controller.abort();
    await expect(next).rejects.toMatchObject({ code: 1 });
    await until(() => seen.closed);
  });

  it("closes its generator at the deadline", async () => {
    const { seen, handlers } = idle();
    const { calls } = await startShapes(handlers);
    const options = { deadline: Date.now() + 100 };
    const iterable = shape === "bidi" ? calls.bidi([], options) : calls.serverStream(request(), options);
    await expect(indices(iterable)).rejects.toMatchObject({ code: 4 });
    await until(() => seen.closed);
  });

  it("closes its generator when the client's connection breaks", async () => {
    const { seen, handlers } = idle();
    const { address } = await startShapes(handlers);
    const session = http2.connect(`http://${address}`).on("error", () => {});
    const headers = { ":method": "POST", ":path": ShapesService[shape].path, "content-type": "application/grpc" };
    const stream = session.request(headers).on("error", () => {});
    stream.write(framed(new Uint8Array()));
    if (shape === "serverStream") stream.end();
    await until(() => seen.waiting);
    expect(seen.closed).toBe(false);
    session.destroy();
    await until(() => seen.closed);
    expect(seen.waiting).toBe(true);
  });
});

it("a bidi call goes on sending messages after its requests have ended, and ends with its error", async () => {
  const { client } = await startShapes({
    async *bidi(call) {
      let index = 0;
      for await (const _ of call) index++;
      for (const end = index + 3; index < end; index++) {
        await turn();
        yield { index };
      }
      throw tooManySides();
    },
  });
  const call = client.bidi();
  call.write(request());
  call.end();
  await once(call, "finish");
  const read: number[] = [];
  const reading = async () => {
    for await (const { index } of call) read.push(index);
  };
  await expect(reading()).rejects.toBeRichError(TooManySidesError, SIDES);
  expect(read).toEqual([1, 2, 3]);
});

it("a bidi call may end while requests still arrive, and closes their generator", async () => {
  const { seen, messages } = producer(() => request());
  const { calls } = await startShapes({
    async *bidi(call) {
      for await (const _ of call) {
        yield { index: 0 };
        throw tooManySides();
      }
    },
  });
  await expect(indices(calls.bidi(messages()))).rejects.toBeRichError(TooManySidesError, SIDES);
  await until(() => seen.closed);
  expect(seen.asked).toBeLessThan(MANY / 5);
});
