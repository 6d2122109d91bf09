import { PassThrough, Writable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";
import { type ClientReadableStream, credentials, InterceptingCall, type Interceptor } from "@grpc/grpc-js";
import { packError, promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ShapeRequest, type ShapeResponse, ShapesClient, ShapesService } from "../gen/shapes/v1/shapes.js";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { h2 } from "../support/half-servers.js";
import { framed } from "../support/raw.js";
import { request, startShapes } from "../support/shapes.js";
import { settled, until } from "../support/turns.js";
import { expectNothingUncaught } from "../support/watch.js";

// Messages that a server sent before an error are read before it, however slow the reader is.

expectNothingUncaught();

type StreamShape = "serverStream" | "bidi";
const SHAPES: readonly StreamShape[] = ["serverStream", "bidi"];

/** Starts a server that sends messages and an error, and returns its address. */
type Server = (messages: number) => Promise<string>;

const bytesOf = (index: number) => framed(ShapesService.serverStream.responseSerialize({ index }));

/** Sends the messages and the trailers of {@link tooManySides} as fast as HTTP/2 allows. */
function sending(end: (session: { close(): void } | undefined) => void): Server {
  return (messages) =>
    h2((stream) => {
      const { code, details, metadata } = packError(tooManySides());
      const trailers = {
        "grpc-status": code,
        "grpc-message": encodeURI(details),
        "grpc-status-details-bin": Buffer.from(metadata.get("grpc-status-details-bin")[0] ?? "").toString("base64"),
      };
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => {
        stream.sendTrailers(trailers);
        end(stream.session);
      });
      stream.end(Buffer.concat(Array.from({ length: messages }, (_, index) => bytesOf(index))));
    });
}

const SERVERS: readonly [string, Server][] = [
  [
    "of this package",
    async (messages) => {
      const handler = async function* () {
        for (let index = 0; index < messages; index++) yield { index };
        throw tooManySides();
      };
      return (await startShapes({ serverStream: handler, bidi: handler })).address;
    },
  ],
  ["that sends all at once", sending(() => {})],
  ["that sends all at once and closes the connection", sending((session) => session?.close())],
];

function clientOf(address: string, options: object = richErrorClientOptions({ catalogs: [catalog] })): ShapesClient {
  const client = new ShapesClient(address, credentials.createInsecure(), options);
  onTestFinished(() => client.close());
  return client;
}

const plain = (client: ShapesClient, shape: StreamShape): ClientReadableStream<ShapeResponse> => {
  if (shape === "serverStream") return client.serverStream(request());
  const call = client.bidi();
  call.write(request());
  return call;
};

type Note = (message: ShapeResponse) => Promise<void>;

/** The ways to read a stream. Each rejects with the error of the call. */
const WAYS: readonly [string, (client: ShapesClient, shape: StreamShape, note: Note) => Promise<unknown>][] = [
  [
    "promises(client)",
    async (client, shape, note) => {
      const calls = promises(client);
      const messages = shape === "bidi" ? calls.bidi([request()]) : calls.serverStream(request());
      for await (const message of messages) await note(message);
    },
  ],
  [
    "next() of promises(client), two at a time",
    async (client, shape, note) => {
      const calls = promises(client);
      const messages = shape === "bidi" ? calls.bidi([request()]) : calls.serverStream(request());
      const iterator = messages[Symbol.asyncIterator]();
      for (;;) {
        const [one, other] = await Promise.allSettled([iterator.next(), iterator.next()]);
        for (const result of [one, other]) {
          if (result?.status === "rejected") throw result.reason;
          if (result?.value.done) return;
          await note(result?.value.value);
        }
      }
    },
  ],
  [
    "for await over the stream",
    async (client, shape, note) => {
      for await (const message of plain(client, shape)) await note(message);
    },
  ],
  [
    '"data" with pause()',
    (client, shape, note) =>
      new Promise((resolve, reject) => {
        const stream = plain(client, shape);
        stream.on("data", (message) => {
          stream.pause();
          void note(message).then(() => stream.resume());
        });
        stream.on("error", reject).on("end", resolve);
      }),
  ],
  [
    '"data" without pause()',
    (client, shape, note) =>
      new Promise((resolve, reject) => {
        plain(client, shape)
          .on("data", (message) => void note(message))
          .on("error", reject)
          .on("end", resolve);
      }),
  ],
  [
    '"readable" and read()',
    (client, shape, note) =>
      new Promise((resolve, reject) => {
        const stream = plain(client, shape);
        let reading = Promise.resolve();
        const read = async () => {
          for (let message = stream.read(); message !== null; message = stream.read()) await note(message);
        };
        stream.on("readable", () => {
          reading = reading.then(read);
        });
        stream.on("error", reject).on("end", resolve);
      }),
  ],
  [
    "pipeline",
    (client, shape, note) => {
      const slow = new Writable({
        objectMode: true,
        highWaterMark: 1,
        write: (message, _, next) => void note(message).then(() => next()),
      });
      return pipeline(plain(client, shape), slow);
    },
  ],
  [
    "pipe() and stream.finished",
    async (client, shape, note) => {
      const stream = plain(client, shape);
      const through = stream.pipe(new PassThrough({ objectMode: true, highWaterMark: 1 }));
      const ended = finished(stream, { writable: false });
      ended.catch(() => through.end());
      for await (const message of through) await note(message);
      await ended;
    },
  ],
];

describe.each(SHAPES)("the messages of a %s call", (shape) => {
  describe.each(SERVERS)("to a server %s", (_, start) => {
    describe.each([1, 17, 100, 2_000])("that sends %i", (messages) => {
      it.each(WAYS)("are read before the error by %s", async (_, read) => {
        const client = clientOf(await start(messages));
        const seen: number[] = [];
        const slow = async ({ index }: ShapeResponse) => {
          seen.push(index);
          // The first reads take more turns than the messages and trailers need to arrive.
          for (let turns = seen.length < 20 ? 10 : 1; turns > 0; turns--) await turn();
        };
        await expect(read(client, shape, slow)).rejects.toBeRichError(TooManySidesError, SIDES);
        expect(seen).toEqual([...Array(messages).keys()]);
      });
    });
  });
});

describe.each(SHAPES)("a %s call whose error waits for its reader", (shape) => {
  const MESSAGES = 100;
  const handler = async function* () {
    for (let index = 0; index < MESSAGES; index++) yield { index };
    throw tooManySides();
  };
  const start = async () => clientOf((await startShapes({ serverStream: handler, bidi: handler })).address);

  /** Returns a stream that is paused after one message until everything has arrived. */
  async function paused() {
    const shapes = await startShapes({ serverStream: handler, bidi: handler });
    const stream = plain(shapes.client, shape);
    const events: unknown[] = [];
    stream.on("data", ({ index }) => {
      events.push(index);
      if (index === 0) stream.pause();
    });
    stream.on("error", ({ code }: { code?: number } & Error) => events.push(`error ${code}`));
    stream.on("status", ({ code }) => events.push(`status ${code}`));
    for (const event of ["end", "close"]) stream.on(event, () => events.push(event));
    await until(() => shapes.failed.length === 1);
    for (let turns = 0; turns < 50; turns++) await turn();
    return { stream, events };
  }

  it("emits it once, before the end", async () => {
    const { stream, events } = await paused();
    expect(events).toEqual([0]);
    stream.resume();
    await until(() => events.includes("end"));
    const others = events.filter((event) => typeof event !== "number" && event !== "close");
    expect(events.slice(0, MESSAGES)).toEqual([...Array(MESSAGES).keys()]);
    expect(others.slice().sort()).toEqual(["end", "error 3", "status 3"]);
    expect(others.indexOf("error 3")).toBeLessThan(others.indexOf("end"));
  });

  it("ends at once when it is cancelled", async () => {
    const { stream, events } = await paused();
    stream.cancel();
    await until(() => events.length > 2);
    expect(events).toEqual([0, "error 1", "status 1"]);
  });

  it("ends at once when it is cancelled before the last messages are read", async () => {
    const { stream, events } = await paused();
    stream.on("data", ({ index }) => {
      if (index === MESSAGES - 5) stream.pause();
    });
    stream.resume();
    await until(() => events.includes("status 3"));
    expect(events).not.toContain("error 3");
    stream.cancel();
    await until(() => events.includes("error 3"));
    expect(events.at(-1)).toBe("error 3");
  });

  it("emits no error when it is destroyed, but a status", async () => {
    const { stream, events } = await paused();
    stream.destroy();
    await until(() => events.includes("status 1"));
    for (let turns = 0; turns < 20; turns++) await turn();
    expect(events).toEqual([0, "close", "status 1"]);
  });

  it("ends at its deadline if nobody reads until then", async () => {
    const client = await start();
    const options = { deadline: Date.now() + 200 };
    const stream = shape === "bidi" ? client.bidi(options) : client.serverStream(request(), options);
    stream.once("data", () => stream.pause());
    const error = await new Promise((resolve) => stream.on("error", resolve));
    expect(error).toMatchObject({ code: 4 });
  });

  it("emits it at once if nobody reads", async () => {
    const client = await start();
    const error = await new Promise((resolve) => plain(client, shape).on("error", resolve));
    expect(error).toBeRichError(TooManySidesError, SIDES);
  });

  it("emits it at once if it is paused from the beginning", async () => {
    const client = await start();
    const error = await new Promise((resolve) => plain(client, shape).pause().on("error", resolve));
    expect(error).toBeRichError(TooManySidesError, SIDES);
  });

  it("is not ended early by an interceptor", async () => {
    const shapes = await startShapes({ serverStream: handler, bidi: handler });
    const passing: Interceptor = (options, nextCall) => new InterceptingCall(nextCall(options), {});
    const options = { interceptors: [passing, passing] };
    const { calls } = shapes;
    let read = 0;
    const reading = async () => {
      for await (const _ of shape === "bidi" ? calls.bidi([], options) : calls.serverStream(request(), options)) {
        read++;
        for (let turns = 0; turns < 5; turns++) await turn();
      }
    };
    await expect(reading()).rejects.toBeRichError(TooManySidesError, SIDES);
    expect(read).toBe(MESSAGES);
  });

  it("delivers all messages by promises(client) without richErrorClientOptions", async () => {
    const shapes = await startShapes({ serverStream: handler, bidi: handler });
    const calls = promises(clientOf(shapes.address, {}));
    let read = 0;
    const reading = async () => {
      for await (const _ of shape === "bidi" ? calls.bidi([]) : calls.serverStream(request())) {
        read++;
        for (let turns = 0; turns < 5; turns++) await turn();
      }
    };
    await expect(reading()).rejects.toBeRichError(RichError);
    expect(read).toBe(MESSAGES);
  });
});

describe("a malformed message", () => {
  it.each(SHAPES)("of a %s call causes an error after the messages before it", async (shape) => {
    const address = await h2((stream) => {
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": 5 }));
      stream.end(Buffer.concat([bytesOf(0), bytesOf(1), framed(Buffer.from([0xff])), bytesOf(3)]));
    });
    const calls = promises(clientOf(address));
    const seen: number[] = [];
    const reading = async () => {
      for await (const { index } of shape === "bidi" ? calls.bidi([]) : calls.serverStream(request())) {
        seen.push(index);
        for (let turns = 0; turns < 5; turns++) await turn();
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: 13, origin: "CLIENT" });
    expect(seen).toEqual([0, 1]);
  });
});

describe("the requests of a bidi call that failed", () => {
  it("pause while its messages are read slowly, and are closed by the error", async () => {
    const { calls } = await startShapes({
      async *bidi(call) {
        for await (const _ of call) break;
        for (let index = 0; index < 100; index++) yield { index };
        throw tooManySides();
      },
    });
    const seen = { asked: 0, closed: false, read: 0 };
    async function* requests(): AsyncGenerator<ShapeRequest> {
      try {
        for (; seen.asked < 5_000; seen.asked++) yield { ...request(), scenario: "x".repeat(16 * 1024) };
      } finally {
        seen.closed = true;
      }
    }
    const reading = async () => {
      for await (const _ of calls.bidi(requests())) if (++seen.read === 1) await settled(() => seen.asked);
    };
    await expect(reading()).rejects.toBeRichError(TooManySidesError, SIDES);
    expect(seen).toMatchObject({ read: 100, closed: true });
    expect(seen.asked).toBeLessThan(500);
  });
});
