import { credentials, Server } from "@grpc/grpc-js";
import {
  promises,
  RichError,
  richErrorClientOptions,
  richErrorServerInterceptor,
  richHandlers,
} from "grpc-rich-errors";
import { catalog, StreamDeletedError } from "grpc-rich-errors/catalogs/kurrentdb";
import { ShapesClient, ShapesService } from "../test/gen/shapes/v1/shapes.js";
import type { Part } from "./figures.js";
import { median } from "./pairs.js";
import { listen } from "./servers.js";

const thrown = () => new StreamDeletedError({ stream: "orders-17" }, { message: "deleted \ud800" });

/** The time a client waits for the status if a handler fails in a way that plain grpc-js does not handle. */
export const latency: Part = {
  name: "latency",
  title: "Latency of a failing call",
  extent: "500 calls, one after the other on a warm connection, wall clock",
  async *measure({ smoke }) {
    const ways = await latencies(smoke ? 5 : 500);
    const [, first = Number.NaN] = ways[0] ?? [];
    const rows = ways.map(([name, value]) => ({ name: `grpc-rich-errors, ${name}`, value, ratio: value / first }));
    yield { id: "latency", title: "Until the client has the status", unit: "ms", rows };
  },
};

/** Returns the median latency of each way to fail. */
async function latencies(times: number): Promise<[way: string, ms: number][]> {
  const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
  server.addService(
    ShapesService,
    richHandlers(ShapesService, {
      unary: async () => Promise.reject(thrown()),
      clientStream: (call) => void call.destroy(thrown()),
      async *serverStream() {
        for (let index = 0; index < 3; index++) yield { index };
        throw thrown();
      },
      bidi: (call) => void call.destroy(thrown()),
    }),
  );
  const port = await listen(server);
  const options = richErrorClientOptions({ catalogs: [catalog] });
  const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  const calls = promises(client);
  const request = { scenario: "", before: 0 };
  const ways: readonly [string, () => Promise<unknown>][] = [
    ["unary: an async handler rejects", () => calls.unary(request)],
    ["client stream: the handler destroys the call", () => calls.clientStream([request])],
    ["server stream: a generator throws after 3 messages", () => drain(calls.serverStream(request))],
    ["bidi: the handler destroys the call", () => drain(calls.bidi([request]))],
  ];
  const results: [string, number][] = [];
  for (const [way, call] of ways) {
    const waited: number[] = [];
    for (let time = 0; time < times; time++) {
      const before = performance.now();
      const error = RichError.from(await call().catch((caught: unknown) => caught));
      waited.push(performance.now() - before);
      if (!(error instanceof StreamDeletedError)) throw error;
    }
    results.push([way, median(waited)]);
  }
  client.close();
  server.forceShutdown();
  return results;
}

async function drain(messages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of messages);
}
