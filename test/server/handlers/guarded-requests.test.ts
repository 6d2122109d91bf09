import { on, once } from "node:events";
import http2 from "node:http2";
import type { Socket } from "node:net";
import { PassThrough, type Readable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import { RichError, signalOf } from "grpc-rich-errors";
import { describe, expect, it, onTestFinished } from "vitest";
import { ShapeRequest, type ShapeResponse, ShapesService } from "../../gen/shapes/v1/shapes.js";
import { framed } from "../../support/raw.js";
import { type Handlers, request, startShapes } from "../../support/shapes.js";
import { until } from "../../support/turns.js";
import { expectNothingUncaught } from "../../support/watch.js";

// To a handler, an upload that was cut off never looks like one that the client finished.

expectNothingUncaught();

const UPLOADS = ["clientStream", "bidi"] as const;
type Upload = (typeof UPLOADS)[number];

type Call = ServerDuplexStream<ShapeRequest, ShapeResponse> & Readable;

/** A client on plain HTTP/2 in the middle of an upload. */
interface Uploader {
  readonly session: http2.ClientHttp2Session;
  readonly socket: Socket;
  readonly stream: http2.ClientHttp2Stream;
  send(): void;
}

async function upload(address: string, shape: Upload, timeout?: string): Promise<Uploader> {
  const session = http2.connect(`http://${address}`).on("error", () => {});
  onTestFinished(() => session.destroy());
  await once(session, "connect");
  const stream = session.request({
    ":method": "POST",
    ":path": ShapesService[shape].path,
    "content-type": "application/grpc",
    te: "trailers",
    ...(timeout && { "grpc-timeout": timeout }),
  });
  stream.on("error", () => {}).resume();
  // The public socket of the session is a proxy that cannot be closed.
  const socket = (session as unknown as Record<symbol, Socket>)[
    Object.getOwnPropertySymbols(session).find(({ description }) => description === "socket") ?? Symbol()
  ];
  if (!socket) throw new TypeError("the session has no socket");
  const send = () => void stream.write(framed(ShapeRequest.encode(request()).finish()));
  return { session, socket, stream, send };
}

/** The ways to cut off an upload. */
const LOSSES: readonly [string, (uploader: Uploader) => unknown][] = [
  ["cancels", ({ stream }) => stream.close(http2.constants.NGHTTP2_CANCEL)],
  ["resets the stream without an error", ({ stream }) => stream.close(http2.constants.NGHTTP2_NO_ERROR)],
  ["resets the stream with an error", ({ stream }) => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR)],
  ["destroys the stream", ({ stream }) => stream.destroy()],
  ["destroys the session", ({ session }) => session.destroy()],
  ["loses its socket", ({ socket }) => socket.destroy()],
  ["resets its socket", ({ socket }) => socket.resetAndDestroy()],
  ["ends its socket", ({ socket }) => socket.end()],
  [
    "sends another request and cancels at once",
    ({ send, stream }) => {
      send();
      stream.close(http2.constants.NGHTTP2_CANCEL);
    },
  ],
];

/** The ways to read all requests. Each resolves if the requests look complete. */
const READINGS: readonly [string, (call: Call, seen: () => void) => Promise<unknown>][] = [
  [
    "for await",
    async (call, seen) => {
      for await (const _ of call) seen();
    },
  ],
  [
    "a slow for await",
    async (call, seen) => {
      for await (const _ of call) {
        seen();
        for (let turns = 0; turns < 50; turns++) await turn();
      }
    },
  ],
  [
    "iterator()",
    async (call, seen) => {
      for await (const _ of call.iterator()) seen();
    },
  ],
  [
    "toArray()",
    async (call, seen) => {
      await call.map(seen).toArray();
    },
  ],
  ['"data" and "end"', (call, seen) => once(call.on("data", seen), "end")],
  [
    '"readable" and "end"',
    (call, seen) => {
      call.on("readable", () => {
        while (call.read() !== null) seen();
      });
      return once(call, "end");
    },
  ],
  ["stream.finished", (call, seen) => finished(call.on("data", seen), { writable: false })],
  [
    "stream.pipeline",
    (call, seen) => {
      const through = new PassThrough({ objectMode: true }).on("data", seen);
      return pipeline(call, through);
    },
  ],
  [
    "events.on",
    async (call, seen) => {
      for await (const _ of on(call, "data", { close: ["end"] } as never)) seen();
    },
  ],
];

/** The end of a reading. */
interface Ending {
  error?: unknown;
  /** Whether the signal of the call was aborted by then. */
  aborted?: boolean;
  ended?: boolean;
}

function reading(read: (call: Call, seen: () => void) => Promise<unknown>) {
  const state = { seen: 0, ended: false, ending: undefined as Ending | undefined };
  const handle = async (given: unknown): Promise<ShapeResponse> => {
    const call = given as Call;
    const signal = signalOf(call);
    call.on("end", () => {
      state.ended = true;
    });
    try {
      await read(call, () => void state.seen++);
      state.ending = { aborted: signal.aborted, ended: state.ended };
    } catch (error) {
      state.ending = { error, aborted: signal.aborted, ended: state.ended };
    }
    return { index: state.seen };
  };
  const handlers: Partial<Handlers> = {
    clientStream: (call) => handle(call),
    bidi: async function* (call) {
      yield await handle(call);
    },
  };
  return { state, handlers };
}

const CANCELLED = { error: { code: 1, message: "the call was cancelled" }, aborted: true, ended: false };

describe.each(UPLOADS)("a %s call", (shape) => {
  describe.each(READINGS)("read by %s", (_, read) => {
    it.each(LOSSES)("fails if its client %s", async (_, lose) => {
      const { state, handlers } = reading(read);
      const { address, calls, failed } = await startShapes(handlers);
      const uploader = await upload(address, shape);
      uploader.send();
      uploader.send();
      await until(() => state.seen > 0);
      lose(uploader);
      await until(() => state.ending !== undefined);
      expect(state.ending).toMatchObject(CANCELLED);
      expect(state.ending?.error).toBeInstanceOf(RichError);
      expect(await calls.unary(request())).toEqual({ index: 0 });
      expect(failed).toEqual([]);
    });

    it("fails if its deadline passes", async () => {
      const { state, handlers } = reading(read);
      const { address } = await startShapes(handlers);
      const uploader = await upload(address, shape, "300m");
      uploader.send();
      await until(() => state.ending !== undefined);
      const error = { code: 4, message: "the deadline of the call has passed" };
      expect(state.ending).toMatchObject({ error, aborted: true, ended: false });
    });

    it("ends after the last request if its client ends it", async () => {
      const { state, handlers } = reading(read);
      const { address } = await startShapes(handlers);
      const uploader = await upload(address, shape);
      uploader.send();
      uploader.send();
      uploader.stream.end();
      await once(uploader.stream, "close");
      expect(state).toEqual({ seen: 2, ended: true, ending: { aborted: false, ended: true } });
    });
  });
});

describe.each(UPLOADS)("a %s call of a grpc-js client", (shape) => {
  it("that cancels does not look complete", async () => {
    const { state, handlers } = reading(async (call, seen) => {
      for await (const _ of call) seen();
    });
    const { client } = await startShapes(handlers);
    const call = shape === "bidi" ? client.bidi() : client.clientStream(() => {});
    call.on("error", () => {}).write(request());
    await until(() => state.seen > 0);
    call.cancel();
    await until(() => state.ending !== undefined);
    expect(state.ending).toMatchObject(CANCELLED);
  });

  it("that ends its requests and then cancels does not look complete while requests are queued", async () => {
    let resume = () => {};
    const wait = new Promise<void>((resolve) => {
      resume = resolve;
    });
    const { state, handlers } = reading(async (call, seen) => {
      for await (const _ of call) {
        seen();
        await wait;
      }
    });
    const { client, peers } = await startShapes(handlers);
    const call = shape === "bidi" ? client.bidi() : client.clientStream(() => {});
    call.on("error", () => {});
    for (let sent = 0; sent < 3; sent++) call.write(request());
    call.end();
    await until(() => state.seen > 0);
    expect(peers).toHaveLength(1);
    for (let turns = 0; turns < 20; turns++) await turn();
    call.cancel();
    for (let turns = 0; turns < 20; turns++) await turn();
    resume();
    await until(() => state.ending !== undefined);
    expect(state.ending).toMatchObject(CANCELLED);
  });
});

it("a handler that responds before the requests end gets no error", async () => {
  const heard: unknown[] = [];
  const closed: unknown[] = [];
  const handle = (call: Pick<Call, "on" | "once">) => {
    call.on("error", (error) => void heard.push(error)).on("close", () => void closed.push("close"));
  };
  const { address, late } = await startShapes({
    clientStream: (call) => {
      handle(call as never);
      return { index: 1 };
    },
    bidi: (call) => {
      handle(call as never);
      return [{ index: 1 }];
    },
  });
  for (const shape of UPLOADS) {
    const uploader = await upload(address, shape);
    uploader.send();
    await once(uploader.stream, "trailers");
    uploader.session.destroy();
  }
  await until(() => closed.length === 2);
  expect(heard).toEqual([]);
  expect(late).toEqual([]);
});

it("listeners for errors get the error of an upload that was cut off, and nothing is reported", async () => {
  const heard: unknown[] = [];
  const { address, failed, late } = await startShapes({
    clientStream: (call, _callback) => void call.on("error", (error) => void heard.push(error)).resume(),
    bidi: (call) => void call.on("error", (error) => void heard.push(error)).resume(),
  });
  for (const [index, shape] of UPLOADS.entries()) {
    const uploader = await upload(address, shape);
    uploader.send();
    for (let turns = 0; turns < 20; turns++) await turn();
    uploader.stream.close(http2.constants.NGHTTP2_CANCEL);
    await until(() => heard.length > index);
  }
  expect(heard).toMatchObject([CANCELLED.error, CANCELLED.error]);
  expect([failed, late]).toEqual([[], []]);
});
