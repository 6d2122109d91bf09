import { setImmediate as turn } from "node:timers/promises";
import {
  Metadata,
  type Responder,
  ServerInterceptingCall,
  type ServerInterceptor,
  type ServerListener,
} from "@grpc/grpc-js";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { richErrorServerInterceptor } from "../../src/index.js";
import { tooManySides } from "../support/errors.js";
import { resultOf } from "../support/metadata-calls.js";
import { type Handlers, openShapes, SHAPES, type Shape, type Shapes, type ShapesOptions } from "../support/shapes.js";
import { expectNothingUncaught } from "../support/watch.js";

// An interceptor behind the package's own fails in any of its hooks, sync or async: the call ends with one status, and the process survives.

expectNothingUncaught();

const BROKEN = new Error("the interceptor is broken");

/** A hook of any kind; its last argument is `next`. */
type Hook = (...args: unknown[]) => unknown;

function nextOf(args: readonly unknown[]): (...given: unknown[]) => void {
  const next = args.at(-1);
  return typeof next === "function" ? (next as () => void) : () => {};
}

const HOWS: Record<string, Hook> = {
  throws: () => {
    throw BROKEN;
  },
  rejects: async () => {
    throw BROKEN;
  },
  "rejects later": async () => {
    for (let turns = 0; turns < 3; turns++) await turn();
    throw BROKEN;
  },
  "returns a rejecting thenable": () => ({
    // biome-ignore lint/suspicious/noThenProperty: The test needs a thenable.
    then: (_: unknown, reject: (reason: unknown) => void) => setImmediate(reject, BROKEN),
  }),
};

const LISTENERS = ["onReceiveMetadata", "onReceiveMessage", "onReceiveHalfClose"] as const;
const RESPONDERS = ["sendMetadata", "sendMessage", "sendStatus"] as const;

/** Whether the hooks of the current test fail. */
let failing = false;

function failingIn(name: string, how: Hook): ServerInterceptor {
  const hook: Hook = (...args) => (failing ? how(...args) : nextOf(args)(args[0]));
  const hooks = { [name]: hook };
  return (_, call) =>
    new ServerInterceptingCall(call, {
      ...(name.startsWith("on") ? {} : (hooks as Responder)),
      start: (next) => next(name.startsWith("on") ? (hooks as ServerListener) : {}),
    });
}

/** Passes everything on, one turn of the event loop later. */
const delaying: ServerInterceptor = (_, call) =>
  new ServerInterceptingCall(call, {
    start: (next) =>
      next({
        onReceiveMetadata: (metadata, go) => setImmediate(go, metadata),
        onReceiveMessage: (message, go) => setImmediate(go, message),
        onReceiveHalfClose: (go) => setImmediate(go),
      }),
    sendMetadata: (metadata, go) => setImmediate(go, metadata),
    sendMessage: (message, go) => setImmediate(go, message),
    sendStatus: (status, go) => setImmediate(go, status),
  });

interface AnyCall extends NodeJS.EventEmitter {
  read?(): unknown;
  sendMetadata(metadata: Metadata): void;
  write(message: object): void;
  end(): void;
}

/** The same handler for all shapes, which runs when the requests have arrived. */
function all(handler: (call: AnyCall, callback?: (error: unknown, message?: object) => void) => void): Handlers {
  const run: typeof handler = (call, callback) => {
    if (call.read) call.on("data", () => {}).on("end", () => handler(call, callback));
    else handler(call, callback);
  };
  const one = (call: AnyCall, callback: () => void) => run(call, callback);
  const many = (call: AnyCall) => run(call);
  return { unary: one, clientStream: one, serverStream: many, bidi: many } as unknown as Handlers;
}

const succeeding = all((call, callback) => {
  const metadata = new Metadata();
  metadata.set("x-own", "1");
  call.sendMetadata(metadata);
  if (callback) callback(null, { index: 7 });
  else {
    call.write({ index: 7 });
    call.end();
  }
});
const failingHandlers = all((call, callback) => {
  call.sendMetadata(new Metadata());
  if (callback) callback(tooManySides());
  else throw tooManySides();
});

function shared(options: ShapesOptions, handlers: Partial<Handlers>): () => Shapes {
  let shapes: Shapes;
  beforeAll(async () => {
    shapes = await openShapes(handlers, options);
    return () => shapes.close();
  });
  return () => shapes;
}

async function fails(shapes: Shapes, shape: Shape, expected: object) {
  const before = shapes.failed.length;
  failing = true;
  const seen = await resultOf(shapes, shape);
  await vi.waitFor(() => expect(shapes.failed.length).toBe(before + 1));
  failing = false;
  expect([shape, seen.code, seen.details]).toEqual([shape, 13, "internal error"]);
  expect(shapes.failed[before]).toMatchObject(expected);
  const next = await resultOf(shapes, shape);
  return next.code;
}

const CHAINS: Record<string, (failing: ServerInterceptor) => ServerInterceptor[]> = {
  alone: (interceptor) => [interceptor],
  "behind a slow interceptor": (interceptor) => [delaying, interceptor],
  "before a slow interceptor": (interceptor) => [interceptor, delaying],
};

describe.each(Object.entries(CHAINS))("an interceptor %s", (_, chain) => {
  describe.each([...LISTENERS, ...RESPONDERS])("whose %s", (name) => {
    describe.each(Object.entries(HOWS))("%s", (_, how) => {
      const interceptors = chain(failingIn(name, how));
      const good = shared({ interceptors }, succeeding);
      it.each(SHAPES)("ends a %s call with one status", async (shape) => {
        expect(await fails(good(), shape, { error: BROKEN, masked: true })).toBe(0);
      });

      if (name === "sendMessage") return;
      const bad = shared({ interceptors }, failingHandlers);
      it.each(SHAPES)("ends a %s call that fails with one status", async (shape) => {
        expect(await fails(bad(), shape, { masked: true })).toBe(3);
      });
    });
  });
});

describe.each([...LISTENERS, ...RESPONDERS])("an interceptor whose %s rejects after it called next", (name) => {
  const how: Hook = async (...args) => {
    nextOf(args)(args[0]);
    throw BROKEN;
  };
  const shapes = shared({ interceptors: [failingIn(name, how)] }, succeeding);
  it.each(SHAPES)("a %s call ends with one status", async (shape) => {
    failing = true;
    const seen = await resultOf(shapes(), shape);
    failing = false;
    expect([0, 13]).toContain(seen.code);
    const reported = () => [...shapes().failed, ...shapes().late].map(({ error }) => error);
    await vi.waitFor(() => expect(reported()).toContain(BROKEN));
    expect((await resultOf(shapes(), shape)).code).toBe(0);
  });
});

/** Replaces a method of the call that it gets, and returns the same call. */
function patching(name: "sendMessage" | "sendStatus"): ServerInterceptor {
  return (_, call) => {
    const original = call[name] as Hook;
    const isBroken = failing;
    const patched: Hook = (...args) => {
      if (isBroken) throw BROKEN;
      return Reflect.apply(original, call, args);
    };
    return Object.assign(call as ServerInterceptingCall, { [name]: patched });
  };
}

/** Nothing catches what such a handler throws: it writes in a timer. */
const later = all((call, callback) => {
  setImmediate(() => {
    if (callback) return callback(null, { index: 7 });
    call.write({ index: 7 });
    call.end();
  });
});

describe.each(["sendMessage", "sendStatus"] as const)("an interceptor that replaces %s of the call", (name) => {
  const shapes = shared({ interceptors: [patching(name)] }, later);
  it.each(SHAPES)("ends a %s call with one status", async (shape) => {
    expect(await fails(shapes(), shape, { error: BROKEN, masked: true })).toBe(0);
  });
});

describe("an interceptor before the package's own that throws at every status of a failed call", () => {
  const throwing: ServerInterceptor = (_, call) =>
    new ServerInterceptingCall(call, {
      sendStatus: (status, next) => {
        if (failing && status.code !== 0) throw BROKEN;
        next(status);
      },
    });
  const reported: unknown[] = [];
  const boundary = richErrorServerInterceptor({ onError: ({ error }) => void reported.push(error) });
  const rejecting = failingIn("sendStatus", async () => {
    throw new Error("the interceptor after it is broken as well");
  });
  const shapes = shared({ onlyInterceptors: [throwing, boundary, rejecting] }, succeeding);
  it.each(SHAPES)("is reported in a %s call, and the process survives", async (shape) => {
    reported.length = 0;
    failing = true;
    const call = resultOf(shapes(), shape, 300);
    await vi.waitFor(() => expect(reported).toContain(BROKEN));
    failing = false;
    await call;
    expect((await resultOf(shapes(), shape)).code).toBe(0);
  });
});

describe.each(Object.entries(HOWS))("an interceptor whose onCancel %s", (_, how) => {
  const shapes = shared({ interceptors: [failingIn("onCancel", how)] }, succeeding);
  it.each(SHAPES)("a %s call still succeeds", async (shape) => {
    failing = true;
    const seen = await resultOf(shapes(), shape);
    await vi.waitFor(() => expect(shapes().late).toMatchObject(expect.arrayContaining([expect.objectContaining({})])));
    failing = false;
    expect(seen.code).toBe(0);
    expect(shapes().late.at(-1)).toMatchObject({ error: BROKEN, late: true });
    expect(shapes().failed).toEqual([]);
  });
});

describe.each(LISTENERS)("handlers without richHandlers, and an interceptor whose %s", (name) => {
  describe.each(Object.entries(HOWS))("%s", (_, how) => {
    const shapes = shared({ interceptors: [failingIn(name, how)], unguarded: succeeding as never }, {});
    it.each(SHAPES)("ends a %s call with one status", async (shape) => {
      expect(await fails(shapes(), shape, { error: BROKEN, masked: true })).toBe(0);
    });
  });
});

describe.each([undefined, null, 7, "OK"])("an interceptor that sends %s instead of a status", (status) => {
  const how: Hook = (...args) => nextOf(args)(status);
  const shapes = shared({ interceptors: [failingIn("sendStatus", how)] }, succeeding);
  it.each(SHAPES)("ends a %s call with one status", async (shape) => {
    expect(await fails(shapes(), shape, { error: expect.any(TypeError), masked: true })).toBe(0);
  });
});

describe("an interceptor that sends nothing instead of metadata", () => {
  const how: Hook = (...args) => nextOf(args)();
  const shapes = shared({ interceptors: [failingIn("sendMetadata", how)] }, succeeding);
  it.each(SHAPES)("leaves a %s call unchanged", async (shape) => {
    failing = true;
    expect((await resultOf(shapes(), shape)).code).toBe(0);
    failing = false;
  });
});
