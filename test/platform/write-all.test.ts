import { once } from "node:events";
import { Writable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { writeAll } from "../../src/platform/write-all.js";

/** A sink that takes messages when it is told to. */
class Slow extends Writable {
  readonly taken: unknown[] = [];
  #next: (() => void) | undefined;

  constructor(private readonly atOnce = false) {
    super({ objectMode: true, highWaterMark: 2 });
  }

  override _write(message: unknown, _: string, next: () => void): void {
    this.taken.push(message);
    if (this.atOnce) next();
    else this.#next = next;
  }

  take(): void {
    const next = this.#next;
    this.#next = undefined;
    next?.();
  }

  /** Listeners that somebody forgot. */
  get listening(): unknown[] {
    return this.eventNames().filter((name) => name === "over" || name === "drain" || name === "close");
  }
}

/** Numbers without end; tells how many were asked for and whether the reader closed it. */
function endless() {
  const seen = { asked: 0, closed: false };
  async function* numbers() {
    try {
      for (;;) yield seen.asked++;
    } finally {
      seen.closed = true;
    }
  }
  return { seen, numbers: numbers() };
}

const GIVEN: readonly [string, () => Iterable<number> | AsyncIterable<number>][] = [
  ["an array", () => [1, 2, 3]],
  ["a set", () => new Set([1, 2, 3])],
  [
    "a generator",
    function* () {
      yield* [1, 2, 3];
    },
  ],
  [
    "an async generator",
    async function* () {
      yield* [1, 2, 3];
    },
  ],
  [
    "an iterator without return",
    () => {
      const left = [1, 2, 3];
      return {
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            const value = left.shift();
            return value === undefined ? { done: true, value } : { done: false, value };
          },
        }),
      };
    },
  ],
];

describe("writeAll", () => {
  it.each(GIVEN)("writes the messages of %s in order and ends the sink", async (_, messages) => {
    const sink = new Slow(true);
    const finished = once(sink, "finish");
    await writeAll(sink, messages(), "over");
    await finished;
    expect(sink.taken).toEqual([1, 2, 3]);
    expect(sink.listening).toEqual([]);
  });

  it("reads no more messages than the sink accepts", async () => {
    const sink = new Slow();
    const { seen, numbers } = endless();
    void writeAll(sink, numbers, "over");
    await turn();
    expect(seen.asked).toBe(2);
    for (let taken = 0; taken < 4; taken++) {
      sink.take();
      await turn();
    }
    expect(seen.asked).toBe(6);
    sink.emit("over");
  });

  it.each(["over", "close"])("stops and closes the iterable at %s, even if the sink is full", async (event) => {
    const sink = new Slow();
    const { seen, numbers } = endless();
    const done = writeAll(sink, numbers, "over");
    await turn();
    if (event === "close") sink.destroy();
    sink.emit("over");
    await done;
    await turn();
    expect(seen).toEqual({ asked: 2, closed: true });
    expect(sink.writableEnded).toBe(false);
    expect(sink.listening).toEqual([]);
  });

  it("lets other work run while a sink accepts all messages at once", async () => {
    const sink = new Slow(true);
    const { seen, numbers } = endless();
    setImmediate(() => sink.emit("over"));
    await writeAll(sink, numbers, "over");
    expect(seen.closed).toBe(true);
    expect(sink.listening).toEqual([]);
  });

  it("writes nothing more if the call ends during a wait for a message", async () => {
    const sink = new Slow(true);
    let yieldNow = () => {};
    const done = writeAll(
      sink,
      (async function* () {
        await new Promise<void>((resolve) => {
          yieldNow = resolve;
        });
        yield 1;
      })(),
      "over",
    );
    sink.emit("over");
    yieldNow();
    await done;
    expect(sink.taken).toEqual([]);
  });

  it("closes the iterable without reading a message if the sink is already destroyed", async () => {
    const sink = new Slow();
    sink.destroy();
    const calls: string[] = [];
    const iterator = {
      next: async () => ({ done: false, value: calls.push("next") }),
      return: async () => ({ done: true as const, value: calls.push("return") }),
    };
    await writeAll(sink, { [Symbol.asyncIterator]: () => iterator }, "over");
    expect(calls).toEqual(["return"]);
  });

  it("closes the iterable if the sink is ended elsewhere", async () => {
    const sink = new Slow(true);
    const { seen, numbers } = endless();
    sink.on("pipe", () => {});
    const done = writeAll(sink, numbers, "over");
    sink.end();
    await done;
    await turn();
    expect(seen.closed).toBe(true);
  });

  it("throws the error of the iterable, and leaves the sink open", async () => {
    const sink = new Slow(true);
    const thrown = Symbol("thrown");
    const done = writeAll(
      sink,
      (function* () {
        yield 1;
        throw thrown;
      })(),
      "over",
    );
    await expect(done).rejects.toBe(thrown);
    expect(sink.taken).toEqual([1]);
    expect(sink.writableEnded).toBe(false);
    expect(sink.listening).toEqual([]);
  });

  it("closes the iterable if the sink refuses a message", async () => {
    const sink = new Slow(true);
    let closed = false;
    const done = writeAll(
      sink,
      (function* () {
        try {
          yield null;
        } finally {
          closed = true;
        }
      })(),
      "over",
    );
    await expect(done).rejects.toMatchObject({ code: "ERR_STREAM_NULL_VALUES" });
    expect(closed).toBe(true);
  });

  it("ignores an error from closing the iterable", async () => {
    const sink = new Slow();
    async function* messages() {
      try {
        for (;;) yield 1;
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: what a careless generator does.
        throw new Error("cannot close");
      }
    }
    const done = writeAll(sink, messages(), "over");
    await turn();
    sink.emit("over");
    await expect(done).resolves.toBeUndefined();
  });
});
