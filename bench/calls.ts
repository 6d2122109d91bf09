import { promisify } from "node:util";
import {
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceError,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { pack, richErrorClientOptions, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { catalog, StreamRevisionConflictError } from "grpc-rich-errors/catalogs/kurrentdb";
import { type ShapeRequest, ShapesClient, ShapesService } from "../test/gen/shapes/v1/shapes.js";
import type { Contender } from "./pairs.js";

const detail = { stream: "orders-17", expectedRevision: 5n, actualRevision: 7n };
const prepacked = new Metadata();
prepacked.set("grpc-status-details-bin", Buffer.from(pack(new StreamRevisionConflictError(detail))));
const { message } = new StreamRevisionConflictError(detail);

const notForBenchmarks = () => {
  throw new Error("only unary calls are measured");
};
const others = { clientStream: notForBenchmarks, serverStream: notForBenchmarks, bidi: notForBenchmarks };

/** A server and a client in this process, with and without this package, and how to end them. */
export async function callContenders() {
  const plain = await start(new Server(), {
    ...others,
    unary: (call: { request: ShapeRequest }, callback: (error: object | null, value?: object) => void) => {
      const { scenario } = call.request;
      if (scenario === "ok") callback(null, { index: 1 });
      else callback({ code: 9, details: message, ...(scenario === "prepacked" && { metadata: prepacked }) });
    },
  });
  const rich = await start(
    new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] }),
    richHandlers(ShapesService, {
      ...others,
      unary: async ({ request }) => {
        if (request.scenario === "ok") return { index: 1 };
        throw new StreamRevisionConflictError(detail);
      },
    }),
    richErrorClientOptions({ catalogs: [catalog] }),
  );
  return {
    succeeding: [
      { name: "grpc-js", run: plain.calls("ok") },
      { name: "this package", run: rich.calls("ok") },
    ] satisfies Contender[],
    failing: [
      { name: "grpc-js, a plain status", run: plain.calls("plain") },
      { name: "grpc-js, a trailer packed before", run: plain.calls("prepacked") },
      { name: "this package, a new typed error, its detail read", run: rich.calls("fail") },
    ] satisfies Contender[],
    close: () => {
      plain.close();
      rich.close();
    },
  };
}

async function start(server: Server, implementation: UntypedServiceImplementation, options = {}) {
  server.addService(ShapesService, implementation);
  const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", ServerCredentials.createInsecure());
  const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);

  const call = (scenario: string) =>
    new Promise<void>((resolve) => {
      client.unary({ scenario, before: 0 }, (error: ServiceError | null) => {
        if (error instanceof StreamRevisionConflictError && error.detail.actualRevision !== 7n) throw error;
        resolve();
      });
    });
  return {
    calls: (scenario: string) => async (times: number) => {
      let left = times;
      const worker = async () => {
        while (left-- > 0) await call(scenario);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    },
    close: () => {
      client.close();
      server.forceShutdown();
    },
  };
}

const AT_ONCE = 32;
