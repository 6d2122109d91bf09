import type { EventEmitter } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { type Metadata, type sendUnaryData, status } from "@grpc/grpc-js";
import { RichError, richHandlers } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { type ShapeResponse, ShapesService } from "../../gen/shapes/v1/shapes.js";
import { SIDES, TooManySidesError, tooManySides } from "../../support/errors.js";
import { type Handlers, OK, request, SHAPES, startShapes } from "../../support/shapes.js";
import { callOn } from "../../support/surfaces.js";
import { expectNothingUncaught } from "../../support/watch.js";

expectNothingUncaught();

const three = [request(), request(), request()];

describe("richHandlers", () => {
  const RESULTS: readonly [string, Partial<Handlers>, number[]][] = [
    ["a message that is returned", { unary: () => ({ index: 1 }) }, [1]],
    ["a promise of a message", { unary: async () => ({ index: 1 }) }, [1]],
    ["a message for the callback", { unary: (_, callback) => callback(null, { index: 1 }) }, [1]],
    [
      "a message for the callback, later",
      { unary: (_, callback) => void setImmediate(() => callback(null, { index: 1 })) },
      [1],
    ],
    [
      "a message for the callback of an async handler",
      {
        unary: async (_, callback) => {
          await turn();
          callback(null, { index: 1 });
        },
      },
      [1],
    ],
    ["a message after all requests", { clientStream: OK.clientStream }, [3]],
    ["an array", { serverStream: () => [{ index: 1 }, { index: 2 }] }, [1, 2]],
    ["a promise of an array", { serverStream: async () => [{ index: 1 }] }, [1]],
    ["an empty array", { serverStream: () => [] }, []],
    [
      "a generator",
      {
        *serverStream() {
          yield { index: 1 };
        },
      },
      [1],
    ],
    [
      "an async generator",
      {
        async *serverStream() {
          yield { index: 1 };
        },
      },
      [1],
    ],
    [
      "messages that are written",
      {
        serverStream: (call) => {
          call.write({ index: 1 });
          call.end();
        },
      },
      [1],
    ],
    [
      "messages that an async handler writes",
      {
        serverStream: async (call) => {
          await turn();
          call.write({ index: 1 });
          call.end();
        },
      },
      [1],
    ],
    ["an async generator over the requests", { bidi: OK.bidi }, [0, 1, 2]],
    [
      "messages that are written for data events",
      {
        bidi: (call) => {
          call.on("data", () => call.write({ index: 7 })).on("end", () => call.end());
        },
      },
      [7, 7, 7],
    ],
  ];

  it.each(RESULTS)("sends %s", async (_, handlers, expected) => {
    const shapes = await startShapes(handlers);
    const [shape] = SHAPES.filter((name) => name in handlers);
    const seen = await callOn(shapes, shape ?? "unary", { requests: three });
    expect(seen).toEqual({ messages: expected, error: undefined });
  });

  it("mixes these ways in one implementation", async () => {
    const shapes = await startShapes({
      unary: (_, callback) => callback(null, { index: 1 }),
      clientStream: async () => ({ index: 2 }),
      *serverStream() {
        yield { index: 3 };
      },
      bidi: (call) => {
        call.write({ index: 4 });
        call.end();
      },
    });
    const seen = await Promise.all(SHAPES.map((shape) => callOn(shapes, shape)));
    expect(seen.map(({ messages }) => messages)).toEqual([[1], [2], [3], [4]]);
  });

  it("calls the methods of an instance on the instance", async () => {
    class Service {
      readonly #error = tooManySides();
      count = 0;

      unary() {
        this.count++;
        return { index: this.count };
      }

      async clientStream(): Promise<never> {
        throw this.#error;
      }

      *serverStream() {
        this.count++;
        yield { index: this.count };
      }

      async *bidi(): AsyncGenerator<ShapeResponse> {
        yield { index: this.count };
        throw this.#error;
      }
    }
    const service = new Service();
    const shapes = await startShapes({}, { unguarded: richHandlers(ShapesService, service) });
    expect(await callOn(shapes, "unary")).toMatchObject({ messages: [1] });
    expect(await callOn(shapes, "serverStream")).toMatchObject({ messages: [2] });
    expect((await callOn(shapes, "clientStream")).error).toBeRichError(TooManySidesError, SIDES);
    const { messages, error } = await callOn(shapes, "bidi");
    expect(messages).toEqual([2]);
    expect(error).toBeRichError(TooManySidesError, SIDES);
  });

  it("leaves out missing methods, which grpc-js answers", async () => {
    const handlers = richHandlers(ShapesService, { unary: OK.unary } as Handlers);
    expect(Object.keys(handlers)).toEqual(["unary"]);
    const shapes = await startShapes({}, { unguarded: handlers });
    expect((await callOn(shapes, "unary")).error).toBeUndefined();
    for (const shape of SHAPES.slice(1)) {
      expect((await callOn(shapes, shape)).error).toMatchObject({ code: status.UNIMPLEMENTED });
    }
  });

  it("finds a handler by the method's name in the proto", () => {
    const service = { Unary: { ...ShapesService.unary, originalName: "unary" } };
    expect(Object.keys(richHandlers(service, { unary: OK.unary } as never))).toEqual(["Unary"]);
  });
});

describe("a handler with one response that returns nothing", () => {
  const NOTHING: readonly [string, (call: unknown) => unknown][] = [
    ["at once", (_call) => undefined],
    ["by a promise", async (_call) => undefined],
  ];
  it.each(NOTHING)("%s and takes no callback fails with an internal error", async (_, handler) => {
    const shapes = await startShapes({ unary: handler as never, clientStream: handler as never });
    for (const shape of ["unary", "clientStream"] as const) {
      expect((await callOn(shapes, shape)).error).toMatchObject({ code: 13, message: "internal error" });
    }
    expect(shapes.failed.map(({ error }) => String(error))).toEqual(
      Array.from({ length: 2 }, () => "Error: the handler returned nothing and takes no callback"),
    );
  });

  it("may pass its arguments to a function that calls back later", async () => {
    const later: Handlers["unary"] = (_, callback) => void setImmediate(callback, null, { index: 7 });
    const decorated = (...args: Parameters<typeof later>) => later(...args);
    expect(await callOn(await startShapes({ unary: decorated }), "unary")).toEqual({ messages: [7], error: undefined });
  });
});

describe("a handler with many responses", () => {
  it("may return the call, whose requests are not its responses", async () => {
    const shapes = await startShapes({
      bidi: (call) =>
        call.on("data", ({ before }) => call.write({ index: before })).on("end", () => call.end()) as never,
    });
    const requests = [request(3), request(4)];
    expect(await callOn(shapes, "bidi", { requests })).toEqual({ messages: [3, 4], error: undefined });
  });

  const NO_MESSAGES: readonly [string, unknown][] = [
    ["a string", "text"],
    ["a number", 5],
    ["a boolean", true],
    ["a function", () => []],
    ["null", null],
    ["an object", { index: 1 }],
    ["an object", { length: 1, 0: { index: 1 } }],
    ["an object", Object.create(null)],
    ["an object of the class Date", new Date(0)],
    ["an object of the class Uint8Array", new Uint8Array(2)],
    ["an object of the class Timeout", setTimeout(() => {}, 0)],
  ];
  describe.each(["serverStream", "bidi"] as const)("in a %s call", (shape) => {
    it.each(NO_MESSAGES)("fails if it returns %s, which is not an iterable of messages", async (name, value) => {
      for (const handler of [() => value, async () => value]) {
        const shapes = await startShapes({ [shape]: handler as never });
        expect((await callOn(shapes, shape)).error).toMatchObject({ code: 13, message: "internal error" });
        const message = `the handler of a stream returned ${name}; return an iterable of messages such as an array or a generator, or write to the call and return nothing`;
        expect(shapes.failed[0]?.error).toEqual(new TypeError(message));
      }
    });

    const NOTHING: readonly [string, (call: Ending) => unknown][] = [
      ["nothing", (call) => void setImmediate(() => call.end())],
      ["a promise of nothing", async (call) => void setImmediate(() => call.end())],
      ["the call", (call) => call.end()],
      ["a promise of the call", async (call) => call.end()],
      [
        "anything after it ended the call",
        (call) => {
          call.end();
          return true;
        },
      ],
    ];
    it.each(NOTHING)("may return %s", async (_, handler) => {
      const shapes = await startShapes({ [shape]: handler as never });
      expect(await callOn(shapes, shape)).toEqual({ messages: [], error: undefined });
      expect([shapes.failed, shapes.late]).toEqual([[], []]);
    });

    it("fails with the error that it emitted, whatever it returns", async () => {
      const shapes = await startShapes({
        [shape]: ((call: EventEmitter) => call.emit("error", tooManySides())) as never,
      });
      expect((await callOn(shapes, shape)).error).toBeRichError(TooManySidesError, SIDES);
      expect(shapes.late).toEqual([]);
    });

    const PROMISED: readonly [string, () => Iterable<unknown>][] = [
      ["an array", () => [Promise.resolve({ index: 1 }), { index: 2 }, later({ index: 3 })]],
      ["a set", () => new Set([later({ index: 1 }), { index: 2 }, Promise.resolve({ index: 3 })])],
      [
        "a generator",
        function* () {
          yield later({ index: 1 });
          yield { index: 2 };
          yield Promise.resolve({ index: 3 });
        },
      ],
    ];
    it.each(PROMISED)("may return %s with promises of messages", async (_, messages) => {
      for (const handler of [messages, async () => messages()]) {
        const shapes = await startShapes({ [shape]: handler as never });
        expect(await callOn(shapes, shape)).toEqual({ messages: [1, 2, 3], error: undefined });
      }
    });

    const REJECTED: readonly [string, () => Iterable<unknown>][] = [
      ["an array", () => [later({ index: 1 }), later(tooManySides()), Promise.reject(new Error("second"))]],
      ["an array, at once", () => [{ index: 1 }, Promise.reject(tooManySides()), later(new Error("second"))]],
      ["a set", () => new Set([{ index: 1 }, later(tooManySides()), Promise.reject(new Error("second"))])],
      [
        "a generator",
        function* () {
          yield { index: 1 };
          yield later(tooManySides());
          yield { index: 2 };
        },
      ],
    ];
    it.each(REJECTED)("fails with the first promise of %s that rejects", async (_, messages) => {
      const shapes = await startShapes({ [shape]: messages as never });
      const { messages: got, error } = await callOn(shapes, shape);
      expect(got).toEqual([1]);
      expect(error).toBeRichError(TooManySidesError, SIDES);
      expect((await callOn(shapes, "unary")).error).toBeUndefined();
    });

    it("fails with a promise that rejects long before its turn", async () => {
      const shapes = await startShapes({
        [shape]: (() => [
          ...Array.from({ length: 500 }, (_, index) => ({ index })),
          Promise.reject(tooManySides()),
        ]) as never,
      });
      const { messages, error } = await callOn(shapes, shape);
      expect(messages).toHaveLength(500);
      expect(error).toBeRichError(TooManySidesError, SIDES);
    });

    it("closes a generator whose promise rejects", async () => {
      let closed = false;
      const shapes = await startShapes({
        [shape]: function* () {
          try {
            yield later(tooManySides());
          } finally {
            closed = true;
          }
        } as never,
      });
      expect((await callOn(shapes, shape)).error).toBeRichError(TooManySidesError, SIDES);
      expect(closed).toBe(true);
    });
  });
});

interface Ending {
  end(): unknown;
}

/** Resolves to a message, or rejects with an error, after two turns of the event loop. */
async function later(value: ShapeResponse | Error): Promise<unknown> {
  await turn();
  await turn();
  if (value instanceof Error) throw value;
  return value;
}

describe("a service with methods of odd names", () => {
  const THEN = "then";
  const NAMES = [THEN, "constructor", "toString", "hasOwnProperty", "valueOf", "__proto__", "prototype", "toJSON"];

  function service(names: readonly string[]) {
    const { unary } = ShapesService;
    // Not an object literal: `__proto__` is not a property there.
    return Object.fromEntries(names.map((name) => [name, { ...unary, path: `/odd.v1.Odd/${name}` }]));
  }

  async function callsOf(implementation: object, names = NAMES): Promise<unknown[]> {
    const shapes = await startShapes({});
    const odd = service(names);
    shapes.server.addService(odd, richHandlers(odd, implementation as never));
    const { requestSerialize, responseDeserialize } = ShapesService.unary;
    const responses = names.map(
      (name) =>
        new Promise((resolve) => {
          const path = `/odd.v1.Odd/${name}`;
          shapes.client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request(), (error, response) =>
            resolve(error ? error.code : response?.index),
          );
        }),
    );
    return Promise.all(responses);
  }

  it("calls the handlers that it was given", async () => {
    const entries = NAMES.map((name, index) => [name, () => ({ index })] as const);
    expect(await callsOf(Object.fromEntries(entries))).toEqual(NAMES.map((_, index) => index));
    expect(await callsOf(Object.assign(Object.create(null), Object.fromEntries(entries.slice(0, 5))))).toEqual([
      ...[0, 1, 2, 3, 4],
      ...[12, 12, 12],
    ]);
  });

  it("does not call methods that every object inherits", async () => {
    const unimplemented = NAMES.map(() => status.UNIMPLEMENTED);
    expect(await callsOf({})).toEqual(unimplemented);
    expect(await callsOf(new (class Odd {})())).toEqual(unimplemented);
  });

  it("calls methods of a class and of its base class", async () => {
    class Base {
      readonly #index: number = 7;
      [THEN]() {
        return { index: this.#index };
      }
      toString(): unknown {
        return { index: 8 };
      }
    }
    class Odd extends Base {
      override toString() {
        return { index: 9 };
      }
      get toJSON() {
        return () => ({ index: 10 });
      }
    }
    expect(await callsOf(new Odd(), ["then", "toString", "toJSON", "constructor"])).toEqual([7, 9, 10, 12]);
  });

  it("calls methods that a proxy returns", async () => {
    const implementation = new Proxy({}, { get: () => () => ({ index: 5 }) });
    expect(await callsOf(implementation, ["then", "toString", "other"])).toEqual([5, 5, 5]);
  });

  it("sends the errors of its handlers", async () => {
    const fail = () => {
      throw tooManySides();
    };
    const implementation = Object.fromEntries(NAMES.map((name) => [name, fail]));
    expect(await callsOf(implementation)).toEqual(NAMES.map(() => 3));
  });
});

describe("the first response", () => {
  const RACES: readonly [string, Handlers["unary"], object][] = [
    [
      "a response, then a throw",
      (_, callback) => {
        callback(null, { index: 1 });
        throw new Error("late");
      },
      { messages: [1], error: undefined },
    ],
    [
      "a response, then a rejection",
      async (_, callback) => {
        callback(null, { index: 1 });
        throw new Error("late");
      },
      { messages: [1], error: undefined },
    ],
    [
      "a response, then an error for the callback",
      (_, callback) => {
        callback(null, { index: 1 });
        callback(tooManySides());
      },
      { messages: [1], error: undefined },
    ],
    [
      "two responses",
      (_, callback) => {
        callback(null, { index: 1 });
        callback(null, { index: 2 });
      },
      { messages: [1], error: undefined },
    ],
    [
      "a response for the callback and one that is returned",
      async (_, callback) => {
        callback(null, { index: 1 });
        return { index: 2 };
      },
      { messages: [1], error: undefined },
    ],
    [
      'a response, then "error" and destroy',
      (call, callback) => {
        callback(null, { index: 1 });
        call.emit("error", new Error("late"));
        (call as unknown as { destroy(error: Error): void }).destroy(new Error("later"));
      },
      { messages: [1], error: undefined },
    ],
  ];
  it.each(RACES)("wins: %s", async (_, unary, expected) => {
    const shapes = await startShapes({ unary, clientStream: unary as never });
    expect(await callOn(shapes, "unary")).toEqual(expected);
    expect(await callOn(shapes, "clientStream")).toEqual(expected);
    expect(shapes.failed).toEqual([]);
  });
});

describe("a stream of responses", () => {
  it("fails at a null response and closes the generator", async () => {
    let closed = false;
    const shapes = await startShapes({
      *serverStream() {
        try {
          yield { index: 1 };
          yield null as never;
        } finally {
          closed = true;
        }
      },
    });
    expect(await callOn(shapes, "serverStream")).toMatchObject({ messages: [1], error: { code: 13 } });
    expect(closed).toBe(true);
  });

  it("fails at a response that cannot be serialized and closes the generator", async () => {
    let closed = () => {};
    const over = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const shapes = await startShapes({
      async *serverStream() {
        try {
          for (;;) yield undefined as never;
        } finally {
          closed();
        }
      },
    });
    expect((await callOn(shapes, "serverStream")).error).toMatchObject({ code: 13 });
    await over;
  });

  it("ends with the error of an iterable that cannot make its iterator", async () => {
    const responses = () => ({
      [Symbol.asyncIterator]: (): never => {
        throw tooManySides();
      },
    });
    for (const serverStream of [responses, async () => responses()]) {
      const shapes = await startShapes({ serverStream });
      expect((await callOn(shapes, "serverStream")).error).toBeRichError(TooManySidesError, SIDES);
    }
  });

  it("ends with the error of a proxy that a promise resolves to", async () => {
    const hostile = new Proxy(
      {},
      {
        has: () => {
          throw tooManySides();
        },
      },
    );
    const shapes = await startShapes({ serverStream: (async () => hostile) as never });
    expect((await callOn(shapes, "serverStream")).error).toBeRichError(TooManySidesError, SIDES);
  });
});

describe("the requests of a stream", () => {
  it("may be left early without ending the call", async () => {
    const shapes = await startShapes({
      async clientStream(call) {
        for await (const _ of call) break;
        await turn();
        return { index: 1 };
      },
      async *bidi(call) {
        for await (const _ of call) break;
        yield { index: 1 };
        for await (const _ of call) yield { index: 2 };
      },
    });
    expect(await callOn(shapes, "clientStream", { requests: three })).toEqual({ messages: [1], error: undefined });
    expect(await callOn(shapes, "bidi", { requests: three })).toEqual({ messages: [1, 2, 2], error: undefined });
  });

  it("need not be read", async () => {
    const shapes = await startShapes({ clientStream: () => ({ index: 1 }) });
    expect(await callOn(shapes, "clientStream", { requests: three })).toEqual({ messages: [1], error: undefined });
  });
});

describe("a trailer that is not a Metadata", () => {
  const given = (trailer: unknown) => trailer as Metadata;
  const TRAILERS = [null, undefined, {}, "text", 0];

  it.each(TRAILERS)("beside an error has no effect: %j", async (trailer) => {
    const error = tooManySides();
    const [declared, plain, denied] = [error, { code: 9, details: "no" }, new RichError(7, "denied")];
    for (const [thrown, expected] of [
      [declared, { code: 3, reason: "TOO_MANY_SIDES" }],
      [plain, { code: 9, message: "no" }],
      [denied, { code: 7, message: "denied" }],
    ] as const) {
      const unary: Handlers["unary"] = (_, callback) => callback(thrown, null, given(trailer));
      const shapes = await startShapes({ unary, clientStream: unary as never });
      for (const shape of ["unary", "clientStream"] as const) {
        expect((await callOn(shapes, shape)).error).toMatchObject(expected);
      }
      expect(shapes.failed).toMatchObject([{ masked: false }, { masked: false }]);
    }
  });

  it.each(TRAILERS)("beside a response has no effect: %j", async (trailer) => {
    const unary: Handlers["unary"] = (_, callback) => callback(null, { index: 1 }, given(trailer));
    const shapes = await startShapes({ unary, clientStream: unary as never });
    for (const shape of ["unary", "clientStream"] as const) {
      expect(await callOn(shapes, shape)).toEqual({ messages: [1], error: undefined });
    }
  });
});

describe("the trailers of a success", () => {
  it("arrive if they are given to the callback", async () => {
    const { Metadata } = await import("@grpc/grpc-js");
    const trailer = new Metadata();
    trailer.set("x-own", "mine");
    const shapes = await startShapes({
      unary: (_, callback: sendUnaryData<ShapeResponse>) => callback(null, { index: 1 }, trailer),
    });
    const got = await new Promise<unknown>((resolve) =>
      shapes.client
        .unary(request(), () => {})
        .on("status", ({ code, metadata }) => resolve([code, metadata.get("x-own")])),
    );
    expect(got).toEqual([status.OK, ["mine"]]);
  });
});
