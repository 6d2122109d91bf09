import { setTimeout as wait } from "node:timers/promises";
import { Metadata } from "@grpc/grpc-js";
import { type ClientTelemetry, Code, type FailedClientCall, promises, richErrorClientOptions } from "grpc-rich-errors";
import { recovery } from "grpc-rich-errors/recovery";
import { describe, expect, it, vi } from "vitest";
import { CornersBusyError, catalog, TooManySidesError, tooManySides } from "../support/errors.js";
import { type Handlers, request, SHAPES, type Shape, type Shapes, startShapes } from "../support/shapes.js";

const METHODS: Readonly<Record<Shape, string>> = {
  unary: "Unary",
  clientStream: "ClientStream",
  serverStream: "ServerStream",
  bidi: "Bidi",
};

/** Handlers that all fail with an error. */
function failing(make: () => unknown): Handlers {
  const fail = async () => {
    throw make();
  };
  return { unary: fail, clientStream: fail, serverStream: fail, bidi: fail };
}

/** Makes a call with callbacks and events, and returns its error. */
function callOf({ client }: Shapes, shape: Shape): Promise<unknown> {
  return new Promise((resolve) => {
    if (shape === "unary") client.unary(request(), resolve);
    else if (shape === "clientStream") client.clientStream(resolve).end();
    else {
      const bidi = shape === "bidi" ? client.bidi() : undefined;
      const stream = bidi ?? client.serverStream(request());
      stream.on("error", resolve).on("end", () => resolve(null));
      stream.resume();
      bidi?.end();
    }
  });
}

async function startWith(handlers: Partial<Handlers>, options: Parameters<typeof richErrorClientOptions>[0]) {
  return startShapes(handlers, { client: richErrorClientOptions({ catalogs: [catalog], ...options }) });
}

describe("onError of a client", () => {
  it.each(SHAPES)("is called once for a failed %s call, before the caller gets the error", async (shape) => {
    const seen: unknown[] = [];
    const shapes = await startWith(failing(tooManySides), { onError: (call) => seen.push(call) });
    seen.push(await callOf(shapes, shape));
    const [call, error] = seen as [FailedClientCall, unknown];
    expect(seen).toHaveLength(2);
    expect(call.error).toBe(error);
    expect(error).toBeInstanceOf(TooManySidesError);
    expect(call).toEqual({ method: `/shapes.v1.Shapes/${METHODS[shape]}`, target: `dns:${shapes.address}`, error });
  });

  it.each(SHAPES)("is not called for a %s call that succeeds", async (shape) => {
    const onError = vi.fn();
    expect(await callOf(await startWith({}, { onError }), shape)).toBeNull();
    expect(onError).not.toHaveBeenCalled();
  });

  it("may throw or reject, which the caller does not notice", async () => {
    const throwing = await startWith(failing(tooManySides), {
      onError: () => {
        throw new Error("hook");
      },
    });
    expect(await callOf(throwing, "unary")).toBeInstanceOf(TooManySidesError);
    const rejecting = await startWith(failing(tooManySides), { onError: () => Promise.reject(new Error("hook")) });
    expect(await callOf(rejecting, "bidi")).toBeInstanceOf(TooManySidesError);
    // An unhandled rejection would fail the test.
    await wait(5);
  });

  it("is called for each attempt of a recovery", async () => {
    let calls = 0;
    const onError = vi.fn();
    const { client } = await startWith(
      {
        unary: async () => {
          if (++calls <= 2) throw new CornersBusyError();
          return { index: 0 };
        },
      },
      { onError },
    );
    await promises(client, { recovery: recovery.readOnly.with({ backOffDelay: 1 }) }).unary(request());
    expect(onError.mock.calls.map(([{ error }]) => error.reason)).toEqual(["CORNERS_BUSY", "CORNERS_BUSY"]);
  });

  it.each(["of promises", "of grpc-js"])("is called once for a stream %s that its reader leaves", async (kind) => {
    const onError = vi.fn();
    const { client, calls } = await startWith(
      {
        async *serverStream() {
          for (let index = 0; ; index++) yield { index };
        },
      },
      { onError },
    );
    const stream = kind === "of promises" ? calls.serverStream(request()) : client.serverStream(request());
    for await (const _ of stream) break;
    await vi.waitFor(() => expect(onError).toHaveBeenCalled());
    await wait(20);
    expect(onError.mock.calls).toMatchObject([[{ error: { code: Code.CANCELLED } }]]);
  });

  it("is called for a call on a closed client", async () => {
    const onError = vi.fn();
    const { client } = await startWith({}, { onError });
    client.close();
    expect(() => client.unary(request(), () => {})).toThrow("the client is closed");
    expect(onError.mock.calls).toMatchObject([[{ error: { code: Code.UNAVAILABLE, origin: "CLIENT" } }]]);
  });
});

describe("the telemetry of a client", () => {
  it.each(SHAPES)("sees the end of each %s call once", async (shape) => {
    const ends: unknown[] = [];
    const telemetry: ClientTelemetry = () => (error) => ends.push(error?.code);
    await callOf(await startWith({}, { telemetry }), shape);
    await callOf(await startWith(failing(tooManySides), { telemetry }), shape);
    expect(ends).toEqual([undefined, Code.INVALID_ARGUMENT]);
  });

  it("may throw, which the caller does not notice", async () => {
    const throwing = () => {
      throw new Error("hook");
    };
    for (const telemetry of [throwing, () => throwing]) {
      const shapes = await startWith(failing(tooManySides), { telemetry });
      for (const shape of SHAPES) expect(await callOf(shapes, shape)).toBeInstanceOf(TooManySidesError);
    }
  });

  it("sees no call whose arguments are wrong", async () => {
    const telemetry = vi.fn();
    const { client } = await startWith({}, { telemetry });
    expect(() => client.unary(request(), new Metadata(), { deadline: Number.NaN }, () => {})).toThrow(TypeError);
    expect(telemetry).not.toHaveBeenCalled();
  });
});

describe("richErrorClientOptions", () => {
  it.each<[object, string]>([
    [{ onErrors: () => {} }, 'richErrorClientOptions: the option "onErrors" is unknown; write "onError"'],
    [{ onError: "log" }, 'richErrorClientOptions: onError is "log", not a function; write onError: (call) => …'],
    [
      { telemetry: {} },
      "richErrorClientOptions: telemetry is an object, not a function; write telemetry: clientTelemetry()",
    ],
  ])("refuses %o", (options, message) => {
    expect(() => richErrorClientOptions(options as never)).toThrow(new TypeError(message));
  });
});
