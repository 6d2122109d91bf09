import {
  type handleUnaryCall,
  Metadata,
  ServerInterceptingCall,
  type ServerInterceptor,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { RichError, richErrorServerInterceptor } from "grpc-rich-errors";
import { describe, expect, it, vi } from "vitest";
import { type ShapeRequest, type ShapeResponse, ShapesService } from "../gen/shapes/v1/shapes.js";
import { SIDES, SIDES_MESSAGE, TooManySidesError, tooManySides } from "../support/errors.js";
import { type Handlers, SHAPES, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";

expectNothingUncaught();

function failing(error: unknown) {
  const fail = () => {
    throw error;
  };
  return { unary: fail, clientStream: fail, serverStream: fail, bidi: fail };
}

describe("onError", () => {
  it.each(SHAPES)("is called for a %s call that failed", async (shape) => {
    const thrown = tooManySides();
    const shapes = await startShapes(failing(thrown));
    await callOn(shapes, shape);
    expect(shapes.failed).toEqual([
      {
        error: thrown,
        sent: thrown,
        masked: false,
        outsideContract: false,
        late: false,
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        shed: [],
        problems: [],
        method: ShapesService[shape].path,
        peer: shapes.peers[0],
      },
    ]);
    expect(shapes.peers[0]).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it("gets the masked error and the request id that the client knows", async () => {
    const thrown = new Error("secret");
    const shapes = await startShapes(failing(thrown));
    const { error } = await callOn(shapes, "bidi");
    const requestId = (error as RichError).standardDetails.requestInfo?.requestId;
    expect(shapes.failed).toMatchObject([{ error: thrown, masked: true, requestId, sent: { code: 13 } }]);
    expect(shapes.failed[0]?.sent.cause).toBe(thrown);
  });

  it("is not called for a call that succeeds", async () => {
    const shapes = await startShapes({});
    for (const shape of SHAPES) await callOn(shapes, shape);
    expect(shapes.failed).toEqual([]);
  });

  const FULL: readonly [string, () => void][] = [
    [
      "throw",
      () => {
        throw new Error("the log is full");
      },
    ],
    ["reject", async () => Promise.reject(new Error("the log is full"))],
  ];
  it.each(FULL)("may %s without effect on the client", async (_, onError) => {
    const boundary = richErrorServerInterceptor({ onError });
    const shapes = await startShapes(failing(tooManySides()), { onlyInterceptors: [boundary] });
    for (const shape of SHAPES) {
      expect((await callOn(shapes, shape)).error).toBeRichError(TooManySidesError, SIDES);
    }
  });
});

describe("handlers without richHandlers", () => {
  const SECRET = "hunter2";
  const cases: readonly [string, object, object][] = [
    ["an error without a code is masked", new Error(SECRET), { code: 13, message: "internal error" }],
    ["a status with a code and details passes", { code: 5, details: "gone" }, { code: 5, message: "gone" }],
    ["an invalid code is masked", { code: 99, details: SECRET }, { code: 13, message: "internal error" }],
    ["UNKNOWN is masked", { code: 2, details: SECRET }, { code: 13, message: "internal error" }],
  ];

  it.each(cases)("%s", async (_, thrown, expected) => {
    const metadata = new Metadata();
    metadata.set("x-token", SECRET);
    const back = (_: unknown, callback: (error: object, value: null, trailer: Metadata) => void) =>
      callback(thrown, null, metadata);
    const emit = (call: { emit(event: string, error: object): void }) =>
      call.emit("error", Object.assign(thrown, { metadata }));
    const unguarded = { unary: back, clientStream: back, serverStream: emit, bidi: emit };
    const shapes = await startShapes({}, { unguarded });
    for (const shape of SHAPES) {
      const { error } = await callOn(shapes, shape);
      expect(error).toMatchObject(expected);
      expect((error as RichError).metadata?.get("x-token")).toEqual([]);
    }
    expect(shapes.failed).toHaveLength(4);
  });

  it("are masked if they throw", async () => {
    const shapes = await startShapes({}, { unguarded: failing(new Error(SECRET)) });
    for (const shape of SHAPES) expect((await callOn(shapes, shape)).error).toMatchObject({ code: 13 });
  });

  it.each(SHAPES)("may send metadata twice, even unsendable, in a %s call that succeeds", async (shape) => {
    const again = (call: Pick<ServerUnaryCall<unknown, unknown>, "sendMetadata">) => {
      const metadata = new Metadata();
      call.sendMetadata(metadata);
      metadata.set("connection", "close");
      call.sendMetadata(metadata);
    };
    const one = (
      call: Pick<ServerUnaryCall<unknown, unknown>, "sendMetadata">,
      callback: sendUnaryData<ShapeResponse>,
    ) => {
      again(call);
      callback(null, { index: 1 });
      again(call);
    };
    const many = (call: ServerWritableStream<unknown, ShapeResponse>) => {
      again(call);
      call.write({ index: 1 });
      again(call);
      call.end();
    };
    const handlers = { unary: one, clientStream: one, serverStream: many, bidi: many };
    const shapes = await startShapes({}, { unguarded: handlers as UntypedServiceImplementation });
    expect(await callOn(shapes, shape)).toEqual({ messages: [1], error: undefined });
    expect(shapes.failed).toEqual([]);
  });

  it.each(["unary", "clientStream"] as const)("send the first of two responses to a %s call", async (shape) => {
    const handler = (_: unknown, callback: sendUnaryData<ShapeResponse>) => {
      callback(null, { index: 1 });
      callback(null, { index: 2 });
    };
    const shapes = await startShapes({}, { unguarded: { unary: handler, clientStream: handler } });
    expect(await callOn(shapes, shape)).toEqual({ messages: [1], error: undefined });
    expect(shapes.failed).toEqual([]);
    expect(shapes.late).toMatchObject([{ error: { message: expect.stringContaining("the second response") } }]);
  });

  it("may succeed", async () => {
    const unary: handleUnaryCall<ShapeRequest, ShapeResponse> = (_, callback) => callback(null, { index: 1 });
    const shapes = await startShapes({}, { unguarded: { unary } });
    expect(await callOn(shapes, "unary")).toEqual({ messages: [1], error: undefined });
  });
});

describe("handlers with richHandlers, without the interceptor", () => {
  it("send a correct status", async () => {
    for (const [thrown, expected] of [
      [tooManySides(), { code: 3, message: SIDES_MESSAGE }],
      [new Error("secret"), { code: 13, message: "internal error" }],
    ] as const) {
      const shapes = await startShapes(failing(thrown), { onlyInterceptors: [] });
      for (const shape of SHAPES) expect((await callOn(shapes, shape)).error).toMatchObject(expected);
    }
  });
});

describe("an interceptor among others", () => {
  /** An interceptor that records the statuses that pass it. */
  function noting(name: string, seen: string[]): ServerInterceptor {
    return (_, call) =>
      new ServerInterceptingCall(call, {
        sendStatus: (sent, next) => {
          seen.push(`${name} sends ${status[sent.code]}: ${sent.details}`);
          next(sent);
        },
      });
  }

  it("comes first, nearest to the network, and sees the status that the others make", async () => {
    const seen: string[] = [];
    const turning: ServerInterceptor = (_, call) =>
      new ServerInterceptingCall(call, {
        sendStatus: (_, next) => next({ code: status.UNAVAILABLE, details: "turned", metadata: null }),
      });
    const shapes = await startShapes(failing(tooManySides()), {
      interceptors: [noting("second", seen), turning, noting("fourth", seen)],
    });
    const { error } = await callOn(shapes, "unary");
    seen.push(`the client gets ${status[(error as RichError).code]}: ${(error as RichError).message}`);
    expect(seen).toEqual([
      `fourth sends INVALID_ARGUMENT: ${SIDES_MESSAGE}`,
      "second sends UNAVAILABLE: turned",
      "the client gets UNAVAILABLE: turned",
    ]);
  });

  it("shows the others a masked status, never the secret", async () => {
    const seen: string[] = [];
    const shapes = await startShapes(failing(new Error("hunter2")), { interceptors: [noting("second", seen)] });
    await callOn(shapes, "bidi");
    expect(seen).toEqual(["second sends INTERNAL: internal error"]);
  });

  it.each(SHAPES)("keeps trailers that the others add to a %s call", async (shape) => {
    const adding: ServerInterceptor = (_, call) =>
      new ServerInterceptingCall(call, {
        sendStatus: (sent, next) => {
          sent.metadata?.set("x-cost", "7");
          next(sent);
        },
      });
    for (const thrown of [tooManySides(), new Error("x")]) {
      const shapes = await startShapes(failing(thrown), { interceptors: [adding] });
      const { error } = await callOn(shapes, shape);
      expect((error as RichError).metadata?.get("x-cost")).toEqual(["7"]);
      expect(error).toMatchObject({ code: thrown instanceof TooManySidesError ? 3 : 13, issues: [] });
    }
  });

  it.each(SHAPES)("passes everything of a successful %s call unchanged", async (shape) => {
    const seen: Record<string, unknown[]> = { before: [], behind: [] };
    const keeping = (place: string): ServerInterceptor => {
      const keep = (value: unknown) => seen[place]?.push(value);
      return (_, call) =>
        new ServerInterceptingCall(call, {
          sendMetadata: (metadata, next) => [keep(metadata), next(metadata)],
          sendMessage: (message, next) => [keep(message), next(message)],
          sendStatus: (sent, next) => [keep(sent), next(sent)],
        });
    };
    const onlyInterceptors = [keeping("before"), richErrorServerInterceptor(), keeping("behind")];
    const metadata = new Metadata();
    metadata.set("x-own", "1");
    const respond = (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) => {
      call.sendMetadata(metadata);
      callback(null, { index: 1 }, metadata);
    };
    const write = (call: ServerWritableStream<unknown, unknown>) => {
      call.sendMetadata(metadata);
      call.write({ index: 1 });
      call.end(metadata);
    };
    const handlers = { unary: respond, clientStream: respond, serverStream: write, bidi: write };
    const shapes = await startShapes(handlers as unknown as Handlers, { onlyInterceptors });
    expect(await callOn(shapes, shape)).toEqual({ messages: [1], error: undefined });
    expect(seen["before"]).toHaveLength(3);
    for (const [index, value] of (seen["before"] ?? []).entries()) expect(value).toBe(seen["behind"]?.[index]);
  });

  it("sends one status if another sends two", async () => {
    const twice: ServerInterceptor = (_, call) =>
      new ServerInterceptingCall(call, {
        sendStatus: (sent, next) => {
          next(sent);
          next(sent);
        },
      });
    const shapes = await startShapes(failing(tooManySides()), { interceptors: [twice] });
    expect((await callOn(shapes, "serverStream")).error).toBeRichError(TooManySidesError, SIDES);
    expect(shapes.failed).toHaveLength(1);
  });

  it("sends the error of an interceptor that refuses a call", async () => {
    const refusing: ServerInterceptor = (_, call) =>
      new ServerInterceptingCall(call, {
        start: (next) =>
          next({
            onReceiveMetadata: () => call.sendStatus({ code: status.UNAUTHENTICATED, details: "who are you?" }),
          }),
      });
    const shapes = await startShapes({}, { interceptors: [refusing] });
    for (const shape of SHAPES) {
      const { error } = await callOn(shapes, shape);
      expect(error).toBeRichError(RichError);
      expect(error).toMatchObject({ code: 16, message: "who are you?" });
    }
  });
});

it("a status that another interceptor made of an error replaces it", async () => {
  const altering: ServerInterceptor = (_, call) =>
    new ServerInterceptingCall(call, {
      sendStatus: (status, next) => next({ ...status, code: 7, details: "altered" }),
    });
  const shapes = await startShapes(
    {
      unary: () => {
        throw tooManySides();
      },
    },
    { interceptors: [altering] },
  );
  const { error } = await callOn(shapes, "unary");
  expect(error).toMatchObject({ code: 7, message: "altered", errorDetails: [], issues: [] });
  expect(shapes.failed).toMatchObject([{ error: { reason: "TOO_MANY_SIDES" }, sent: { code: 7, message: "altered" } }]);
  expect(shapes.late).toEqual([]);
});

it("a failure that another interceptor turns into a success is reported as late", async () => {
  const forgiving: ServerInterceptor = (_, call) =>
    new ServerInterceptingCall(call, {
      sendStatus: (_, next) => {
        call.sendMessage({ index: 7 }, () => next({ code: status.OK, details: "", metadata: null }));
      },
    });
  const thrown = tooManySides();
  const shapes = await startShapes({ unary: () => Promise.reject(thrown) }, { interceptors: [forgiving] });
  expect(await callOn(shapes, "unary")).toEqual({ messages: [7], error: undefined });
  await vi.waitFor(() => expect(shapes.late).toMatchObject([{ error: thrown, late: true }]));
  expect(shapes.failed).toEqual([]);
});
