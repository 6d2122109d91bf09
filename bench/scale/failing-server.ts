import { Server, type sendUnaryData } from "@grpc/grpc-js";
import { richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { StreamRevisionConflictError } from "grpc-rich-errors/catalogs/kurrentdb";
import { type ShapeRequest, type ShapeResponse, ShapesService } from "../../test/gen/shapes/v1/shapes.js";
import { cpuTime } from "../calls/servers/child.js";
import { listen } from "../servers.js";
import { answer, countConnections, watchHealth } from "./processes.js";
import { streamOfSize } from "./sizes.js";

// A server that fails as the request asks. With "leak", it keeps every error, which the benchmark must notice.

const kept: unknown[] = [];
const leaks = process.argv.includes("leak");

/** Values that no handler should throw. The request selects one. */
const JUNK: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => 0,
  () => Number.NaN,
  () => "the password is hunter2",
  () => Symbol("junk"),
  () => 10n ** 1000n,
  () => () => {},
  () => Object.create(null),
  () => Object.freeze(new Error("frozen")),
  () => new Error("x".repeat(100_000)),
  () => new Error("a lone \ud800 surrogate"),
  () => new AggregateError([new Error("one"), new Error("two")], "many"),
  () => Object.assign(new Error("database error"), { code: 23505 }),
  () => ({ code: 5, details: { not: "a string" } }),
  () => {
    const circular: { cause?: unknown } = new Error("circular");
    circular.cause = circular;
    return circular;
  },
  () =>
    Object.defineProperty({}, "code", {
      get: () => {
        throw new Error("hostile");
      },
    }),
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
];

function thrownFor({ scenario, before }: ShapeRequest): unknown {
  if (scenario === "junk") return JUNK[before % JUNK.length]?.();
  const stream = streamOfSize(before);
  const error = new StreamRevisionConflictError({ stream, expectedRevision: 0n, actualRevision: BigInt(before) });
  if (leaks) kept.push(error);
  return error;
}

interface AnyCall {
  write(message: ShapeResponse): boolean;
  emit(event: "error", error: unknown): boolean;
  destroy(error: unknown): unknown;
}

type Respond = sendUnaryData<ShapeResponse>;

/** Ways to fail, the same for all shapes of calls. */
const WAYS: readonly ((thrown: unknown, call: AnyCall, respond: Respond | undefined) => unknown)[] = [
  (thrown) => {
    throw thrown;
  },
  async (thrown) => {
    throw thrown;
  },
  (thrown, call) => new Promise((_, reject) => setImmediate(() => (thrown ? call.destroy(thrown) : reject(thrown)))),
  (thrown, call) => void call.emit("error", thrown),
  (thrown, call, respond) => {
    if (thrown && respond) respond(thrown as Error);
    else call.emit("error", thrown);
  },
];

function fail(request: ShapeRequest, call: unknown, respond?: unknown): never {
  const way = WAYS[request.before % WAYS.length];
  return way?.(thrownFor(request), call as AnyCall, respond as Respond | undefined) as never;
}

/** Returns the first request of a stream. */
async function firstOf(requests: AsyncIterable<ShapeRequest>): Promise<ShapeRequest> {
  for await (const request of requests) return request;
  throw new TypeError("the stream has no requests");
}

const health = watchHealth();
const connections = countConnections();
const server = new Server({ interceptors: [richErrorServerInterceptor()] });
server.addService(
  ShapesService,
  richHandlers(ShapesService, {
    unary: (call, callback) => fail(call.request, call, callback),
    clientStream: async (call, callback) => fail(await firstOf(call), call, callback),
    async *serverStream(call) {
      const { scenario, before } = call.request;
      if (scenario === "messages") {
        for (let index = 0; index < before; index++) yield { index };
        return;
      }
      yield { index: 0 };
      throw thrownFor(call.request);
    },
    bidi: async (call) => fail(await firstOf(call), call),
  }),
);
const port = await listen(server);
answer({ health, cpu: cpuTime, port: () => port, connections });
