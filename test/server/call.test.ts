import { once } from "node:events";
import { connect, constants } from "node:http2";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { ServerInterceptingCall, type ServerInterceptor, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { Code, type FailedCall, RichError, richErrorServerInterceptor, signalOf } from "grpc-rich-errors";
import { describe, expect, it, vi } from "vitest";
import { ShapesService } from "../gen/shapes/v1/shapes.js";
import { SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { metadataOf } from "../support/metadata.js";
import { framed, rawCall } from "../support/raw.js";
import { type Handlers, request, SHAPES, type Shape, type Shapes, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";

expectNothingUncaught();

const SECRET = "hunter2";
const MANY: readonly Shape[] = ["serverStream", "bidi"];
const ONE: readonly Shape[] = ["unary", "clientStream"];

/** One handler for all shapes. */
function all(handler: (...args: never[]) => unknown): Handlers {
  return { unary: handler, clientStream: handler, serverStream: handler, bidi: handler } as unknown as Handlers;
}

/** Waits until the server has reported so many calls. */
async function reported(calls: readonly FailedCall[], count = 1): Promise<readonly FailedCall[]> {
  await vi.waitFor(() => expect(calls.length).toBeGreaterThanOrEqual(count), { timeout: 4000, interval: 5 });
  await turn();
  expect(calls).toHaveLength(count);
  return calls;
}

/** A promise that is resolved from outside. */
function gate(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((opened) => {
    resolve = opened;
  });
  return { promise, resolve };
}

interface Cancellable {
  cancel(): void;
  on(event: "error", listener: () => void): unknown;
}

/** Makes a call, and cancels it while the server works on it. */
async function cancelled({ client }: Shapes, shape: Shape, atWork: Promise<unknown>): Promise<void> {
  const over = gate();
  const done = () => over.resolve();
  const start: Record<Shape, () => Cancellable> = {
    unary: () => client.unary(request(), done),
    clientStream: () => client.clientStream(done),
    serverStream: () => client.serverStream(request()).on("data", () => {}),
    bidi: () => client.bidi().on("data", () => {}),
  };
  const call = start[shape]();
  call.on("error", done);
  await atWork;
  call.cancel();
  await over.promise;
}

describe("the call that onError gets", () => {
  const headers = { "x-request-id": "r-7", "x-token": SECRET };

  it.each(SHAPES)("has the metadata and the request id of a %s call", async (shape) => {
    const shapes = await startShapes(all(() => Promise.reject(new Error("x"))));
    await callOn(shapes, shape, { metadata: metadataOf(headers) });
    const [call] = await reported(shapes.failed);
    expect(call?.requestId).toBe("r-7");
    expect(call?.metadata.get("x-token")).toEqual([SECRET]);
    expect(call?.metadata.get("grpc-timeout")).toEqual([]);
  });

  it.each(ONE)("has the metadata and the request id of a %s call without richHandlers", async (shape) => {
    const fail = (_: unknown, callback: (error: object) => void) => callback(tooManySides());
    const shapes = await startShapes({}, { unguarded: { [shape]: fail } as UntypedServiceImplementation });
    await callOn(shapes, shape, { metadata: metadataOf(headers) });
    const [call] = await reported(shapes.failed);
    expect([call?.requestId, call?.metadata.get("x-token")]).toEqual(["r-7", [SECRET]]);
  });

  it("does not print the metadata", async () => {
    const shapes = await startShapes(all(() => Promise.reject(new Error("x"))));
    await callOn(shapes, "unary", { metadata: metadataOf(headers) });
    const [call] = await reported(shapes.failed);
    expect(JSON.stringify(call)).toContain("r-7");
    expect(JSON.stringify({ ...call })).not.toContain(SECRET);
  });

  it("has the trace id of a call without a request id", async () => {
    const shapes = await startShapes(all(() => Promise.reject(tooManySides())));
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    await callOn(shapes, "bidi", { metadata: metadataOf({ traceparent }) });
    expect(await reported(shapes.failed)).toMatchObject([{ requestId: "4bf92f3577b34da6a3ce929d0e0e4736" }]);
  });

  it("has an issue for a detail that could not be packed", async () => {
    const broken = { typeName: "x.Broken", encode: () => null as never, decode: () => undefined };
    const errorDetails = [{ typeUrl: "type.googleapis.com/x.Broken", value: broken.encode() }];
    const shapes = await startShapes(all(() => Promise.reject(tooManySides({ errorDetails }))));
    expect((await callOn(shapes, "unary")).error).toBeRichError(TooManySidesError, SIDES);
    const [call] = await reported(shapes.failed);
    expect(call?.sent.issues).toMatchObject([{ kind: "malformed-detail" }]);
  });
});

describe("an onError that fails", () => {
  const endless = new Promise<void>(() => {});
  const hostile = {
    // biome-ignore lint/suspicious/noThenProperty: this is what is tested.
    get then(): never {
      throw new Error("x");
    },
  };
  const rejecting = {
    // biome-ignore lint/suspicious/noThenProperty: this is what is tested.
    then: (_: unknown, reject: (reason: Error) => void) => reject(new Error("x")),
  };
  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("x");
      },
    ],
    ["rejects", () => Promise.reject(new Error("x"))],
    ["never ends", () => endless],
    ["returns an object whose then throws", () => hostile],
    ["returns a thenable that rejects", () => rejecting],
  ])("and %s has no effect on the client", async (_, onError) => {
    const boundary = richErrorServerInterceptor({ onError: onError as () => void });
    const shapes = await startShapes(
      all(() => Promise.reject(tooManySides())),
      { onlyInterceptors: [boundary] },
    );
    for (const shape of SHAPES) expect((await callOn(shapes, shape)).error).toBeRichError(TooManySidesError, SIDES);
  });
});

describe("a failure that comes too late is reported", () => {
  it.each(ONE)("for a %s handler that rejects after it called back", async (shape) => {
    const thrown = new Error(SECRET);
    const shapes = await startShapes(
      all(async (_: unknown, callback: (error: null, value: object) => void) => {
        callback(null, { index: 7 });
        throw thrown;
      }),
    );
    expect(await callOn(shapes, shape)).toEqual({ messages: [7], error: undefined });
    expect(await reported(shapes.late)).toMatchObject([
      { error: thrown, late: true, masked: true, sent: { code: 13 } },
    ]);
    expect(shapes.failed).toEqual([]);
  });

  it.each(MANY)("for a %s handler that throws after it ended the call", async (shape) => {
    const thrown = tooManySides();
    const shapes = await startShapes(
      all(async (call: { end(): void } & NodeJS.EventEmitter) => {
        const over = once(call, "cancelled");
        call.end();
        await over;
        throw thrown;
      }),
    );
    expect((await callOn(shapes, shape)).error).toBeUndefined();
    expect(await reported(shapes.late)).toMatchObject([{ error: thrown, late: true, masked: false, sent: thrown }]);
  });

  it.each(SHAPES)("for a %s handler that fails twice, with the same request id", async (shape) => {
    const second = new Error("second");
    const shapes = await startShapes(
      all(async (call: NodeJS.EventEmitter) => {
        call.emit("error", tooManySides());
        throw second;
      }),
    );
    expect((await callOn(shapes, shape)).error).toBeRichError(TooManySidesError, SIDES);
    const [[first], [late]] = [await reported(shapes.failed), await reported(shapes.late)];
    expect(late).toMatchObject({ error: second, late: true, masked: true, method: ShapesService[shape].path });
    expect([late?.requestId, late?.peer]).toEqual([first?.requestId, first?.peer]);
  });

  it.each(SHAPES)("for a %s handler whose client has cancelled", async (shape) => {
    const thrown = new Error("disk full");
    const atWork = gate();
    const shapes = await startShapes(
      all(async (call: Parameters<typeof signalOf>[0]) => {
        const gone = once(signalOf(call), "abort");
        atWork.resolve();
        await gone;
        throw thrown;
      }),
    );
    await cancelled(shapes, shape, atWork.promise);
    const [call] = await reported(shapes.late);
    expect(call).toMatchObject({ error: thrown, masked: true, sent: { code: Code.INTERNAL } });
    expect(call?.peer).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(shapes.failed).toEqual([]);
  });

  it.each(SHAPES)("as CANCELLED for a %s handler that stops because its client cancelled", async (shape) => {
    const atWork = gate();
    const shapes = await startShapes(
      all((call: Parameters<typeof signalOf>[0]) => {
        atWork.resolve();
        return sleep(10_000, undefined, { signal: signalOf(call) });
      }),
    );
    await cancelled(shapes, shape, atWork.promise);
    expect(await reported(shapes.late)).toMatchObject([
      {
        error: { name: "AbortError" },
        masked: false,
        sent: { code: Code.CANCELLED, message: "the call was cancelled" },
      },
    ]);
  });

  it.each(MANY)("for a %s handler whose client cancels before it has read all messages", async (shape) => {
    const thrown = tooManySides();
    const full = gate();
    const shapes = await startShapes(
      all((call: { write(message: object): boolean }) => {
        for (let index = 0; index < 20_000; index++) call.write({ index: 2 ** 30 });
        full.resolve();
        throw thrown;
      }),
    );
    // Reads no more than fits into the window of the stream.
    const session = connect(`http://${shapes.address}`).on("error", () => {});
    const headers = { ":method": "POST", "content-type": "application/grpc", te: "trailers" };
    const stream = session.request({ ...headers, ":path": ShapesService[shape].path }).on("error", () => {});
    stream.end(framed(new Uint8Array()));
    await full.promise;
    stream.close(constants.NGHTTP2_CANCEL);
    expect(await reported(shapes.late)).toMatchObject([{ error: thrown, late: true, sent: thrown }]);
    expect(shapes.failed).toEqual([]);
    session.close();
  });

  it.each(ONE)("for a %s handler without richHandlers that calls back twice", async (shape) => {
    const twice = (_: unknown, callback: (error: object | null, value?: object) => void) => {
      callback({ code: 5, details: "gone" });
      callback({ code: 6, details: "there" });
    };
    const shapes = await startShapes({}, { unguarded: { [shape]: twice } as UntypedServiceImplementation });
    expect((await callOn(shapes, shape)).error).toMatchObject({ code: 5 });
    expect(await reported(shapes.late)).toMatchObject([{ late: true, sent: { code: 6, message: "there" } }]);
    expect(shapes.failed).toHaveLength(1);
  });
});

describe("a status that grpc-js sends past all interceptors is reported", () => {
  it.each(SHAPES)("at the deadline of a %s call", async (shape) => {
    const shapes = await startShapes(all(() => new Promise(() => {})));
    const { trailers } = await rawCall(shapes.address, ShapesService[shape].path, undefined, { "grpc-timeout": "30m" });
    expect(trailers["grpc-status"]).toBe("4");
    const [call] = await reported(shapes.failed);
    expect(call).toMatchObject({ masked: false, late: false, sent: { code: Code.DEADLINE_EXCEEDED } });
    expect(call?.error).toBe(call?.sent);
    expect(shapes.late).toEqual([]);
  });

  it("at the deadline, before the failure of the handler", async () => {
    const thrown = new Error("no rows");
    const shapes = await startShapes({
      unary: async (call) => {
        await once(signalOf(call), "abort");
        throw thrown;
      },
    });
    await rawCall(shapes.address, ShapesService.unary.path, undefined, { "grpc-timeout": "30m" });
    const [[failed], [late]] = [await reported(shapes.failed), await reported(shapes.late)];
    expect(failed).toMatchObject({ sent: { code: Code.DEADLINE_EXCEEDED } });
    expect(late).toMatchObject({ error: thrown, masked: true, requestId: failed?.requestId });
  });

  it.each(SHAPES)("for a response of a %s call that cannot be serialized, with the reason", async (shape) => {
    const unfit = { index: "seven" };
    const shapes = await startShapes(all(() => (MANY.includes(shape) ? [{ index: 0 }, unfit] : unfit)));
    const { error, messages } = await callOn(shapes, shape);
    expect(error).toMatchObject({ code: 13, message: "Error serializing response" });
    expect(messages).toEqual(MANY.includes(shape) ? [0] : []);
    const [call] = await reported(shapes.failed);
    expect(call).toMatchObject({
      masked: true,
      late: false,
      sent: { code: 13, message: "Error serializing response" },
    });
    expect(String(call?.error)).toMatch(/int32/);
  });

  it.each(SHAPES)("for a response of a %s call that is too large", async (shape) => {
    const large = { index: 2 ** 30 };
    const shapes = await startShapes(
      all(() => (MANY.includes(shape) ? [{ index: 0 }, large] : large)),
      { server: { "grpc.max_send_message_length": 4 } },
    );
    expect((await callOn(shapes, shape)).error).toMatchObject({ code: 8 });
    const [call] = await reported(shapes.failed);
    expect(call).toMatchObject({ masked: false, late: false, sent: { code: Code.RESOURCE_EXHAUSTED } });
    expect(call?.sent.message).toContain("grpc.max_send_message_length");
  });

  const BAD = Buffer.from("ffffff", "hex");
  const OVERLONG = Buffer.alloc(100);
  for (const [what, bytes] of [
    ["cannot be read", BAD],
    ["is too large", OVERLONG],
  ] as const) {
    it.each(SHAPES)(`for a request of a %s call that ${what}`, async (shape) => {
      const server = { "grpc.max_receive_message_length": 50 };
      const reading = async (call: object) => {
        if (Symbol.asyncIterator in call) for await (const _ of call as AsyncIterable<unknown>) void _;
        return new Promise(() => {});
      };
      const shapes = await startShapes(all(reading), { server });
      const { trailers } = await rawCall(shapes.address, ShapesService[shape].path, [bytes]);
      expect(trailers["grpc-status"]).toBe(bytes === BAD ? "13" : "8");
      const [call] = await reported(shapes.failed);
      expect(call).toMatchObject({ masked: false, late: false, sent: { code: Code.INTERNAL } });
      expect(call?.sent.message).toContain("a request cannot be read");
    });
  }

  it("but not for a missing method, which no interceptor sees", async () => {
    const shapes = await startShapes({});
    const { trailers } = await rawCall(shapes.address, "/shapes.v1.Shapes/Nothing");
    expect(trailers["grpc-status"]).toBe("12");
    expect([...shapes.failed, ...shapes.late]).toEqual([]);
  });
});

describe("a call that its client cancels", () => {
  it.each(SHAPES)("is not reported if its %s handler does not fail", async (shape) => {
    const shapes = await startShapes(
      all(async (call: { write?: (message: object) => boolean } & Parameters<typeof signalOf>[0]) => {
        const gone = once(signalOf(call), "abort");
        atWork.resolve();
        // Keeps writing after the client is gone.
        for (let index = 0; index < 50 && MANY.includes(shape); index++) {
          call.write?.({ index });
          await turn();
        }
        await gone;
        return [];
      }),
    );
    let atWork = gate();
    for (let time = 0; time < 20; time++) {
      atWork = gate();
      await cancelled(shapes, shape, atWork.promise);
    }
    await sleep(20);
    expect([...shapes.failed, ...shapes.late]).toEqual([]);
  });
});

it.each(MANY)("a client that cancels a %s call after a message is not reported", async (shape) => {
  const written = gate();
  const over = gate();
  const shapes = await startShapes(
    all(async (call: { write(message: object, written: () => void): void } & Parameters<typeof signalOf>[0]) => {
      await new Promise<void>((resolve) => call.write({ index: 0 }, resolve));
      written.resolve();
      await once(signalOf(call), "abort");
      over.resolve();
      await new Promise(() => {});
    }),
  );
  await cancelled(shapes, shape, written.promise);
  await over.promise;
  await turn();
  expect([...shapes.failed, ...shapes.late]).toEqual([]);
});

it.each([
  [undefined, "undefined"],
  [null, "null"],
  [5, "5"],
])("a call whose interceptor sends %s as its status fails and says what to send", async (sent, named) => {
  const interceptor: ServerInterceptor = (_, call) =>
    new ServerInterceptingCall(call, { sendStatus: (_status, next) => next(sent as never) });
  const shapes = await startShapes({}, { interceptors: [interceptor] });
  expect((await callOn(shapes, "unary")).error).toMatchObject({ code: 13, message: "internal error" });
  const [call] = await reported(shapes.failed);
  expect(call?.error).toEqual(
    new TypeError(`an interceptor sent ${named} as the status; send { code, details, metadata }`),
  );
});

it("a second interceptor does not report the deadline of a call again", async () => {
  const second: FailedCall[] = [];
  const interceptors = [richErrorServerInterceptor({ onError: (call) => second.push(call) })];
  const shapes = await startShapes({ unary: () => new Promise(() => {}) }, { interceptors });
  await rawCall(shapes.address, ShapesService.unary.path, undefined, { "grpc-timeout": "30m" });
  await reported(shapes.failed);
  expect(second).toEqual([]);
});

it("each message of an interceptor calls its own callback", async () => {
  const written: string[] = [];
  // The base class of grpc-js passes the same callback for each message of a stream.
  class Numbering extends ServerInterceptingCall {
    #count = 0;
    override sendMessage(message: unknown, callback: () => void): void {
      const name = `message ${this.#count++}`;
      super.sendMessage(message, () => {
        written.push(name);
        callback();
      });
    }
  }
  const shapes = await startShapes({}, { interceptors: [(_, call) => new Numbering(call)] });
  expect(await callOn(shapes, "serverStream", { requests: [request(3)] })).toEqual({
    messages: [0, 1, 2],
    error: undefined,
  });
  expect(written).toEqual(["message 0", "message 1", "message 2"]);
});

it.each(ONE)("a %s handler without richHandlers that calls back with the code OK is masked", async (shape) => {
  const fail = (_: unknown, callback: (error: object) => void) => callback({ code: 0, details: SECRET });
  const shapes = await startShapes({}, { unguarded: { [shape]: fail } as UntypedServiceImplementation });
  const { error } = await callOn(shapes, shape);
  expect(error).toBeRichError(RichError);
  expect(error).toMatchObject({ code: 13, message: "internal error" });
  expect(shapes.failed).toMatchObject([{ masked: true }]);
});

it("the errors of handlers are reported even if another interceptor replaces the metadata of the call", async () => {
  const shapes = await startShapes(
    all(() => Promise.reject(new Error("x"))),
    {
      interceptors: [
        (_, call) =>
          new ServerInterceptingCall(call, {
            start: (next) => next({ onReceiveMetadata: (callMetadata, go) => go(callMetadata.clone()) }),
          }),
      ],
    },
  );
  for (const shape of SHAPES) {
    const { error } = await callOn(shapes, shape, { metadata: metadataOf({ "x-request-id": "r-7" }) });
    expect((error as RichError).standardDetails.requestInfo?.requestId).toBe("r-7");
  }
  expect(shapes.failed).toMatchObject(SHAPES.map(() => ({ masked: true, requestId: "r-7" })));
});
