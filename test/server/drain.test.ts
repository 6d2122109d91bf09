import { once } from "node:events";
import http2 from "node:http2";
import { setImmediate as turn } from "node:timers/promises";
import { type ClientOptions, type ClientReadableStream, credentials, Metadata, Server } from "@grpc/grpc-js";
import { type DrainOptions, drain, RichError, richErrorClientOptions, signalOf } from "grpc-rich-errors";
import { catalog as kurrent, ServerShuttingDownError } from "grpc-rich-errors/catalogs/kurrent";
import { describe, expect, it } from "vitest";
import { type ShapeResponse, ShapesClient, ShapesService } from "../gen/shapes/v1/shapes.js";
import { CornersBusyError, catalog } from "../support/errors.js";
import { type Handlers, request, SHAPES, type Shape, type Shapes, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { settled, until } from "../support/turns.js";
import { expectNothingUncaught } from "../support/watch.js";

expectNothingUncaught();

const KURRENT = richErrorClientOptions({ catalogs: [kurrent, catalog] });
/** Longer than any test runs. */
const NEVER = 60_000;

const isStream = (shape: Shape) => shape === "serverStream" || shape === "bidi";

type Call = Parameters<typeof signalOf>[0];

/** Handlers that wait for `go`, and a record of what they saw. */
function waiting() {
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const seen = { began: 0, cancelled: 0, closed: 0 };
  const begin = (call: Call) => {
    seen.began++;
    signalOf(call).addEventListener("abort", () => seen.cancelled++);
  };
  const one = async (call: Call) => {
    begin(call);
    await gate;
    return { index: 0 };
  };
  async function* many(call: Call) {
    begin(call);
    try {
      yield { index: 0 };
      yield { index: 1 };
      await gate;
      yield { index: 2 };
    } finally {
      seen.closed++;
    }
  }
  const handlers: Handlers = { unary: one, clientStream: one, serverStream: many, bidi: many };
  return { handlers, seen, go };
}

interface OpenCall {
  readonly messages: number[];
  readonly error: Promise<unknown>;
  cancel(): void;
}

/** Starts a call. A call with many requests sends one of them, and then ends them or not. */
function open({ client }: Shapes, shape: Shape, ends: boolean): OpenCall {
  const messages: number[] = [];
  const deadline = { deadline: Date.now() + 5000 };
  let over = (_: unknown) => {};
  const error = new Promise<unknown>((resolve) => {
    over = resolve;
  });
  if (shape === "unary") {
    const call = client.unary(request(), new Metadata(), deadline, over);
    return { messages, error, cancel: () => call.cancel() };
  }
  if (shape === "clientStream") {
    const call = client.clientStream(new Metadata(), deadline, over);
    call.write(request());
    if (ends) call.end();
    return { messages, error, cancel: () => call.cancel() };
  }
  if (shape === "serverStream") return listenTo(client.serverStream(request(), deadline));
  const call = client.bidi(deadline);
  call.write(request());
  if (ends) call.end();
  return listenTo(call);

  function listenTo(call: ClientReadableStream<ShapeResponse>): OpenCall {
    call.on("data", ({ index }) => messages.push(index));
    call.on("error", over).on("end", () => over(undefined));
    return { messages, error, cancel: () => call.cancel() };
  }
}

async function withClient<T>(address: string, options: ClientOptions, run: (client: ShapesClient) => Promise<T>) {
  const client = new ShapesClient(address, credentials.createInsecure(), {
    ...options,
    "grpc.use_local_subchannel_pool": 1,
  });
  try {
    return await run(client);
  } finally {
    client.close();
  }
}

describe("while a server is drained", () => {
  it.each(SHAPES)("a running %s call may finish, and a new one gets the error", async (shape) => {
    const { handlers, seen, go } = waiting();
    const shapes = await startShapes(handlers, { catalogs: [kurrent], client: KURRENT });
    const running = callOn(shapes, shape);
    await until(() => seen.began === 1);
    const drained = drain(shapes.server, { retryDelay: 1500, limit: NEVER, linger: 0 });

    await withClient(shapes.address, KURRENT, async (fresh) => {
      for (const client of [shapes.client, fresh]) {
        const { messages, error } = await callOn({ ...shapes, client }, shape);
        expect(error).toBeRichError(ServerShuttingDownError);
        expect(error).toMatchObject({ code: 14, retryDelay: 1500, issues: [] });
        expect(messages).toEqual([]);
      }
    });
    go();
    await expect(running).resolves.toEqual({ messages: isStream(shape) ? [0, 1, 2] : [0] });
    await expect(drained).resolves.toEqual({ refused: 2, cutOff: 0, forced: false });
    expect(seen.began).toBe(1);
  });

  it.each(SHAPES)(
    "a %s call that still runs at the limit gets the error, after the messages that were written",
    async (shape) => {
      const { handlers, seen, go } = waiting();
      const shapes = await startShapes(handlers, { client: KURRENT });
      const calls = [true, false].map((ends) => open(shapes, shape, ends));
      await until(() => seen.began === 2 && calls.every(({ messages }) => !isStream(shape) || messages.length === 2));

      const error = new ServerShuttingDownError({ retryDelay: 250 });
      await expect(drain(shapes.server, { error, limit: 0 })).resolves.toEqual({
        refused: 0,
        cutOff: 2,
        forced: false,
      });
      for (const call of calls) {
        const ended = await call.error;
        expect(ended).toBeRichError(ServerShuttingDownError);
        expect(ended).toMatchObject({ retryDelay: 250, issues: [] });
        expect(call.messages).toEqual(isStream(shape) ? [0, 1] : []);
      }
      await until(() => seen.cancelled === 2);
      // Nothing that the handler does after that has an effect.
      go();
      if (isStream(shape)) await until(() => seen.closed === 2);
      await turn();
      expect(shapes.failed.map(({ error, masked }) => [error, masked])).toEqual([
        [error, false],
        [error, false],
      ]);
    },
  );

  it("a handler that keeps writing does not disturb what its client already got", async () => {
    let writing = true;
    const shapes = await startShapes(
      {
        serverStream: async (call) => {
          for (let index = 0; writing; index++) {
            call.write({ index });
            await turn();
          }
          call.end();
        },
      },
      { client: KURRENT },
    );
    const call = open(shapes, "serverStream", true);
    await until(() => call.messages.length > 10);
    const drained = drain(shapes.server, { limit: 0, error: new ServerShuttingDownError() });
    expect(await call.error).toBeRichError(ServerShuttingDownError);
    expect(call.messages).toEqual(call.messages.map((_, index) => index));
    writing = false;
    await expect(drained).resolves.toMatchObject({ cutOff: 1, forced: false });
  });

  it.each(["serverStream", "bidi"] as const)("queued messages of a %s call are not sent", async (shape) => {
    let full = () => {};
    const wrote = new Promise<void>((resolve) => {
      full = resolve;
    });
    const write: Handlers["serverStream"] = (call) => {
      for (let index = 0; index < 20_000; index++) call.write({ index });
      full();
    };
    const shapes = await startShapes({ serverStream: write, bidi: write as never }, { client: KURRENT });
    const stream = shape === "bidi" ? shapes.client.bidi() : shapes.client.serverStream(request());
    const ended = new Promise((resolve) => stream.on("error", resolve));
    await wrote;
    // The messages are queued until the client reads.
    const drained = drain(shapes.server, { limit: 0, error: new ServerShuttingDownError() });
    await turn();
    const messages: number[] = [];
    stream.on("data", ({ index }: ShapeResponse) => messages.push(index));
    expect(await ended).toBeRichError(ServerShuttingDownError);
    expect(messages).toEqual(messages.map((_, index) => index));
    expect(messages.length).toBeLessThan(20_000);
    await expect(drained).resolves.toMatchObject({ cutOff: 1 });
  });

  it("a missing method is still UNIMPLEMENTED", async () => {
    const { handlers, seen, go } = waiting();
    const shapes = await startShapes(handlers);
    const running = callOn(shapes, "unary");
    await until(() => seen.began === 1);
    const drained = drain(shapes.server, { limit: NEVER, linger: 0 });
    shapes.server.unregister(ShapesService.bidi.path);
    expect((await callOn(shapes, "bidi")).error).toMatchObject({ code: 12 });
    go();
    await running;
    await drained;
  });
});

describe("drain", () => {
  it("returns the same result when it is called twice", async () => {
    const { server } = await startShapes({});
    const [first, second] = [drain(server, { linger: 0 }), drain(server, { linger: 0 })];
    expect(await first).toBe(await second);
  });

  it("closes connections and port when no call runs", async () => {
    const shapes = await startShapes({});
    await callOn(shapes, "unary");
    await expect(drain(shapes.server, { linger: 0 })).resolves.toEqual({ refused: 0, cutOff: 0, forced: false });
    for (const connection of [shapes.client, undefined]) {
      const { error } = connection
        ? await callOn(shapes, "unary")
        : await withClient(shapes.address, KURRENT, (client) => callOn({ ...shapes, client }, "unary"));
      expect(error).toMatchObject({ code: 14, reason: undefined, message: expect.stringContaining("ECONNREFUSED") });
    }
  });

  it.each(SHAPES)("does not wait for a %s call that its client has cancelled", async (shape) => {
    const { handlers, seen } = waiting();
    const shapes = await startShapes(handlers);
    const calls = Array.from({ length: 3 }, () => open(shapes, shape, false));
    await until(() => seen.began === 3);
    for (const call of calls) call.cancel();
    await expect(drain(shapes.server, { limit: NEVER, linger: 0 })).resolves.toMatchObject({ cutOff: 0 });
    expect(seen.cancelled).toBe(3);
  });

  it("does not wait for calls that grpc-js ended itself", async () => {
    const shapes = await startShapes({
      // The service cannot serialize undefined.
      async *serverStream() {
        yield undefined as never;
        await new Promise(() => {});
      },
    });
    expect((await callOn(shapes, "serverStream")).error).toMatchObject({ code: 13 });
    const session = http2.connect(`http://${shapes.address}`);
    for (const message of ["ffffffff", "0000000001ff"]) {
      const stream = session.request({
        ":method": "POST",
        ":path": ShapesService.unary.path,
        "content-type": "application/grpc",
      });
      stream.end(Buffer.from(message, "hex"));
      const [headers] = await once(stream, "response");
      expect(Number(headers["grpc-status"])).toBeGreaterThan(0);
    }
    await expect(drain(shapes.server, { limit: NEVER, linger: 0 })).resolves.toMatchObject({ cutOff: 0 });
    session.close();
  });

  it("ends a call that has sent only headers at the limit", async () => {
    const shapes = await startShapes({});
    const session = http2.connect(`http://${shapes.address}`);
    const stream = session.request({
      ":method": "POST",
      ":path": ShapesService.unary.path,
      "content-type": "application/grpc",
    });
    await until(() => shapes.peers.length === 1);
    const drained = drain(shapes.server, { limit: 0 });
    const [headers] = await once(stream, "response");
    expect(headers["grpc-status"]).toBe("14");
    stream.close();
    await expect(drained).resolves.toMatchObject({ cutOff: 1 });
    session.close();
  });

  it("cuts off a client that does not read", async () => {
    let sent = 0;
    const shapes = await startShapes({
      *serverStream() {
        for (;;) yield { index: sent++ };
      },
    });
    const call = shapes.client.serverStream(request());
    // A grpc-js client that has never read a message takes all messages.
    await once(call, "data");
    call.pause();
    await settled(() => sent);
    await expect(drain(shapes.server, { limit: 0 })).resolves.toEqual({ refused: 0, cutOff: 1, forced: true });
    const lost = once(call, "error");
    call.resume();
    expect(await lost).toMatchObject([{ code: 1 }]);
  });

  it("does not cut off clients because the server itself was busy for longer than they have", async () => {
    const { handlers, seen } = waiting();
    const busy = () => {
      const end = performance.now() + 1_100;
      while (performance.now() < end);
    };
    const telemetry = () => ({ handled() {}, failing() {}, ended: () => void setImmediate(busy) });
    const shapes = await startShapes(handlers, { catalogs: [kurrent], client: KURRENT, boundary: { telemetry } });
    const running = open(shapes, "serverStream", true);
    await until(() => seen.began === 1);
    await expect(drain(shapes.server, { limit: 0 })).resolves.toEqual({ refused: 0, cutOff: 1, forced: false });
    expect(await running.error).toBeRichError(ServerShuttingDownError);
  });

  it("throws for a server without richErrorServerInterceptor", async () => {
    await expect(drain(new Server())).rejects.toThrow(
      new TypeError("drain: the server has no richErrorServerInterceptor; add it to the server's interceptors"),
    );
  });
});

describe("the error of a draining server", () => {
  const options: readonly [string, DrainOptions, readonly (typeof catalog)[], object][] = [
    [
      "is UNAVAILABLE by default",
      {},
      [catalog],
      {
        code: 14,
        message: "the server is shutting down",
        reason: "SERVER_SHUTTING_DOWN",
        domain: "grpc-rich-errors",
        retryDelay: undefined,
      },
    ],
    ["has the given retry delay", { retryDelay: 20 }, [], { reason: "SERVER_SHUTTING_DOWN", retryDelay: 20 }],
    [
      "is the declared error with that reason in the catalogs",
      { retryDelay: 20 },
      [catalog, kurrent],
      { message: "server shutting down", domain: "server", retryDelay: 20 },
    ],
    ["is the given error", { error: new CornersBusyError() }, [kurrent], { reason: "CORNERS_BUSY" }],
  ];

  it.each(options)("%s", async (_, options, catalogs, expected) => {
    const { handlers, seen } = waiting();
    const shapes = await startShapes(handlers, { catalogs, client: KURRENT });
    const running = callOn(shapes, "unary");
    await until(() => seen.began === 1);
    await drain(shapes.server, { ...options, limit: 0 });
    const { error } = await running;
    expect(error).toBeRichError(RichError);
    expect(error).toMatchObject(expected);
  });
});
