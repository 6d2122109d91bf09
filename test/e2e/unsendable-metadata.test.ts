import { Metadata, ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import { RichError } from "grpc-rich-errors";
import { beforeAll, describe, expect, it } from "vitest";
import { SIDES_MESSAGE, tooManySides } from "../support/errors.js";
import { type CallResult, resultOf } from "../support/metadata-calls.js";
import { type Handlers, openShapes, SHAPES, type Shapes, type ShapesOptions, startShapes } from "../support/shapes.js";
import { expectNothingUncaught } from "../support/watch.js";

// Metadata that makes grpc-js or Node throw where no code catches: the client would wait for its deadline, or the process would crash.

expectNothingUncaught();

/** Metadata with a good field at both ends. The values bypass the methods of Metadata, which would refuse them. */
function fields(entries: Record<string, unknown[]>): () => Metadata {
  return () => {
    const metadata = new Metadata();
    for (const [name, values] of Object.entries({ "x-first": ["1"], ...entries, "x-last": ["1"] })) {
      metadata["internalRepr"].set(name, values as string[]);
    }
    return metadata;
  };
}

function many(count: number, value: string): Record<string, string[]> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, [value]]));
}

interface Kind {
  readonly make: () => unknown;
  /** The fields that arrive between the first and the last one. `undefined` means none. */
  readonly arrives?: Record<string, unknown[]> | undefined;
  /** The value is no Metadata at all. */
  readonly none?: true;
}

const throwing = new Proxy(new Metadata(), {
  get() {
    throw new Error("no");
  },
});

const KINDS: Record<string, Kind> = {
  "a connection header": { make: fields({ connection: ["keep-alive"] }) },
  te: { make: fields({ te: ["x"] }) },
  "transfer-encoding": { make: fields({ "transfer-encoding": ["chunked"] }) },
  upgrade: { make: fields({ upgrade: ["h2"] }) },
  "keep-alive": { make: fields({ "keep-alive": ["5"] }) },
  "proxy-connection": { make: fields({ "proxy-connection": ["x"] }) },
  "http2-settings": { make: fields({ "http2-settings": ["x"] }) },
  "two etags": { make: fields({ etag: ["a", "b"] }), arrives: { etag: ["a"] } },
  "a status": { make: fields({ "grpc-status": ["7"], "grpc-message": ["forged"] }) },
  "a pseudo-header": { make: fields({ ":status": ["500"] }) },
  "a content-type": { make: fields({ "content-type": ["text/html"] }) },
  "two content-types": { make: fields({ "content-type": ["a", "b"] }) },
  "a content-length": { make: fields({ "content-length": ["3"] }) },
  "an encoding": { make: fields({ "grpc-encoding": ["gzip"], "grpc-accept-encoding": ["none"] }) },
  "a name with a colon": { make: fields({ "a:b": ["x"] }) },
  "a name with a space": { make: fields({ "a b": ["x"] }) },
  "a value with a NUL": { make: fields({ "x-a": ["a\0b"] }) },
  "a value with a line break": { make: fields({ "x-a": ["a\r\nb: c"] }) },
  "a value beyond ASCII": { make: fields({ "x-a": ["😀"] }) },
  "a value with spaces around it": { make: fields({ "x-a": [" a "] }), arrives: { "x-a": ["a"] } },
  "a value of a wrong type": { make: fields({ "x-a": [undefined], "x-b": [null], "x-c": [{}], "x-d": [Symbol("d")] }) },
  "a number": { make: fields({ "x-a": [7] }), arrives: { "x-a": ["7"] } },
  "text where bytes belong": { make: fields({ "x-bin": ["text"] }) },
  "no values": { make: fields({ "x-a": [] }) },
  "a value of 70,000 bytes": { make: fields({ "x-a": ["~".repeat(70_000)] }) },
  "bytes of 70,000 bytes": { make: fields({ "x-bin": [Buffer.alloc(70_000, 0xff)] }) },
  "10,000 fields": { make: fields(many(10_000, "v")), arrives: many(119, "v"), none: true },
  "a plain object": { make: () => ({ a: 1, "x-first": "1" }), none: true },
  "an object with some methods of Metadata": { make: () => ({ clone: () => null, toJSON: () => null }), none: true },
  text: { make: () => "x-first: 1", none: true },
  null: { make: () => null, none: true },
  "a proxy that throws": { make: () => throwing, none: true },
};

/** The metadata of the current test. */
let given: () => Metadata | null = () => null;

type Place = "initial" | "trailers";

interface AnyServerCall {
  sendMetadata(metadata: unknown): void;
  write(message: object): void;
  end(trailers?: unknown): void;
  emit(event: "error", error: unknown): void;
}
type Callback = (error: unknown, message?: object | null, trailers?: unknown) => void;
type AnyHandler = (call: AnyServerCall, callback?: Callback) => void;

/** The same handler for all shapes: it calls back, or it writes. */
function all(one: (call: AnyServerCall, callback: Callback) => void, more: (call: AnyServerCall) => void): Handlers {
  const handler: AnyHandler = (call, callback) => (callback ? one(call, callback) : more(call));
  const takesCallback = (call: AnyServerCall, callback: Callback) => handler(call, callback);
  const takesNone = (call: AnyServerCall) => handler(call);
  const handlers = { unary: takesCallback, clientStream: takesCallback, serverStream: takesNone, bidi: takesNone };
  return handlers as unknown as Handlers;
}

const succeeding = all(
  (_, callback) => callback(null, { index: 7 }),
  (call) => {
    call.write({ index: 7 });
    call.end();
  },
);

function responding(responder: ConstructorParameters<typeof ServerInterceptingCall>[1]): ShapesOptions {
  const interceptor: ServerInterceptor = (_, call) => new ServerInterceptingCall(call, responder);
  return { interceptors: [interceptor] };
}

interface Giver {
  readonly place: Place;
  readonly handlers: Handlers;
  readonly options?: ShapesOptions;
}

const initialByHandler = all(
  (call, callback) => {
    call.sendMetadata(given());
    callback(null, { index: 7 });
  },
  (call) => {
    call.sendMetadata(given());
    call.write({ index: 7 });
    call.end();
  },
);
const trailersByHandler = all(
  (_, callback) => callback(null, { index: 7 }, given()),
  (call) => {
    call.write({ index: 7 });
    call.end(given());
  },
);
const trailersWithoutMessages = all(
  (_, callback) => callback(null, { index: 7 }, given()),
  (call) => call.end(given()),
);

/** The ways to give metadata to a call that succeeds. */
const GIVERS: Record<string, Giver> = {
  "a handler gives as initial metadata": { place: "initial", handlers: initialByHandler },
  "a handler without richHandlers gives as initial metadata": {
    place: "initial",
    handlers: {} as Handlers,
    options: { unguarded: initialByHandler as never },
  },
  "an interceptor gives as initial metadata": {
    place: "initial",
    handlers: succeeding,
    options: responding({ sendMetadata: (_, next) => next(given() as Metadata) }),
  },
  "a handler gives as trailers": { place: "trailers", handlers: trailersByHandler },
  "a handler gives as trailers of no messages": { place: "trailers", handlers: trailersWithoutMessages },
  "a handler without richHandlers gives as trailers": {
    place: "trailers",
    handlers: {} as Handlers,
    options: { unguarded: trailersByHandler as never },
  },
  "an interceptor gives as trailers": {
    place: "trailers",
    handlers: succeeding,
    options: responding({ sendStatus: (sent, next) => next({ ...sent, metadata: given() }) }),
  },
};

function own(metadata: Record<string, unknown>): Record<string, unknown> {
  const { date: _, "content-type": __, "grpc-status-details-bin": ___, ...rest } = metadata;
  return rest;
}

function expected({ arrives = {}, none }: Kind): Record<string, unknown> {
  if (!none) return { "x-first": ["1"], ...arrives, "x-last": ["1"] };
  return arrives["x-0"] ? { "x-first": ["1"], ...arrives } : {};
}

/** Opens a server for a block of tests. */
function shared(handlers: Handlers, options: ShapesOptions = {}): () => Shapes {
  let shapes: Shapes;
  beforeAll(async () => {
    shapes = await openShapes(handlers, { ...options, server: { ...options.server } });
    return () => shapes.close();
  });
  return () => shapes;
}

/** Kinds that can be sent, some of them after a small change. */
const HARMLESS = ["a value with spaces around it", "a number", "no values", "null"];

describe.each(Object.entries(GIVERS))("the metadata that %s", (_, { place, handlers, options }) => {
  const shapes = shared(handlers, options);
  const [refused, sent] = [true, false].map((refuses) =>
    Object.entries(KINDS).filter(([name]) => (place === "initial" && !HARMLESS.includes(name)) === refuses),
  );

  it.each(refused ?? [])("is refused with %s, which ends the call and is reported", async (_, kind) => {
    for (const shape of SHAPES) {
      const { failed } = shapes();
      given = kind.make as () => Metadata;
      const seen = await resultOf(shapes(), shape);
      expect([shape, seen.code, seen.details, own(seen.initial)]).toEqual([shape, 13, "internal error", {}]);
      given = () => new Metadata();
      expect([shape, (await resultOf(shapes(), shape)).code]).toEqual([shape, 0]);
      expect(failed.splice(0)).toMatchObject([{ masked: true, late: false }]);
    }
  });

  it.each(sent ?? [])("with %s leaves the call a success, with the fields that can be sent", async (_, kind) => {
    for (const shape of SHAPES) {
      given = kind.make as () => Metadata;
      const seen = await resultOf(shapes(), shape);
      expect([shape, seen.code]).toEqual([shape, 0]);
      expect([shape, own(seen[place])]).toEqual([shape, expected(kind)]);
      given = () => new Metadata();
      expect([shape, (await resultOf(shapes(), shape)).code]).toEqual([shape, 0]);
      expect(shapes().failed).toEqual([]);
    }
  });
});

describe("trailers of an error", () => {
  const fail = (thrown: () => unknown, trailers: () => unknown) =>
    all(
      (_, callback) => callback(thrown(), null, trailers()),
      (call) => call.emit("error", thrown()),
    );
  const gone = () => new RichError(5, "gone", { reason: "GONE", domain: "d", metadata: given() as Metadata });
  const WAYS: Record<string, Giver> = {
    "that belong to the error": { place: "trailers", handlers: fail(gone, () => undefined) },
    "that the handler gives beside the error": { place: "trailers", handlers: fail(gone, () => given()) },
    "that an interceptor adds": {
      place: "trailers",
      handlers: fail(tooManySides, () => undefined),
      options: responding({
        sendStatus: (sent, next) => {
          for (const [name, values] of given()?.["internalRepr"] ?? [])
            sent.metadata?.["internalRepr"].set(name, values);
          next(sent);
        },
      }),
    },
    "that an interceptor replaces them with": {
      place: "trailers",
      handlers: fail(tooManySides, () => undefined),
      options: responding({ sendStatus: (sent, next) => next({ ...sent, metadata: given() }) }),
    },
  };

  describe.each(Object.entries(WAYS))("%s", (way, { handlers, options }) => {
    const error = way.includes("interceptor") ? [3, SIDES_MESSAGE] : [5, "gone"];
    const shapes = shared(handlers, options);

    // Nobody can read a proxy that throws, not even the interceptor.
    const kinds = Object.entries(KINDS).filter(([name]) => !way.endsWith("adds") || !name.includes("proxy"));
    it.each(kinds)("with %s do not change the error", async (name, kind) => {
      for (const shape of SHAPES) {
        given = kind.make as () => Metadata;
        const seen: CallResult = await resultOf(shapes(), shape);
        expect([shape, seen.code, seen.details]).toEqual([shape, ...error]);
        expect(seen.trailers["grpc-status-details-bin"]).toHaveLength(1);
        // Metadata that does not fit beside an error is dropped as a whole.
        if (name !== "10,000 fields") expect([shape, own(seen.trailers)]).toEqual([shape, expected(kind)]);
        given = () => new Metadata();
        expect([shape, (await resultOf(shapes(), shape)).code]).toEqual([shape, seen.code]);
      }
    });
  });
});

describe("a field that is left out", () => {
  it("is in problems of onError if it comes from an error's trailers", async () => {
    given = fields({ te: ["hunter2"], etag: ["a", "hunter2"] });
    const fail = () => {
      throw new RichError(5, "gone", { metadata: given() as Metadata });
    };
    const shapes = await startShapes({ unary: fail, clientStream: fail, serverStream: fail, bidi: fail });
    for (const shape of SHAPES) {
      await resultOf(shapes, shape);
      expect(shapes.failed.at(-1)?.problems.map(({ message }) => message)).toEqual([
        'the metadata field "te" is left out: it belongs to gRPC or to the connection',
        'the metadata field "etag" is sent with its first value only: HTTP allows one',
      ]);
    }
  });

  it("is named in a TypeError of onError if it comes from initial metadata", async () => {
    const handlers = all(
      (call, callback) => {
        call.sendMetadata(given());
        callback(tooManySides());
      },
      (call) => {
        call.sendMetadata(given());
        throw tooManySides();
      },
    );
    const shapes = await startShapes(handlers);
    for (const [name, { make }] of Object.entries(KINDS)) {
      for (const shape of SHAPES) {
        given = make as () => Metadata;
        const isHarmless = HARMLESS.includes(name);
        expect([name, (await resultOf(shapes, shape)).code]).toEqual([name, isHarmless ? 3 : 13]);
        expect(shapes.failed.splice(0)).toMatchObject([{ masked: !isHarmless }]);
      }
    }
    given = fields({ connection: ["hunter2"] });
    await resultOf(shapes, "bidi");
    expect(shapes.failed).toMatchObject([
      {
        error: new TypeError('the metadata field "connection" cannot be sent: it belongs to gRPC or to the connection'),
      },
    ]);
  });
});
