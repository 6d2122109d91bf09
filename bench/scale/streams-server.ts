import { monitorEventLoopDelay } from "node:perf_hooks";
import { Server } from "@grpc/grpc-js";
import { type DrainResult, drain, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
import { ShapesService } from "../../test/gen/shapes/v1/shapes.js";
import { listen, notMeasured } from "../servers.js";
import { answer, watchHealth } from "./processes.js";

// A server whose streams stay open: some until the server drains, the others until they are ended from outside.

/** What the server says of its end. */
export interface ServerEnd extends DrainResult {
  /** When the time was over that running streams had, in milliseconds since 1970. */
  readonly limitAt: number;
  /** The longest time in milliseconds in which the server did nothing else. */
  readonly longestPause: number;
  /** The streams that ended by themselves. */
  readonly finished: number;
  /** The handlers that learned of the end. */
  readonly cancelled: number;
  /** Processor time in microseconds. */
  readonly cpu: number;
}

const health = watchHealth();
/** Ends the streams that finish by themselves. */
const finishing = new Set<() => void>();
let finished = 0;
let cancelled = 0;

const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
server.addService(
  ShapesService,
  richHandlers(ShapesService, {
    unary: async () => ({ index: 0 }),
    clientStream: notMeasured,
    bidi: notMeasured,
    serverStream: (call) => {
      call.write({ index: 0 });
      const finish = () => {
        finished++;
        call.end();
      };
      if (call.request.scenario === "finishing") finishing.add(finish);
      call.once("cancelled", () => {
        cancelled++;
        finishing.delete(finish);
      });
    },
  }),
);

async function drainAll(limit: number): Promise<ServerEnd> {
  const pauses = monitorEventLoopDelay({ resolution: 1 });
  const before = process.cpuUsage();
  const limitAt = Date.now() + limit;
  pauses.enable();
  const drained = drain(server, { limit });
  setTimeout(() => {
    for (const finish of finishing) finish();
  }, limit / 4);
  const result = await drained;
  // The handlers of the last streams learn of the end when the streams are closed.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const { user, system } = process.cpuUsage(before);
  return { ...result, limitAt, longestPause: pauses.max / 1e6, finished, cancelled, cpu: user + system };
}

const port = await listen(server);
answer({ health, port: () => port, drain: drainAll, force: () => server.forceShutdown() });
