import { credentials, InterceptingCall, Metadata } from "@grpc/grpc-js";
import { Code, type PromiseClient, promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { ShapesClient } from "../gen/shapes/v1/shapes.js";
import { openShapes, request, SHAPES, type Shape, type Shapes } from "../support/shapes.js";
import { expectNothingUncaught } from "../support/watch.js";

// Every shape of call rejects: a wrong argument with a TypeError, a call that cannot begin with a RichError.

expectNothingUncaught();

// All tests share one server, because each server takes a port.
let shapes: Shapes;
beforeAll(async () => {
  shapes = await openShapes({});
});
afterAll(() => shapes.close());
beforeEach(() => void shapes.peers.splice(0));

/** Creates a client of the server. */
function clientOf(options: object = richErrorClientOptions()): ShapesClient {
  const client = new ShapesClient(shapes.address, credentials.createInsecure(), options);
  onTestFinished(() => client.close());
  return client;
}

type Calls = PromiseClient<ShapesClient>;

/** Makes a call and reads it to its end. It may reject, but never throws. */
function call(calls: Calls, shape: Shape, options?: unknown, requests: unknown = [request()]): Promise<unknown> {
  const given = options as object;
  const one = (Array.isArray(requests) ? requests[0] : requests) as never;
  if (shape === "unary") return calls.unary(one, given);
  if (shape === "clientStream") return calls.clientStream(requests as never, given);
  const messages = shape === "bidi" ? calls.bidi(requests as never, given) : calls.serverStream(one, given);
  return (async () => {
    const read: unknown[] = [];
    for await (const message of messages) read.push(message);
    return read;
  })();
}

const interceptor = () => new InterceptingCall(null as never);
const plain = {
  toString: () => {
    throw new Error("mine");
  },
};

const OPTIONS: readonly [string, unknown, RegExp][] = [
  ["options that are a number", 5, /^a call: the options are 5; write an object with /],
  ["options that are null", null, /^a call: the options are null; write an object with /],
  [
    "a signal that is a controller",
    { signal: new AbortController() },
    /^signal must be an AbortSignal, not an instance of Abo/,
  ],
  ["a signal that is true", { signal: true }, /^signal must be an AbortSignal, not true$/],
  ["metadata in a plain object", { metadata: { authorization: "secret" } }, /^metadata must be .* an object$/],
  ["metadata in a Map", { metadata: new Map() }, /^metadata must be an instance of Metadata of .*, not an instance/],
  ["metadata in a string", { metadata: "x" }, /^metadata must be an instance of Metadata of .*, not "x"$/],
  ["a deadline that is NaN", { deadline: Number.NaN }, /^deadline must be a valid Date .* not NaN$/],
  ["a deadline that is an invalid Date", { deadline: new Date("x") }, /^deadline must be .* not an invalid Date$/],
  ["a deadline that is a string", { deadline: "5s" }, /^deadline must be .*, such as Date.now\(\) \+ 5_000, not "5s"$/],
  ["a deadline that is an object", { deadline: plain }, /^deadline must be a valid Date .* not an object$/],
  ["a deadline that is a bigint", { deadline: 5n }, /^deadline must be a valid Date .* not 5n$/],
  [
    "a deadline too far away",
    { deadline: Number.MAX_SAFE_INTEGER },
    /^the deadline 9007199254740991 is too far in the/,
  ],
  [
    "a Date too far away",
    { deadline: new Date(8.64e15) },
    /^the deadline \+275760-.* too far .*; leave it out to call/,
  ],
  [
    "credentials that are an empty object",
    { credentials: {} },
    /^credentials must be CallCredentials, such as .* an object$/,
  ],
  ["credentials of a channel", { credentials: credentials.createInsecure() }, /^credentials must be CallCredentials/],
  [
    "interceptors that are not an array",
    { interceptors: interceptor },
    /^interceptors must be an array .* not a function$/,
  ],
  ["an interceptor that is not a function", { interceptors: [{}] }, /^interceptors must be .* but contains an object$/],
  [
    "a provider that is not a function",
    { interceptor_providers: [5] },
    /^interceptor_providers must be .* but contains 5$/,
  ],
  [
    "both interceptors and providers",
    { interceptors: [interceptor], interceptor_providers: [() => interceptor] },
    /^a call takes either interceptors or interceptor_providers, not both$/,
  ],
];

describe.each(SHAPES)("a %s call", (shape) => {
  it.each(OPTIONS)("rejects %s with a TypeError and does not reach the server", async (_, options, message) => {
    const { calls, peers } = shapes;
    const error = await call(calls, shape, options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain("secret");
    expect(peers).toEqual([]);
    await expect(call(calls, shape)).resolves.toBeDefined();
  });

  it.each<[string, unknown]>([
    ["no options", undefined],
    ["empty options", {}],
    ["undefined values", { signal: undefined, metadata: undefined, deadline: undefined, interceptors: undefined }],
    ["null values", { signal: null, metadata: null, deadline: null, interceptors: null }],
    ["the deadline Infinity", { deadline: Number.POSITIVE_INFINITY }],
    ["a Date in a year", { deadline: new Date(Date.now() + 3.2e10) }],
    ["empty lists of interceptors", { interceptors: [], interceptor_providers: [] }],
    ["interceptors with gaps", { interceptors: [undefined, null] }],
    ["metadata", { metadata: new Metadata() }],
  ])("accepts %s", async (_, options) => {
    const { calls } = shapes;
    await expect(call(calls, shape, options)).resolves.toBeDefined();
  });

  it.each([-1, 0, new Date(0), Number.NEGATIVE_INFINITY])(
    "fails with DEADLINE_EXCEEDED if its deadline %s has passed",
    async (deadline) => {
      const { calls } = shapes;
      await expect(call(calls, shape, { deadline })).rejects.toMatchObject({ code: Code.DEADLINE_EXCEEDED });
    },
  );

  it.each([null, undefined, 5, { before: plain }])("rejects a request that cannot be serialized: %s", async (bad) => {
    const { calls } = shapes;
    const error = await call(calls, shape, {}, [bad]).catch((thrown: unknown) => thrown);
    if (error instanceof RichError) expect(error).toMatchObject({ code: 13, origin: "CLIENT", outcome: "NOT_APPLIED" });
    // A Node stream itself rejects null. Some other values become an empty message.
    else if (error instanceof Error) expect(error).toMatchObject({ code: "ERR_STREAM_NULL_VALUES" });
    else expect([5, undefined]).toContain(bad);
    await expect(call(calls, shape)).resolves.toBeDefined();
  });

  it.each(["connection", "http2-settings", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "etag"])(
    "rejects metadata that HTTP/2 cannot send: %s",
    async (key) => {
      const { calls, peers } = shapes;
      const metadata = new Metadata();
      metadata.add(key, "x");
      if (key === "etag") metadata.add(key, "y");
      const error = await call(calls, shape, { metadata }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(new RegExp(`^metadata must not have "${key}"`));
      expect(metadata.get(key).length).toBeGreaterThan(0);
      expect(peers).toEqual([]);
    },
  );

  it.each(["te", "content-type", "user-agent", "grpc-status", "grpc-message", "authorization", "x-bin"])(
    "accepts metadata that grpc-js can send or replaces: %s",
    async (key) => {
      const { calls } = shapes;
      const metadata = new Metadata();
      metadata.add(key, key.endsWith("-bin") ? Buffer.from("x") : "x");
      await expect(call(calls, shape, { metadata })).resolves.toBeDefined();
    },
  );

  it.each([
    ["with richErrorClientOptions", () => richErrorClientOptions()],
    ["without options", () => ({})],
  ])("on a closed client %s rejects with UNAVAILABLE and NOT_APPLIED", async (_, options) => {
    const { peers } = shapes;
    const client = clientOf(options());
    client.close();
    const error = await call(promises(client), shape).catch((thrown: unknown) => thrown);
    expect(error).toBeRichError(RichError);
    expect(error).toMatchObject({
      code: Code.UNAVAILABLE,
      message: "the client is closed; make the call before close()",
      origin: "CLIENT",
      outcome: "NOT_APPLIED",
      received: true,
    });
    expect((error as Error).stack).toContain("call-checks.test.ts");
    expect(peers).toEqual([]);
  });

  it("rejects with a RichError if an interceptor throws at its start", async () => {
    const { calls } = shapes;
    const thrown = new Error("mine");
    const failing = () => {
      throw thrown;
    };
    const error = await call(calls, shape, { interceptors: [failing] }).catch((caught: unknown) => caught);
    expect(error).toBeRichError(RichError);
    expect(error).toMatchObject({ code: Code.UNKNOWN, message: "mine", cause: thrown });
    const refused = new RichError(Code.ABORTED, "no");
    const refusing = () => {
      throw refused;
    };
    await expect(call(calls, shape, { interceptors: [refusing] })).rejects.toBe(refused);
  });

  it.each<[string, unknown, RegExp | undefined]>([
    ["a deadline that is NaN", { deadline: Number.NaN }, /^deadline must be a valid Date/],
    ["a deadline that is an invalid Date", { deadline: new Date("x") }, /^deadline must be a valid Date/],
    ["a deadline too far away", { deadline: 1e15 }, /^the deadline 1000000000000000 is too far/],
    ["a closed client", {}, undefined],
  ])("with a callback or stream throws at once for %s", async (_, options, message) => {
    const client = clientOf();
    if (!message) client.close();
    const given = options as object;
    const begin = {
      unary: () => client.unary(request(), given as never, () => {}),
      clientStream: () => client.clientStream(given, () => {}),
      serverStream: () => client.serverStream(request(), given),
      bidi: () => client.bidi(given),
    };
    let caught: unknown;
    try {
      begin[shape]();
    } catch (thrown) {
      caught = thrown;
    }
    if (message) expect(caught).toBeInstanceOf(TypeError);
    else expect(caught).toBeRichError(RichError);
    expect((caught as Error).message).toMatch(message ?? /^the client is closed/);
  });
});

describe.each(["clientStream", "bidi"] as const)("the requests of a %s call", (shape) => {
  it.each<[string, unknown, RegExp]>([
    ["undefined", undefined, /not undefined$/],
    ["null", null, /not null$/],
    ["a string", "requests", /not "requests"$/],
    ["a number", 5, /not 5$/],
    ["one message", request(), /not an object$/],
    ["a function", async function* () {}, /not a function$/],
    ["a promise", Promise.resolve([]), /not an instance of Promise$/],
  ])("reject with a TypeError if they are not iterable: %s", async (_, requests, message) => {
    const { calls, peers } = shapes;
    const made =
      shape === "bidi"
        ? calls
            .bidi(requests as never)
            [Symbol.asyncIterator]()
            .next()
        : calls.clientStream(requests as never);
    const error = await made.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(/^the requests must be an iterable or async iterable of messages, /);
    expect((error as Error).message).toMatch(message);
    expect(peers).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    [
      "whose iterator method throws",
      () => ({
        [Symbol.asyncIterator]: () => {
          throw new Error("mine");
        },
      }),
    ],
    ["whose iterator has no methods", () => ({ [Symbol.asyncIterator]: () => ({}) })],
    [
      "whose next() throws",
      () => ({
        [Symbol.iterator]: () => ({
          next: () => {
            throw new Error("mine");
          },
        }),
      }),
    ],
    ["whose next() returns undefined", () => ({ [Symbol.asyncIterator]: () => ({ next: async () => undefined }) })],
  ])("reject with the error of an iterable %s", async (_, requests) => {
    const { calls } = shapes;
    const error = await call(calls, shape, {}, requests()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    await expect(call(calls, shape)).resolves.toBeDefined();
  });
});

it("metadata pass unchanged if the client lacks the private method that creates its own", async () => {
  const client = clientOf();
  const metadata = new Metadata();
  metadata.set("x-a", "1");
  Object.defineProperty(client, "checkMetadataAndOptions", { value: undefined });
  expect(await promises(client).unary(request(), { metadata })).toEqual({ index: 0 });
});
