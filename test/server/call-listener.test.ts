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

// What an interceptor of the user's throws would end the process, or leave the client waiting for its deadline.

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

  it("that succeeds ends it with an error", async () => {
    const shapes = await startShapes({}, { interceptors });
    expect((await callOn(shapes, shape, TWO)).error).toMatchObject(MASKED);
    expect(shapes.failed).toMatchObject([{ error: BROKEN, masked: true }]);
  });

  it("that fails ends it with an error, and both are reported", async () => {
    const shapes = await startShapes(fails(), { interceptors });
    expect((await callOn(shapes, shape, TWO)).error).toMatchObject(MASKED);
    expect(shapes.failed).toHaveLength(1);
    const [thrown, original] = (shapes.failed[0]?.error as AggregateError | undefined)?.errors ?? [];
    expect(thrown).toBe(BROKEN);
    expect(original).toBeRichError(TooManySidesError, SIDES);
  });
});

it.each(["unary", "clientStream"] as const)(
  "an interceptor that throws at the status of a %s call ends it if its handler is not guarded, too",
  async (shape) => {
    const fail: handleUnaryCall<unknown, unknown> = (_, callback) => callback(tooManySides());
    const interceptors = [responding({ sendStatus: broken })];
    const shapes = await startShapes({}, { unguarded: { unary: fail, clientStream: fail as never }, interceptors });
    expect((await callOn(shapes, shape, TWO)).error).toMatchObject(MASKED);
  },
);

describe.each(SHAPES)("an interceptor that throws on the way into a %s call", (shape) => {
  const MOMENTS: readonly [string, ServerListener][] = [
    ["at the metadata", { onReceiveMetadata: broken }],
    ["at a message", { onReceiveMessage: broken }],
    ["at the end of the requests", { onReceiveHalfClose: broken }],
  ];
  it.each(MOMENTS)("%s ends it with an error", async (_, listener) => {
    const shapes = await startShapes({}, { interceptors: [listening(listener)] });
    expect((await callOn(shapes, shape, TWO)).error).toMatchObject(MASKED);
    expect(shapes.failed).toMatchObject([{ error: BROKEN, masked: true }]);
  });

  it("at its end changes nothing", async () => {
    const shapes = await startShapes({}, { interceptors: [listening({ onCancel: broken })] });
    expect((await callOn(shapes, shape, TWO)).error).toBeUndefined();
    expect(shapes.failed).toEqual([]);
  });
});

describe.each(SHAPES)("an interceptor that throws at a message of a %s call", (shape) => {
  it("ends it with an error", async () => {
    const shapes = await startShapes({}, { interceptors: [responding({ sendMessage: broken })] });
    expect((await callOn(shapes, shape, TWO)).error).toMatchObject(MASKED);
    expect(shapes.failed).toMatchObject([{ error: BROKEN, masked: true }]);
  });
});

it.each(["serverStream", "bidi"] as const)(
  "an interceptor that throws at a message of a %s call that waited for its turn ends it after those before",
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

describe("what is thrown when a message is written", () => {
  it.each(["serverStream", "bidi"] as const)("ends a %s call with it", async (shape) => {
    const write: Handlers["serverStream"] = (call) => {
      call.write({ index: 0 }, () => {
        throw tooManySides();
      });
    };
    const shapes = await startShapes({ serverStream: write, bidi: write as never });
    expect(await callOn(shapes, shape)).toMatchObject({ messages: [0], error: { code: 3 } });
  });
});

it("the metadata of a call shows nothing of this package", async () => {
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
