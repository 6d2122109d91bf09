import { getEventListeners, once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { InterceptingCall, type Interceptor, Metadata, status } from "@grpc/grpc-js";
import { Code, promises, RichError, signalOf } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { request, SHAPES, type Shape, type Shapes, startShapes } from "../support/shapes.js";
import { expectNothingUncaught } from "../support/watch.js";

expectNothingUncaught();

/** Makes one call of any shape and returns its responses. */
async function collect({ calls }: Shapes, shape: Shape, options: object = {}): Promise<unknown[]> {
  const requests = [request(2), request(2)];
  if (shape === "unary") return [await calls.unary(request(2), options)];
  if (shape === "clientStream") return [await calls.clientStream(requests, options)];
  const messages: unknown[] = [];
  const iterable = shape === "bidi" ? calls.bidi(requests, options) : calls.serverStream(request(2), options);
  for await (const message of iterable) messages.push(message);
  return messages;
}

type Call = Parameters<typeof signalOf>[0] & { readonly metadata: Metadata };

/** Handlers that never respond, with promises of the begin and the end of the call. */
function silent() {
  let begin = (_: Call) => {};
  const began = new Promise<Call>((resolve) => {
    begin = resolve;
  });
  const hang = (call: Call): Promise<never> => {
    begin(call);
    signalOf(call);
    return new Promise(() => {});
  };
  const over = async () => {
    const signal = signalOf(await began);
    if (!signal.aborted) await once(signal, "abort");
  };
  return { handlers: { unary: hang, clientStream: hang, serverStream: hang, bidi: hang }, began, over };
}

describe.each(SHAPES)("a %s call", (shape) => {
  it("returns the responses of the server", async () => {
    const expected = { unary: [0], clientStream: [2], serverStream: [0, 1], bidi: [0, 1] }[shape];
    expect(await collect(await startShapes({}), shape)).toEqual(expected.map((index) => ({ index })));
  });

  it("fails with the declared error, whose stack names the caller", async () => {
    const fail = () => {
      throw tooManySides();
    };
    const shapes = await startShapes({ unary: fail, clientStream: fail, serverStream: fail, bidi: fail });
    const error = await collect(shapes, shape).catch((error: unknown) => error);
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect((error as Error).stack).toContain("promises.test.ts");
    expect((error as Error).stack).toMatch(/^TooManySidesError: chiliagon has/);
  });

  it("sends metadata and a deadline", async () => {
    const { handlers, began } = silent();
    const shapes = await startShapes(handlers);
    const metadata = new Metadata();
    metadata.set("x-own", "mine");
    const error = await collect(shapes, shape, { metadata, deadline: Date.now() + 500 }).catch((error) => error);
    expect(error).toBeRichError(RichError);
    expect(error).toMatchObject({ code: Code.DEADLINE_EXCEEDED });
    expect((await began).metadata.get("x-own")).toEqual(["mine"]);
  });

  it("does not begin if its signal is already aborted", async () => {
    const shapes = await startShapes({});
    const reason = new Error("changed my mind");
    const error = await collect(shapes, shape, { signal: AbortSignal.abort(reason) }).catch((error) => error);
    expect(error).toBeRichError(RichError);
    expect(error).toMatchObject({ code: Code.CANCELLED, cause: reason, received: false });
    expect(shapes.peers).toEqual([]);
  });

  it("is cancelled on both sides when its signal is aborted", async () => {
    const { handlers, began, over } = silent();
    const shapes = await startShapes(handlers);
    const controller = new AbortController();
    const reason = { why: "changed my mind" };
    const call = collect(shapes, shape, { signal: controller.signal }).catch((error: unknown) => error);
    await began;
    controller.abort(reason);
    const error = await call;
    expect(error).toBeRichError(RichError);
    expect(error).toMatchObject({ code: Code.CANCELLED });
    expect((error as Error).cause).toBe(reason);
    await over();
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  it("removes its listener from its signal", async () => {
    const { signal } = new AbortController();
    await collect(await startShapes({}), shape, { signal });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("has no reason of a signal as its cause if the server cancels it", async () => {
    const fail = () => {
      throw new RichError(Code.CANCELLED, "not any more");
    };
    const shapes = await startShapes({ unary: fail, clientStream: fail, serverStream: fail, bidi: fail });
    const { signal } = new AbortController();
    const error = await collect(shapes, shape, { signal }).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: Code.CANCELLED, message: "not any more" });
    expect((error as Error).cause).toBeUndefined();
  });

  it("fails with a RichError even without richErrorClientOptions", async () => {
    const fail = () => {
      throw tooManySides();
    };
    const shapes = await startShapes(
      { unary: fail, clientStream: fail, serverStream: fail, bidi: fail },
      { client: { callInvocationTransformer: (properties) => properties } },
    );
    const error = await collect(shapes, shape).catch((error: unknown) => error);
    expect(error).toBeRichError(RichError);
    expect(error).toMatchObject({ reason: "TOO_MANY_SIDES" });
  });

  it("accepts an immediate response from a client interceptor", async () => {
    const respond =
      (code: status): Interceptor =>
      (options, nextCall) => {
        let listener: { onReceiveStatus(status: object): void; onReceiveMessage(message: object): void };
        return new InterceptingCall(nextCall(options), {
          start: (_, given) => {
            listener = given as never;
            if (code === status.OK) listener.onReceiveMessage({ index: 7 });
            listener.onReceiveStatus({ code, details: "from a cache", metadata: new Metadata() });
          },
          sendMessage: () => {},
          halfClose: () => {},
        });
      };
    const shapes = await startShapes({});
    const { signal } = new AbortController();
    const refused = collect(shapes, shape, { signal, interceptors: [respond(status.NOT_FOUND)] });
    await expect(refused).rejects.toMatchObject({ code: Code.NOT_FOUND, message: "from a cache" });
    expect(getEventListeners(signal, "abort")).toEqual([]);
    if (shape === "unary" || shape === "clientStream") {
      const response = collect(shapes, shape, { interceptors: [respond(status.OK)] });
      await expect(response).resolves.toEqual([{ index: 7 }]);
    }
    expect(shapes.peers).toEqual([]);
  });
});

describe("an iterable of responses", () => {
  it("begins its call on the first read", async () => {
    const shapes = await startShapes({});
    const messages = shapes.calls.serverStream(request(1));
    expect(shapes.peers).toEqual([]);
    for await (const _ of messages);
    expect(shapes.peers).toHaveLength(1);
  });

  it.each(["serverStream", "bidi"] as const)(
    "of a %s call ends the server's generator when the reader leaves",
    async (shape) => {
      let closed = () => {};
      const over = new Promise<void>((resolve) => {
        closed = resolve;
      });
      async function* endless() {
        try {
          for (let index = 0; ; index++) {
            yield { index };
            await turn();
          }
        } finally {
          closed();
        }
      }
      const { calls } = await startShapes({ serverStream: endless, bidi: endless });
      const seen: number[] = [];
      for await (const { index } of shape === "bidi" ? calls.bidi([]) : calls.serverStream(request())) {
        seen.push(index);
        if (seen.length === 3) break;
      }
      expect(seen).toEqual([0, 1, 2]);
      await over;
    },
  );

  it("of a bidi call closes the requests when the reader leaves", async () => {
    let closed = () => {};
    const over = new Promise<void>((resolve) => {
      closed = resolve;
    });
    async function* requests() {
      try {
        for (;;) {
          yield request();
          await turn();
        }
      } finally {
        closed();
      }
    }
    const { calls } = await startShapes({});
    const seen: number[] = [];
    for await (const { index } of calls.bidi(requests())) {
      seen.push(index);
      break;
    }
    await over;
    expect(seen).toEqual([0]);
  });
});

describe.each(["clientStream", "bidi"] as const)("the requests of a %s call", (shape) => {
  const start = ({ calls }: Shapes, requests: Parameters<typeof calls.bidi>[0]) =>
    shape === "bidi" ? calls.bidi(requests)[Symbol.asyncIterator]().next() : calls.clientStream(requests);

  it.each([["at once"], ["after a message"]])(
    "may throw %s: the call is cancelled and fails with the thrown value",
    async (when) => {
      const { handlers, over, began } = silent();
      const shapes = await startShapes(handlers);
      const thrown = { thrown: when };
      await expect(
        start(
          shapes,
          (async function* () {
            if (when !== "at once") yield request();
            await began;
            throw thrown;
          })(),
        ),
      ).rejects.toBe(thrown);
      await over();
    },
  );

  it("may contain null, which cancels the call", async () => {
    const { handlers } = silent();
    const shapes = await startShapes(handlers);
    await expect(start(shapes, [null as never])).rejects.toMatchObject({ code: "ERR_STREAM_NULL_VALUES" });
  });

  it("may contain undefined, which fails the call", async () => {
    const { handlers } = silent();
    const shapes = await startShapes(handlers);
    await expect(start(shapes, [undefined as never, request()])).rejects.toBeRichError(RichError);
  });

  it("are closed if the server fails before the last one", async () => {
    let closed = () => {};
    const over = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const shapes = await startShapes({
      async clientStream(call) {
        for await (const _ of call) throw tooManySides();
      },
      // biome-ignore lint/correctness/useYield: it fails before its first response.
      async *bidi(call) {
        for await (const _ of call) throw tooManySides();
      },
    });
    const call = start(
      shapes,
      (async function* () {
        try {
          for (;;) {
            yield request();
            await turn();
          }
        } finally {
          closed();
        }
      })(),
    );
    await expect(call).rejects.toBeRichError(TooManySidesError, SIDES);
    await over;
  });
});

describe("a clientStream call", () => {
  it("may end before all requests are sent", async () => {
    let closed = () => {};
    const over = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { calls } = await startShapes({
      async clientStream(call) {
        for await (const _ of call) break;
        return { index: 42 };
      },
    });
    async function* requests() {
      try {
        for (;;) {
          yield request();
          await turn();
        }
      } finally {
        closed();
      }
    }
    await expect(calls.clientStream(requests())).resolves.toEqual({ index: 42 });
    await over;
  });
});

describe("promises", () => {
  it("has the methods of the service and no others of the client", async () => {
    const { client } = await startShapes({});
    expect(Object.keys(promises(client)).sort()).toEqual([...SHAPES].sort());
  });

  it("rejects calls on a closed client", async () => {
    const shapes = await startShapes({});
    shapes.client.close();
    for (const shape of SHAPES) await expect(collect(shapes, shape)).rejects.toBeInstanceOf(Error);
  });
});
