import { setImmediate as turn } from "node:timers/promises";
import {
  type handleUnaryCall,
  Metadata,
  type Responder,
  ServerInterceptingCall,
  type ServerInterceptor,
  type ServerListener,
} from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { type Handlers, request, SHAPES, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";

// Without this package, an interceptor that throws crashes the process, or its client waits for the deadline.

expectNothingUncaught();

const BROKEN = new Error("the interceptor is broken");
const broken = (): never => {
  throw BROKEN;
};
const MASKED = { code: 13, message: "internal error" };
const TWO = { requests: [request(2), request()] };

function fails(): Handlers {
  const fail = () => {
    throw tooManySides();
  };
  return { unary: fail, clientStream: fail, serverStream: fail, bidi: fail };
}

function responding(responder: Responder): ServerInterceptor {
  return (_, call) => new ServerInterceptingCall(call, responder);
}

function listening(listener: ServerListener): ServerInterceptor {
  return (_, call) => new ServerInterceptingCall(call, { start: (next) => next(listener) });
}

describe.each(SHAPES)("an interceptor that throws at the status of a %s call", (shape) => {
  const interceptors = [responding({ sendStatus: broken })];

  it("that succeeds ends the call with an error", async () => {
    const shapes = await startShapes({}, { interceptors });
    expect((await callOn(shapes, shape, TWO)).error).toMatchObject(MASKED);
    expect(shapes.failed).toMatchObject([{ error: BROKEN, masked: true }]);
  });

  it("that fails ends the call with an error, and both errors are reported", async () => {
    const shapes = await startShapes(fails(), { interceptors });
    expect((await callOn(shapes, shape, TWO)).error).toMatchObject(MASKED);
    expect(shapes.failed).toHaveLength(1);
    const [thrown, original] = (shapes.failed[0]?.error as AggregateError | undefined)?.errors ?? [];
    expect(thrown).toBe(BROKEN);
    expect(original).toBeRichError(TooManySidesError, SIDES);
  });
});

it.each(["unary", "clientStream"] as const)(
  "an interceptor that throws at the status of a %s call without richHandlers ends the call",
  async (shape) => {
    const fail: handleUnaryCall<unknown, unknown> = (_, callback) => callback(tooManySides());
    const interceptors = [responding({ sendStatus: broken })];
    const shapes = await startShapes({}, { unguarded: { unary: fail, clientStream: fail as never }, interceptors });
    expect((await callOn(shapes, shape, TWO)).error).toMatchObject(MASKED);
  },
);

describe.each(SHAPES)("an interceptor that throws while a %s call arrives", (shape) => {
  const MOMENTS: readonly [string, ServerListener][] = [
    ["at the metadata", { onReceiveMetadata: broken }],
    ["at a message", { onReceiveMessage: broken }],
    ["at the end of the requests", { onReceiveHalfClose: broken }],
  ];
  it.each(MOMENTS)("%s ends the call with an error", async (_, listener) => {
    const shapes = await startShapes({}, { interceptors: [listening(listener)] });
    expect((await callOn(shapes, shape, TWO)).error).toMatchObject(MASKED);
    expect(shapes.failed).toMatchObject([{ error: BROKEN, masked: true }]);
  });

  it("at the end of the call has no effect", async () => {
    const shapes = await startShapes({}, { interceptors: [listening({ onCancel: broken })] });
    expect((await callOn(shapes, shape, TWO)).error).toBeUndefined();
    expect(shapes.failed).toEqual([]);
  });
});

describe.each(SHAPES)("an interceptor that throws at a message of a %s call", (shape) => {
  it("ends the call with an error", async () => {
    const shapes = await startShapes({}, { interceptors: [responding({ sendMessage: broken })] });
    expect((await callOn(shapes, shape, TWO)).error).toMatchObject(MASKED);
    expect(shapes.failed).toMatchObject([{ error: BROKEN, masked: true }]);
  });
});

it.each(["serverStream", "bidi"] as const)(
  "an interceptor that throws at a queued message of a %s call ends it after the earlier messages",
  async (shape) => {
    let messages = 0;
    const sendMessage: Responder["sendMessage"] = (message, next) => (++messages === 3 ? broken() : next(message));
    const write: Handlers["serverStream"] = (call) => {
      for (let index = 0; index < 5; index++) call.write({ index });
      call.end();
    };
    const handlers = { serverStream: write, bidi: write as never };
    const shapes = await startShapes(handlers, { interceptors: [responding({ sendMessage })] });
    expect(await callOn(shapes, shape)).toMatchObject({ messages: [0, 1], error: MASKED });
    await turn();
    expect(shapes.failed).toMatchObject([{ error: BROKEN, masked: true }]);
  },
);

describe("a write callback that throws", () => {
  it.each(["serverStream", "bidi"] as const)("ends a %s call with its error", async (shape) => {
    const write: Handlers["serverStream"] = (call) => {
      call.write({ index: 0 }, () => {
        throw tooManySides();
      });
    };
    const shapes = await startShapes({ serverStream: write, bidi: write as never });
    expect(await callOn(shapes, shape)).toMatchObject({ messages: [0], error: { code: 3 } });
  });
});

it("the metadata of a call has no enumerable field of this package", async () => {
  const plain = new Metadata();
  const seen: Metadata[] = [];
  const shapes = await startShapes({
    unary: ({ metadata }) => {
      seen.push(metadata);
      return { index: 0 };
    },
  });
  await callOn(shapes, "unary");
  expect(seen.flatMap((metadata) => [...Reflect.ownKeys({ ...metadata })])).toEqual(Reflect.ownKeys(plain));
});
