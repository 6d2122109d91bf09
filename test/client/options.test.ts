import { credentials, InterceptingCall, type Interceptor, type ServiceError, status } from "@grpc/grpc-js";
import { promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { describe, expect, it, onTestFinished } from "vitest";
import { ShapesClient } from "../gen/shapes/v1/shapes.js";
import { CornersBusyError, ShapeError, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { h2 } from "../support/half-servers.js";
import { request, SHAPES, startShapes } from "../support/shapes.js";
import { callOn, surfacesOf } from "../support/surfaces.js";

function failing(error: () => unknown = tooManySides) {
  const fail = () => {
    throw error();
  };
  return { unary: fail, clientStream: fail, serverStream: fail, bidi: fail };
}

describe.each(SHAPES)("the error of a %s call", (shape) => {
  for (const surface of surfacesOf(shape)) {
    it(`is an instance of its classes with a typed detail by ${surface.name}`, async () => {
      const { error } = await surface.call(await startShapes(failing()), shape);
      expect(error instanceof TooManySidesError).toBe(true);
      expect(error instanceof ShapeError).toBe(true);
      expect(error instanceof RichError).toBe(true);
      expect(error instanceof Error).toBe(true);
      expect(error instanceof CornersBusyError).toBe(false);
      if (!(error instanceof TooManySidesError)) return;
      expect(typeof error.detail.sides).toBe("bigint");
      expect(error.detail).toEqual(SIDES);
      expect(error.metadata?.get("grpc-status-details-bin")).toHaveLength(1);
      expect(error.received).toBe(true);
    });
  }

  it("is a plain RichError if no catalog declares it", async () => {
    const shapes = await startShapes(failing(), { client: richErrorClientOptions() });
    const { error } = await callOn(shapes, shape);
    expect(error).toBeRichError(RichError);
    expect(error).not.toBeInstanceOf(TooManySidesError);
    expect(error).toMatchObject({ code: 3, reason: "TOO_MANY_SIDES", domain: "shapes.example.com" });
  });

  it("is the same for a call with interceptors of its own", async () => {
    const shapes = await startShapes(failing());
    const seen: number[] = [];
    const own: Interceptor = (options, nextCall) =>
      new InterceptingCall(nextCall(options), {
        start: (metadata, _, next) =>
          next(metadata, {
            onReceiveStatus: (received, forward) => {
              seen.push(received.code);
              forward(received);
            },
          }),
      });
    const options = { interceptors: [own] };
    const { client, calls } = shapes;
    const error = await new Promise((resolve) => {
      if (shape === "unary") client.unary(request(), options as never, resolve as never);
      else if (shape === "clientStream") client.clientStream(options, resolve).end();
      else if (shape === "serverStream") client.serverStream(request(), options).on("error", resolve).resume();
      else client.bidi(options).on("error", resolve).resume();
    });
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(seen).toEqual([3]);
    if (shape === "unary") {
      await expect(calls.unary(request(), options)).rejects.toBeRichError(TooManySidesError, SIDES);
    }
  });

  it("is the last one of the attempts under grpc-js's retry policy", async () => {
    let attempts = 0;
    const shapes = await startShapes(
      failing(() => {
        attempts++;
        return new CornersBusyError();
      }),
      { client: retrying(3) },
    );
    const { error } = await callOn(shapes, shape);
    expect(error).toBeRichError(CornersBusyError);
    expect(attempts).toBe(3);
  });
});

describe.each(SHAPES)("the error of a %s call whose response is compressed", (shape) => {
  it.each(surfacesOf(shape))("in an unknown way has a clear text by $name", async ({ call }) => {
    const compressed = Buffer.from([1, 0, 0, 0, 0]);
    const address = await h2((stream) => {
      stream.respond({ "content-type": "application/grpc" });
      stream.end(compressed);
    });
    const client = new ShapesClient(address, credentials.createInsecure(), richErrorClientOptions());
    onTestFinished(() => client.close());
    const { error } = await call({ ...(await startShapes({})), client, calls: promises(client) }, shape);
    expect(error).toBeRichError(RichError);
    expect(error).toMatchObject({ code: status.INTERNAL, outcome: "MAYBE_APPLIED", origin: "CLIENT" });
    expect((error as RichError).message).toBe(
      "the response is compressed, but its headers name no encoding that grpc-js can read",
    );
  });
});

describe("richErrorClientOptions", () => {
  it("does not disturb a retry that succeeds", async () => {
    let attempts = 0;
    const shapes = await startShapes(
      {
        unary: async () => {
          if (++attempts < 3) throw new CornersBusyError();
          return { index: attempts };
        },
      },
      { client: retrying(5) },
    );
    await expect(shapes.calls.unary(request())).resolves.toEqual({ index: 3 });
  });

  it("does not change a call that succeeds", async () => {
    const { client } = await startShapes({});
    const response = await new Promise((resolve) => client.unary(request(), (...args) => resolve(args)));
    expect(response).toEqual([null, { index: 0 }]);
    const events: unknown[] = [];
    const stream = client.serverStream(request(2));
    await new Promise((resolve) =>
      stream
        .on("data", (message) => events.push(message))
        .on("status", ({ code }) => events.push(code))
        .on("end", () => events.push("end"))
        .on("close", resolve),
    );
    expect(events).toEqual(expect.arrayContaining([{ index: 0 }, { index: 1 }, status.OK, "end"]));
  });

  it("gives every listener the same error, and does not change the status event", async () => {
    const { client } = await startShapes(failing());
    const errors: unknown[] = [];
    const stream = client.serverStream(request()).resume();
    stream.on("error", (error) => errors.push(error)).on("error", (error) => errors.push(error));
    const received = await new Promise<{ code: number }>((resolve) => stream.on("status", resolve));
    expect(received.code).toBe(3);
    expect(errors).toHaveLength(2);
    expect(errors[0]).toBe(errors[1]);
    expect(errors[0]).toBeRichError(TooManySidesError, SIDES);
  });

  it("produces an error that code for grpc-js's ServiceError can read", async () => {
    const { client } = await startShapes(failing());
    const error = await new Promise<ServiceError | null>((resolve) => client.unary(request(), resolve));
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    expect(error?.details).toBe(tooManySides().message);
    expect(error?.metadata.get("grpc-status-details-bin")).toHaveLength(1);
  });
});

function retrying(maxAttempts: number) {
  const serviceConfig = {
    methodConfig: [
      {
        name: [{ service: "shapes.v1.Shapes" }],
        retryPolicy: {
          maxAttempts,
          initialBackoff: "0.001s",
          maxBackoff: "0.001s",
          backoffMultiplier: 1,
          retryableStatusCodes: ["UNAVAILABLE"],
        },
      },
    ],
  };
  return { "grpc.service_config": JSON.stringify(serviceConfig) };
}

it("errors of the caller's own code in a stream stay as they are", async () => {
  const { client } = await startShapes({});
  const mine = new TypeError("mine");
  const call = client.serverStream(request(3));
  const emitted = new Promise((resolve) => call.on("error", resolve));
  call.destroy(mine);
  expect(await emitted).toBe(mine);
});

it("one signal serves many calls at once without a warning", async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error) => warnings.push(name);
  process.on("warning", note);
  const { calls } = await startShapes({});
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 30 }, () => calls.unary(request(), { signal })));
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", note);
  expect(warnings).toEqual([]);
});
