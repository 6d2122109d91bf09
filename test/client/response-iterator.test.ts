import { once } from "node:events";
import { PassThrough, Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";
import { promises, signalOf } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import type { ShapeResponse } from "../gen/shapes/v1/shapes.js";
import { SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { request, type Shapes, startShapes } from "../support/shapes.js";
import { until } from "../support/turns.js";
import { expectNothingUncaught } from "../support/watch.js";

// A reader that stops, in any way, cancels its call on both sides.

expectNothingUncaught();

type Call = Parameters<typeof signalOf>[0] & { readonly cancelled: boolean };

/** Handlers that send some messages, and then wait until the client is gone. */
function waiting(messages: number) {
  const seen = { calls: 0, waiting: 0, cancelled: 0, closed: 0 };
  async function* handler(call: Call) {
    seen.calls++;
    const signal = signalOf(call);
    signal.addEventListener("abort", () => {
      if (call.cancelled) seen.cancelled++;
    });
    try {
      for (let index = 0; index < messages; index++) yield { index };
      seen.waiting++;
      if (!signal.aborted) await once(signal, "abort");
    } finally {
      seen.closed++;
    }
  }
  return { seen, handlers: { serverStream: handler, bidi: handler } };
}

type StreamShape = "serverStream" | "bidi";

const start = (
  { calls }: Pick<Shapes, "calls">,
  shape: StreamShape,
  options?: { signal: AbortSignal },
): AsyncIterable<ShapeResponse> =>
  shape === "bidi" ? calls.bidi([request()], options) : calls.serverStream(request(1), options);

const iteratorOf = (messages: AsyncIterable<ShapeResponse>) =>
  messages[Symbol.asyncIterator]() as AsyncGenerator<ShapeResponse>;

/** Ways to stop after a message. */
const AFTER_A_MESSAGE: readonly [string, (messages: AsyncIterable<ShapeResponse>) => unknown][] = [
  [
    "break",
    async (messages) => {
      for await (const _ of messages) break;
    },
  ],
  [
    "return",
    (messages) =>
      (async () => {
        for await (const { index } of messages) return index;
        return undefined;
      })(),
  ],
  [
    "an error in the loop",
    async (messages) => {
      const thrown = new Error("mine");
      const loop = async () => {
        for await (const _ of messages) throw thrown;
      };
      await expect(loop()).rejects.toBe(thrown);
    },
  ],
  [
    "leaving a generator that reads it",
    async (messages) => {
      async function* mapped() {
        for await (const { index } of messages) yield index;
      }
      for await (const _ of mapped()) break;
    },
  ],
  [
    "return() between messages",
    async (messages) => {
      const iterator = iteratorOf(messages);
      await iterator.next();
      await expect(iterator.return("value")).resolves.toEqual({ done: true, value: "value" });
      await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
    },
  ],
  [
    "throw() between messages",
    async (messages) => {
      const iterator = iteratorOf(messages);
      await iterator.next();
      const thrown = new Error("mine");
      await expect(iterator.throw(thrown)).rejects.toBe(thrown);
      await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
    },
  ],
  [
    "disposing of it",
    async (messages) => {
      const iterator = iteratorOf(messages);
      await iterator.next();
      await Reflect.apply(Reflect.get(iterator, Symbol.asyncDispose), iterator, []);
      await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
    },
  ],
  [
    "destroy() of a Readable made from it",
    async (messages) => {
      const readable = Readable.from(messages);
      await once(readable, "data");
      readable.destroy();
      await once(readable, "close");
    },
  ],
  [
    "destroy(error) of a Readable made from it",
    async (messages) => {
      const readable = Readable.from(messages);
      await once(readable, "data");
      const thrown = new Error("mine");
      readable.destroy(thrown);
      await expect(once(readable, "close")).rejects.toBe(thrown);
    },
  ],
  [
    "a pipeline whose destination fails",
    async (messages) => {
      const thrown = new Error("disk full");
      const disk = new Writable({ objectMode: true, write: (_, __, next) => next(thrown) });
      await expect(pipeline(messages, disk)).rejects.toBe(thrown);
    },
  ],
  [
    "a pipeline whose transform throws",
    async (messages) => {
      const thrown = new Error("mine");
      const transform = async function* (input: AsyncIterable<unknown>) {
        for await (const message of input) {
          yield message;
          throw thrown;
        }
      };
      await expect(pipeline(messages, transform, new PassThrough({ objectMode: true }).resume())).rejects.toBe(thrown);
    },
  ],
  [
    "a pipeline whose signal is aborted",
    async (messages) => {
      const controller = new AbortController();
      const disk = new Writable({
        objectMode: true,
        write: (_, __, next) => {
          controller.abort();
          next();
        },
      });
      const piping = pipeline(messages, disk, { signal: controller.signal });
      await expect(piping).rejects.toMatchObject({ name: "AbortError" });
    },
  ],
  [
    "return() of a second iterator",
    async (messages) => {
      await iteratorOf(messages).next();
      await iteratorOf(messages).return(undefined);
      await expect(iteratorOf(messages).next()).resolves.toEqual({ done: true, value: undefined });
    },
  ],
];

/** Ways to stop while the reader waits for a message. */
const WHILE_WAITING: readonly [string, (iterator: AsyncGenerator<ShapeResponse>) => unknown][] = [
  ["return()", (iterator) => iterator.return(undefined)],
  ["throw()", (iterator) => iterator.throw(new Error("mine")).catch(() => {})],
  ["disposing of it", (iterator) => Reflect.apply(Reflect.get(iterator, Symbol.asyncDispose), iterator, [])],
];

describe.each<StreamShape>(["serverStream", "bidi"])("a reader of a %s call", (shape) => {
  describe.each([
    ["waits", 1],
    ["has more messages", 40],
    ["has many more messages", 100_000],
  ])("whose server %s", (_, messages) => {
    it.each(AFTER_A_MESSAGE)("cancels it by %s", async (_, stop) => {
      const { seen, handlers } = waiting(messages);
      await stop(start(await startShapes(handlers), shape));
      await until(() => seen.closed === 1);
      expect(seen).toMatchObject({ calls: 1, cancelled: 1 });
    });
  });

  it.each(WHILE_WAITING)("cancels it by %s while it waits for messages", async (_, stop) => {
    const { seen, handlers } = waiting(1);
    const iterator = iteratorOf(start(await startShapes(handlers), shape));
    await iterator.next();
    const nexts = [iterator.next(), iterator.next(), iterator.next()];
    await until(() => seen.waiting === 1);
    await stop(iterator);
    const done = { done: true, value: undefined };
    expect(await Promise.all(nexts)).toEqual([done, done, done]);
    await until(() => seen.closed === 1);
    expect(seen.cancelled).toBe(1);
  });

  it.each(WHILE_WAITING)("cancels it by %s before the first message", async (_, stop) => {
    const { seen, handlers } = waiting(0);
    const iterator = iteratorOf(start(await startShapes(handlers), shape));
    const next = iterator.next();
    await until(() => seen.waiting === 1);
    await stop(iterator);
    await expect(next).resolves.toEqual({ done: true, value: undefined });
    await until(() => seen.closed === 1);
    expect(seen.cancelled).toBe(1);
  });

  it("cancels it by return() after next() lost a race", async () => {
    const { seen, handlers } = waiting(1);
    const iterator = iteratorOf(start(await startShapes(handlers), shape));
    await iterator.next();
    await Promise.race([iterator.next(), turn("late")]);
    await iterator.return(undefined);
    await until(() => seen.closed === 1);
    expect(seen.cancelled).toBe(1);
  });

  it("cancels it by its signal and gets the reason at once, before unread messages", async () => {
    const { seen, handlers } = waiting(40);
    const controller = new AbortController();
    const shapes = await startShapes(handlers);
    const iterator = iteratorOf(start(shapes, shape, { signal: controller.signal }));
    await iterator.next();
    await until(() => seen.waiting === 1);
    const reason = new Error("changed my mind");
    controller.abort(reason);
    await expect(iterator.next()).rejects.toMatchObject({ code: 1, cause: reason });
    await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
    await until(() => seen.closed === 1);
    expect(seen.cancelled).toBe(1);
  });

  it("gets the reason of its signal even if it stops afterwards", async () => {
    const { seen, handlers } = waiting(1);
    const controller = new AbortController();
    const iterator = iteratorOf(start(await startShapes(handlers), shape, { signal: controller.signal }));
    await iterator.next();
    const nexts = Promise.allSettled([iterator.next(), iterator.next()]);
    await until(() => seen.waiting === 1);
    controller.abort(new Error("changed my mind"));
    await iterator.return(undefined);
    const end = { done: true, value: undefined };
    expect(await nexts).toMatchObject([{ reason: { code: 1, cause: controller.signal.reason } }, { value: end }]);
    await expect(iterator.next()).resolves.toEqual(end);
  });

  it.each(WHILE_WAITING)("makes no call if it stops by %s before its first read", async (_, stop) => {
    const { seen, handlers } = waiting(1);
    const shapes = await startShapes(handlers);
    const iterator = iteratorOf(start(shapes, shape));
    await stop(iterator);
    await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
    await shapes.calls.unary(request());
    expect(seen.calls).toBe(0);
    expect(shapes.peers).toHaveLength(1);
  });

  it("makes no call without a reader, and one call for two readers", async () => {
    const { seen, handlers } = waiting(3);
    const shapes = await startShapes(handlers);
    const messages = start(shapes, shape);
    await shapes.calls.unary(request());
    expect(seen.calls).toBe(0);
    const [one, other] = [iteratorOf(messages), iteratorOf(messages)];
    const read = [await one.next(), await other.next(), await one.next()];
    expect(read.map(({ value }) => value.index)).toEqual([0, 1, 2]);
    await other.return(undefined);
    await until(() => seen.closed === 1);
    expect(seen.calls).toBe(1);
  });

  it("gets concurrently requested messages in order, then one error or the end", async () => {
    const handler = async function* () {
      for (let index = 0; index < 30; index++) yield { index };
    };
    const failing = async function* () {
      yield* handler();
      throw tooManySides();
    };
    const good = await startShapes({ serverStream: handler, bidi: handler });
    const read = iteratorOf(start(good, shape));
    const results = await Promise.all(Array.from({ length: 40 }, () => read.next()));
    expect(results.map(({ value }) => value?.index)).toEqual([...Array(30).keys(), ...Array(10).fill(undefined)]);
    expect(results.map(({ done }) => done)).toEqual([...Array(30).fill(false), ...Array(10).fill(true)]);

    const bad = await startShapes({ serverStream: failing, bidi: failing });
    const reading = iteratorOf(start(bad, shape));
    const settled = await Promise.allSettled(Array.from({ length: 40 }, () => reading.next()));
    expect(settled.slice(0, 30).every(({ status }) => status === "fulfilled")).toBe(true);
    expect(settled[30]).toMatchObject({ reason: expect.any(TooManySidesError) });
    expect(settled.slice(31).every((result) => result.status === "fulfilled" && result.value.done)).toBe(true);
  });

  it("does not cancel a call that it read to the end", async () => {
    const { client } = await startShapes({});
    const cancelled: string[] = [];
    const original = client[shape].bind(client) as (...args: unknown[]) => { cancel(): void };
    const watched = Object.assign(Object.create(client), {
      [shape]: Object.assign((...args: unknown[]) => {
        const call = original(...args);
        const { cancel } = call;
        call.cancel = () => {
          cancelled.push(shape);
          cancel.call(call);
        };
        return call;
      }, client[shape]),
    });
    const calls = promises(watched as typeof client);
    for await (const _ of start({ calls }, shape));
    const iterator = iteratorOf(start({ calls }, shape));
    while (!(await iterator.next()).done);
    await iterator.return(undefined);
    expect(cancelled).toEqual([]);
    const left = iteratorOf(start({ calls }, shape));
    await left.next();
    await left.return(undefined);
    expect(cancelled).toEqual([shape]);
  });

  it("gets the error of a failed call before it stops", async () => {
    const fail = () => {
      throw tooManySides();
    };
    const iterator = iteratorOf(start(await startShapes({ serverStream: fail, bidi: fail }), shape));
    await expect(iterator.next()).rejects.toBeRichError(TooManySidesError, SIDES);
    await expect(iterator.return("value")).resolves.toEqual({ done: true, value: "value" });
  });
});

describe.each<StreamShape>(["serverStream", "bidi"])("a reader of a plain stream of a %s call", (shape) => {
  const open = ({ client }: Shapes) => (shape === "bidi" ? client.bidi() : client.serverStream(request()));
  type Stream = ReturnType<typeof open>;

  it.each<[string, (stream: Stream) => unknown]>([
    [
      "break",
      async (stream) => {
        for await (const _ of stream) break;
      },
    ],
    [
      "an error in the loop",
      async (stream) => {
        const loop = async () => {
          for await (const _ of stream) throw new Error("mine");
        };
        await expect(loop()).rejects.toThrow("mine");
      },
    ],
    [
      "destroy()",
      async (stream) => {
        await once(stream, "data");
        stream.destroy();
      },
    ],
    [
      "destroy(error)",
      async (stream) => {
        await once(stream, "data");
        const thrown = new Error("mine");
        const emitted: unknown[] = [];
        stream.on("error", (error) => emitted.push(error));
        stream.destroy(thrown);
        await new Promise((resolve) => stream.on("status", resolve));
        expect(emitted).toEqual([thrown]);
      },
    ],
    [
      "a pipeline whose destination fails",
      async (stream) => {
        const disk = new Writable({ objectMode: true, write: (_, __, next) => next(new Error("disk full")) });
        await expect(pipeline(stream, disk)).rejects.toThrow("disk full");
      },
    ],
  ])("cancels it by %s", async (_, stop) => {
    const { seen, handlers } = waiting(40);
    await stop(open(await startShapes(handlers)));
    await until(() => seen.closed === 1);
    expect(seen.cancelled).toBe(1);
  });
});
