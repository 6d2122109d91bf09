import { Metadata } from "@grpc/grpc-js";
import { Code, pack, promises, type RichError, richErrorClientOptions, unpack } from "grpc-rich-errors";
import { recovery } from "grpc-rich-errors/recovery";
import {
  type Failing,
  type FailingRule,
  failing,
  recordErrors,
  type TestServer,
  testServer,
} from "grpc-rich-errors/testing";
import { describe, expect, it } from "vitest";
import { ShapesClient, ShapesService } from "../gen/shapes/v1/shapes.js";
import { CornersBusyError, catalog, ShapesContract, TooManySidesError } from "../gen/shapes/v1/shapes.rich.js";
import { OK, openShapes, request, SHAPES } from "../support/shapes.js";
import { callOn, SURFACES, surfacesOf } from "../support/surfaces.js";

const DETAIL = { shape: "disc", sides: 5n, limit: { most: 4n } };
const sides = () => new TooManySidesError(DETAIL);
const busy = () => new CornersBusyError();

/** Lets rules see calls without a server. Returns the names of the errors by call, `undefined` where it passed. */
function outcomes(rules: FailingRule | readonly FailingRule[], paths: readonly string[], seed?: number) {
  const faults = failing(rules, seed === undefined ? {} : { seed });
  const before = { fired: 0 };
  return paths.map((path) => {
    faults.client({ method_definition: { path } } as never, () => ({}) as never);
    const failed = faults.fired > before.fired;
    before.fired = faults.fired;
    return failed;
  });
}

const UNARY = "/shapes.v1.Shapes/Unary";
const times = (count: number, path = UNARY) => Array.from({ length: count }, () => path);

describe("failing", () => {
  it("fails the nth call, every nth call, or all of them, up to a count", () => {
    expect(outcomes({ error: busy() }, times(2))).toEqual([true, true]);
    expect(outcomes({ error: busy(), nth: 2 }, times(4))).toEqual([false, true, false, false]);
    expect(outcomes({ error: busy(), every: 2 }, times(4))).toEqual([false, true, false, true]);
    expect(outcomes({ error: busy(), count: 1 }, times(3))).toEqual([true, false, false]);
    expect(outcomes({ error: busy(), every: 2, count: 1 }, times(4))).toEqual([false, true, false, false]);
  });

  it("fails the same share of the calls with the same seed, and other calls with another", () => {
    const rule = { error: busy(), rate: 0.3 };
    const first = outcomes(rule, times(200), 7);
    expect(outcomes(rule, times(200), 7)).toEqual(first);
    expect(outcomes(rule, times(200), 8)).not.toEqual(first);
    const failed = first.filter(Boolean).length;
    expect(failed).toBeGreaterThan(40);
    expect(failed).toBeLessThan(80);
    expect(outcomes({ error: busy(), rate: 1 }, times(3))).toEqual([true, true, true]);
  });

  it.each([
    ["a name", "Unary", [true, false, true]],
    ["a name as in generated code", "unary", [true, false, true]],
    ["a name with a wildcard", "*ary", [true, false, true]],
    ["a path", "/shapes.v1.Shapes/Unary", [true, false, false]],
    ["a path without the first slash", "shapes.v1.Shapes/Unary", [true, false, false]],
    ["a path with a wildcard", "/shapes.v1.Shapes/*", [true, true, false]],
    ["a path with another wildcard", "/*/Unar?", [true, false, true]],
    ["a method of the service", ShapesService.unary, [true, false, false]],
    ["a method of the contract", ShapesContract.bidi, [false, true, false]],
  ])("takes %s as the method", (_, method, failed) => {
    const paths = ["/shapes.v1.Shapes/Unary", "/shapes.v1.Shapes/Bidi", "/other.v1.Others/Unary"];
    expect(outcomes({ method, error: busy() }, paths)).toEqual(failed);
  });

  it("counts the calls of each rule by itself, and the first rule that chooses a call fails it", () => {
    const rules = [
      { method: "Unary", error: sides(), nth: 1 },
      { method: "*", error: busy(), nth: 2 },
    ];
    expect(outcomes(rules, [UNARY, "/shapes.v1.Shapes/Bidi", UNARY])).toEqual([true, true, false]);
  });
});

describe.each(["server", "client"] as const)("the %s's interceptor of failing", (side) => {
  let faults: Failing;
  async function open(rules: FailingRule | readonly FailingRule[], handlers = OK): Promise<TestServer> {
    faults = failing(rules);
    const interceptors = side === "server" ? [faults.server] : [];
    const server = await testServer(ShapesService, handlers, { catalogs: [catalog], server: { interceptors } });
    return Object.assign(server, side === "client" ? { clientOptions: { interceptors: [faults.client] } } : {});
  }
  const clientOf = (server: TestServer) =>
    server.client(ShapesClient, (server as { clientOptions?: object }).clientOptions ?? {});

  it.each(SURFACES.flatMap(({ name, shapes }) => shapes.map((shape) => [shape, name] as const)))(
    "fails a %s call by %s with the declared error, and its handler does not run",
    async (shape, name) => {
      let ran = 0;
      const count = () => {
        ran++;
      };
      const handlers = Object.fromEntries(SHAPES.map((method) => [method, count])) as never;
      const server = await open({ method: ShapesService[shape], error: sides(), nth: 1 }, handlers);
      const { calls, client } = asShapes(server, clientOf(server));
      const surface = surfacesOf(shape).find((one) => one.name === name);
      const { messages, error } = (await surface?.call({ client, calls } as never, shape)) ?? {};
      expect(messages).toEqual([]);
      expect(error).toBeInstanceOf(TooManySidesError);
      expect(error).toBeRichError(TooManySidesError, DETAIL);
      expect((error as RichError).issues).toEqual([]);
      expect(ran).toBe(0);
    },
  );

  it.each(SHAPES)("lets other %s calls pass", async (shape) => {
    const server = await open({ error: busy(), nth: 1 });
    const shapes = asShapes(server, clientOf(server)) as never;
    expect((await callOn(shapes, shape)).error).toBeRichError(CornersBusyError);
    expect((await callOn(shapes, shape)).error).toBeUndefined();
  });

  it("sends trailers, extras and the retry delay of the error", async () => {
    const metadata = new Metadata();
    metadata.set("x-shard", "7");
    const server = await open({ error: () => new CornersBusyError({ metadata, retryDelay: 250 }) });
    const error = await failureOf(clientOf(server));
    expect(error).toBeRichError(CornersBusyError);
    expect((error as RichError).retryDelay).toBe(250);
    expect((error as RichError).metadata?.get("x-shard")).toEqual(["7"]);
  });

  it("waits for the delay", async () => {
    const server = await open({ error: busy(), delay: 20 });
    expect(await failureOf(clientOf(server))).toBeRichError(CornersBusyError);
  });

  it.each([0, 50])("ends a stream of many requests, after %i ms", async (delay) => {
    const server = await open({ error: busy(), delay });
    const calls = promises(clientOf(server));
    const requests = Array.from({ length: 2_000 }, () => ({ scenario: "x".repeat(500), before: 0 }));
    await expect(calls.clientStream(requests)).toRejectWithRichError(CornersBusyError);
    await expect(calls.bidi(requests)).toRejectWithRichError(CornersBusyError);
  });

  it("ends a call that is cancelled while it waits", async () => {
    const server = await open({ error: busy(), delay: 60_000 });
    const client = clientOf(server);
    let cancel = () => {};
    const failed = new Promise((resolve) => {
      const call = client.unary(request(), resolve);
      cancel = () => call.cancel();
    });
    await expect.poll(() => faults.fired).toBe(1);
    cancel();
    expect(await failed).toMatchObject({ code: Code.CANCELLED });
  });

  it("ends a call with the mistake of a rule's function", async () => {
    const faults = failing({
      error: () => {
        throw new RangeError("no such fixture");
      },
    });
    const server = await testServer(ShapesService, OK, {
      catalogs: [catalog],
      server: { interceptors: side === "server" ? [faults.server] : [] },
    });
    const client = server.client(ShapesClient, side === "client" ? { interceptors: [faults.client] } : {});
    const text = "failing: rules[0].error threw: RangeError: no such fixture";
    expect(await failureOf(client)).toMatchObject({ code: Code.INTERNAL, details: text });
    expect(() => faults.verify()).toThrow(new TypeError(text));
  });
});

describe("the server's interceptor of failing", () => {
  it("goes through the boundary, which packs the error, reports it and does not mask it", async () => {
    const faults = failing({ error: sides() });
    const options = {
      errors: { maskPlainStatuses: true, requestInfo: true, maxHeaderBytes: 1024 },
      server: { interceptors: [faults.server] },
      catalogs: [catalog],
    };
    const server = await testServer(ShapesService, OK, options);
    const recorded = recordErrors(server.server);
    const error = (await failureOf(server.client(ShapesClient))) as RichError;
    expect(error.standardDetails.requestInfo?.requestId).toMatch(/./);
    expect(recorded.calls).toHaveLength(1);
    expect(recorded.last).toMatchObject({ method: UNARY, masked: false, late: false, problems: [] });
    expect(recorded.last?.error).toBeRichError(TooManySidesError, DETAIL);
  });

  it("sends the error from a server without the interceptor of this package, too", async () => {
    const faults = failing({ error: sides() });
    const shapes = await openShapes({}, { onlyInterceptors: [faults.server] });
    const { error } = await callOn(shapes, "unary");
    shapes.close();
    expect(error).toBeRichError(TooManySidesError, DETAIL);
  });
});

describe("the client's interceptor of failing", () => {
  it("needs no server", async () => {
    const faults = failing({ error: sides() });
    const client = new ShapesClient("127.0.0.1:1", (await import("@grpc/grpc-js")).credentials.createInsecure(), {
      ...richErrorClientOptions({ catalogs: [catalog] }),
      interceptors: [faults.client],
    });
    expect(await failureOf(client)).toBeRichError(TooManySidesError, DETAIL);
    client.close();
  });

  it("ends a call at its deadline if that comes before the delay", async () => {
    const faults = failing({ error: busy(), delay: 60_000 });
    const server = await testServer(ShapesService, OK, { catalogs: [catalog] });
    const client = server.client(ShapesClient, { interceptors: [faults.client] });
    for (const deadline of [Date.now() + 20, new Date(Date.now() + 20), 0]) {
      expect(await failureOf(client, { deadline })).toMatchObject({ code: Code.DEADLINE_EXCEEDED });
    }
  });

  it("lets a handler forward the error as another server's", async () => {
    const faults = failing({ error: sides() });
    const back = await testServer(ShapesService, OK, { catalogs: [catalog] });
    const calls = back.promises(ShapesClient, { interceptors: [faults.client] });
    const front = await testServer(ShapesService, { unary: () => calls.unary(request()) });
    const recorded = recordErrors(front.server);
    expect(await failureOf(front.client(ShapesClient))).toMatchObject({ code: Code.INTERNAL });
    expect(recorded.masked).toHaveLength(1);
  });

  it("is what a recovery recovers from", async () => {
    const faults = failing([
      { method: "Unary", error: () => new CornersBusyError({ retryDelay: 1 }), nth: 1 },
      { method: "Unary", error: sides(), nth: 3 },
    ]);
    const server = await testServer(ShapesService, OK, { catalogs: [catalog] });
    const client = server.client(ShapesClient, { interceptors: [faults.client] });
    const calls = promises(client, { recovery: { unary: recovery.idempotent } });
    expect(await calls.unary(request())).toEqual({ index: 0 });
    expect(faults.fired).toBe(1);
    await expect(calls.unary(request())).toRejectWithRichError(TooManySidesError);
  });
});

describe("verify", () => {
  const message = (verify: () => void) => {
    try {
      verify();
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };
  function plan(rules: readonly FailingRule[], paths: readonly string[]) {
    const faults = failing(rules);
    for (const path of paths) faults.client({ method_definition: { path } } as never, () => ({}) as never);
    return faults;
  }

  it("says why a rule never fired", () => {
    const faults = plan(
      [
        { method: "Unary", error: busy() },
        { method: "Unary", error: sides() },
        { method: "Unary", error: sides(), nth: 5 },
        { method: ShapesService.bidi, error: () => sides(), every: 3 },
        { method: "Onary", error: busy() },
        { error: busy(), rate: 1e-9 },
      ],
      [UNARY, UNARY, "/shapes.v1.Shapes/Bidi"],
    );
    expect(message(faults.verify)).toMatchInlineSnapshot(`
      "failing: 5 of 6 rules never fired
        rules[1] (TooManySidesError for Unary): 2 calls matched, and earlier rules took those that it chose
        rules[2] (TooManySidesError for Unary, nth: 5): 2 calls matched, too few for nth: 5
        rules[3] (an error for /shapes.v1.Shapes/Bidi, every: 3): 1 call matched, too few for every: 3
        rules[4] (CornersBusyError for Onary): no call matched
        rules[5] (CornersBusyError for every method, rate: 1e-9): 3 calls matched, and the seed chose none of them at rate: 1e-9

      The calls were:
        /shapes.v1.Shapes/Unary, 2 times
        /shapes.v1.Shapes/Bidi"
    `);
    expect(message(() => faults[Symbol.dispose]())).toContain("failing: 5 of 6 rules never fired");
  });

  it("says that no call came", () => {
    expect(message(plan([{ error: busy() }], []).verify)).toMatchInlineSnapshot(`
      "failing: 1 of 1 rules never fired
        rules[0] (CornersBusyError for every method): no call matched

      No call reached the interceptors."
    `);
  });

  it("accepts rules that fired", () => {
    expect(message(plan([{ error: busy() }], [UNARY]).verify)).toBeUndefined();
  });
});

describe("a malformed rule", () => {
  const received = unpack(pack(busy()), { catalogs: [catalog] });
  it.each([
    [[], "failing: the list of rules is empty; write [{ method, error }]"],
    [[5], "failing: rules[0] is 5, not a rule; write { method, error }"],
    [{}, "failing: rules[0].error is undefined; write an error, such as new OrderGoneError()"],
    [
      { error: CornersBusyError },
      "failing: rules[0].error is the class CornersBusyError; write new CornersBusyError(…)",
    ],
    [
      { error: new Error("no") },
      "failing: rules[0].error is an instance of Error; write an error, such as new OrderGoneError()",
    ],
    [
      { error: received },
      "failing: rules[0].error was received from a server, which masks such errors; construct a new one",
    ],
    [{ error: busy(), methods: "Unary" }, 'failing: rules[0]: the option "methods" is unknown; write "method"'],
    [
      { error: busy(), method: 7 },
      'failing: rules[0].method is 7, not a method; write "GetOrder", "/shop.orders.v1.Orders/*" or OrdersService.getOrder',
    ],
    [{ error: busy(), nth: 0 }, "failing: rules[0].nth is 0; write a whole number from 1"],
    [{ error: busy(), every: 1.5 }, "failing: rules[0].every is 1.5; write a whole number from 1"],
    [{ error: busy(), count: "2" }, 'failing: rules[0].count is "2"; write a whole number from 1'],
    [{ error: busy(), rate: 10 }, "failing: rules[0].rate is 10; write a number above 0, and at most 1"],
    [{ error: busy(), delay: -1 }, "failing: rules[0].delay is -1; write a number of milliseconds"],
    [
      { error: busy(), nth: 1, rate: 0.5 },
      "failing: rules[0] has both nth and rate; write two rules, or leave out one",
    ],
  ])("is refused: %j", (rules, message) => {
    expect(() => failing(rules as never)).toThrow(new TypeError(message));
  });

  it("is refused with its place in the list, and so is a malformed seed", () => {
    expect(() => failing([{ error: busy() }, { error: busy(), nth: -1 }])).toThrow("failing: rules[1].nth is -1;");
    expect(() => failing({ error: busy() }, { seed: 1.5 })).toThrow(
      "failing: seed is 1.5, not a whole number; write seed: 1",
    );
    expect(() => failing({ error: busy() }, { sead: 1 } as never)).toThrow(
      'the option "sead" is unknown; write "seed"',
    );
  });

  it("is noticed when its function returns anything but a new error", () => {
    for (const [made, what] of [
      [undefined, "undefined"],
      [new Error("no"), "an instance of Error"],
      [received, "a received error"],
    ]) {
      const faults = failing({ error: () => made as never });
      faults.client({ method_definition: { path: UNARY } } as never, () => ({}) as never);
      const message = `failing: rules[0].error returned ${what}; return a new error, such as new OrderGoneError()`;
      expect(() => faults.verify()).toThrow(new TypeError(message));
    }
  });
});

function asShapes(server: TestServer, client: ShapesClient) {
  return { client, calls: promises(client), server };
}

function failureOf(client: ShapesClient, options: object = {}): Promise<unknown> {
  return new Promise((resolve) => void client.unary(request(), new Metadata(), options, resolve));
}
