import { EventEmitter, on, once } from "node:events";
import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { ServerInterceptingCall, type ServerInterceptor, type sendUnaryData } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import type { ShapeResponse } from "../../gen/shapes/v1/shapes.js";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../../support/errors.js";
import { type Handlers, request, SHAPES, type Shape, startShapes } from "../../support/shapes.js";
import { callOn } from "../../support/surfaces.js";
import { until } from "../../support/turns.js";
import { expectNothingUncaught } from "../../support/watch.js";

// Listeners on a call may fail in any way. They are not wrapped, so they can be removed as on any emitter.

expectNothingUncaught();

const METHODS = ["on", "once", "addListener", "prependListener", "prependOnceListener"] as const;

const EVENTS = [
  ...["data", "end", "readable", "pause", "resume", "pipe", "drain"],
  ...["error", "finish", "close", "cancelled"],
] as const;

const FAILURES: readonly [string, () => unknown][] = [
  [
    "throws",
    () => {
      throw tooManySides();
    },
  ],
  ["rejects", () => Promise.reject(tooManySides())],
  [
    "rejects later",
    async () => {
      await turn();
      throw tooManySides();
    },
  ],
];

interface AnyCall extends Readable {
  write(message: ShapeResponse): boolean;
  end(): void;
}

type Callback = sendUnaryData<ShapeResponse> | undefined;

const READS: readonly string[] = ["data", "end", "readable", "pause", "resume"];
/** Events after the status of a call. Their listeners fail too late. */
const LATE: readonly string[] = ["error", "finish", "close", "cancelled"];

/** Causes an event, or emits it if a call of this shape never does. */
function cause(event: string, shape: Shape, call: AnyCall, callback: Callback): void {
  const reads = shape === "clientStream" || shape === "bidi";
  const respond = () => (callback ? callback(null, { index: 0 }) : call.end());
  if (READS.includes(event) && reads) {
    call.resume();
    if (event === "pause") call.pause();
  } else if (event === "pipe") {
    Readable.from([]).pipe(call as never, { end: false });
  } else if (event === "drain" && !callback) {
    for (let index = 0; index < 20; index++) call.write({ index });
  } else if (event === "error") {
    call.emit("error", { code: 9, details: "emitted" });
  } else if (event === "finish" && !callback) {
    call.end();
  } else if (event === "cancelled" || (event === "close" && shape !== "unary")) {
    respond();
  } else {
    // grpc-js does not use this side of the stream under a call of this shape.
    setImmediate(() => call.emit(event));
    if (LATE.includes(event)) respond();
  }
}

describe.each(SHAPES)("a listener of a %s call", (shape) => {
  describe.each(EVENTS)('for "%s"', (event) => {
    it.each(FAILURES)("that %s fails only its call, however it was added", async (_, fail) => {
      for (const method of METHODS) {
        let calls = 0;
        const listener = () => {
          // A listener for "resume" is called again when the stream ends.
          if (++calls === 1) return fail();
          return undefined;
        };
        const handler = (call: AnyCall, callback: Callback) => {
          call[method](event, listener);
          setImmediate(cause, event, shape, call, callback);
        };
        const takesCallback = shape === "unary" || shape === "clientStream";
        const handlers = {
          [shape]: takesCallback
            ? (call: AnyCall, callback: Callback) => handler(call, callback)
            : (call: AnyCall) => handler(call, undefined),
        } as unknown as Partial<Handlers>;
        const shapes = await startShapes(handlers, { catalogs: [catalog] });
        const { error } = await callOn(shapes, shape, { requests: [request(), request()] });
        if (LATE.includes(event)) {
          expect([method, (error as { code?: number } | undefined)?.code]).toEqual([
            method,
            event === "error" ? 9 : undefined,
          ]);
          await until(() => shapes.late.length > 0);
          expect(shapes.late[0]?.error).toBeRichError(TooManySidesError, SIDES);
        } else {
          expect(error).toBeRichError(TooManySidesError, SIDES);
        }
        const other = shape === "unary" ? "clientStream" : "unary";
        expect((await callOn(shapes, other)).error).toBeUndefined();
        shapes.close();
      }
    });
  });
});

/** Handlers that respond when the requests have ended. */
function afterRequests(run: (call: AnyCall) => unknown): Partial<Handlers> {
  return {
    clientStream: async (given) => {
      await run(given as unknown as AnyCall);
      return { index: 1 };
    },
    bidi: async function* (given) {
      await run(given as unknown as AnyCall);
      yield { index: 1 };
    },
  };
}

const THREE = { requests: [request(1), request(2), request(3)] };

describe.each(["clientStream", "bidi"] as const)("the listeners of a %s call", (shape) => {
  it("are listed, removed and called as on any emitter", async () => {
    const record = async (emitter: EventEmitter) => {
      const seen: unknown[] = [];
      const listener = (name: string) => () => void seen.push(name);
      const all = [listener("a"), listener("b"), listener("c"), listener("d"), listener("e")] as const;
      emitter.on("x", all[0]).once("x", all[1]).addListener("x", all[2]);
      emitter.prependListener("x", all[3]).prependOnceListener("x", all[4]);
      const names = () => [
        emitter.listeners("x").map((each) => (all as readonly unknown[]).indexOf(each)),
        emitter.rawListeners("x").map((each) => (all as readonly unknown[]).indexOf(each)),
        emitter.listenerCount("x"),
      ];
      seen.push(names(), emitter.emit("x"), names(), emitter.emit("x"));
      emitter.off("x", all[0]).removeListener("x", all[2]);
      seen.push(names(), emitter.emit("x"), names());
      emitter.once("x", all[1]).removeListener("x", all[1]).removeAllListeners("x");
      seen.push(names(), emitter.emit("x"), names());
      return seen;
    };
    const plain = await record(new EventEmitter());
    let guarded: unknown;
    const shapes = await startShapes(
      afterRequests(async (call) => {
        guarded = await record(call);
        await call.toArray();
      }),
    );
    expect((await callOn(shapes, shape, THREE)).error).toBeUndefined();
    expect(guarded).toEqual(plain);
  });

  it("may be added by events.once", async () => {
    let first: unknown;
    const shapes = await startShapes(
      afterRequests(async (call) => {
        [first] = await once(call, "data");
        await once(call, "end");
      }),
    );
    expect(await callOn(shapes, shape, THREE)).toEqual({ messages: [1], error: undefined });
    expect(first).toMatchObject({ before: 1 });
  });

  it("may be added by events.on", async () => {
    const seen: unknown[] = [];
    const shapes = await startShapes(
      afterRequests(async (call) => {
        for await (const [message] of on(call, "data")) {
          seen.push(message.before);
          if (seen.length === 3) break;
        }
      }),
    );
    expect(await callOn(shapes, shape, THREE)).toEqual({ messages: [1], error: undefined });
    expect(seen).toEqual([1, 2, 3]);
  });
});

it("all guarded calls share the same few functions", async () => {
  const plain: Record<string, PropertyKey[]> = {};
  const added: Record<string, [PropertyKey, unknown][][]> = {};
  const note = (call: object) => Reflect.ownKeys(call);
  const unguarded = await startShapes(
    {},
    {
      unguarded: {
        unary: ((call: object, callback: sendUnaryData<ShapeResponse>) => {
          plain["unary"] = note(call);
          callback(null, { index: 0 });
        }) as never,
        clientStream: ((call: object, callback: sendUnaryData<ShapeResponse>) => {
          plain["clientStream"] = note(call);
          callback(null, { index: 0 });
        }) as never,
        serverStream: ((call: AnyCall) => {
          plain["serverStream"] = note(call);
          call.end();
        }) as never,
        bidi: ((call: AnyCall) => {
          plain["bidi"] = note(call);
          call.end();
        }) as never,
      },
    },
  );
  for (const shape of SHAPES) await callOn(unguarded, shape);
  const noteAdded = (shape: Shape, call: object) => {
    const keys = note(call).filter((key) => !plain[shape]?.includes(key));
    const calls = added[shape] ?? [];
    calls.push(keys.map((key) => [key, Reflect.get(call, key)]));
    added[shape] = calls;
  };
  const handlers: Partial<Handlers> = {
    unary: (call) => {
      noteAdded("unary", call);
      return { index: 0 };
    },
    clientStream: (call) => {
      noteAdded("clientStream", call);
      return { index: 0 };
    },
    serverStream: (call) => {
      noteAdded("serverStream", call);
      return [];
    },
    bidi: (call) => {
      noteAdded("bidi", call);
      return [];
    },
  };
  const passing: ServerInterceptor = (_, call) => new ServerInterceptingCall(call);
  for (const [interceptors, counts] of [
    [[], { unary: 3, clientStream: 5, serverStream: 5, bidi: 7 }],
    [[passing], { unary: 3, clientStream: 5, serverStream: 7, bidi: 9 }],
  ] as const) {
    const guarded = await startShapes(handlers, { interceptors });
    for (const shape of SHAPES) {
      added[shape] = [];
      await callOn(guarded, shape);
      await callOn(guarded, shape);
      const [first = [], second = []] = added[shape] ?? [];
      expect(first.filter(([, value]) => typeof value !== "function")).toHaveLength(1);
      const functions = first.filter(([, value]) => typeof value === "function");
      expect(second.filter(([, value]) => typeof value === "function")).toEqual(functions);
      expect([shape, functions.length]).toEqual([shape, counts[shape]]);
    }
  }
});
