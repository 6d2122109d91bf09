import { Server } from "@grpc/grpc-js";
import { Code, RichError, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import type { ErrorDetail } from "grpc-rich-errors/details";
import { ShapesService } from "../../test/gen/shapes/v1/shapes.js";
import type { Part } from "../figures.js";
import type { Contender } from "../pairs.js";
import { notMeasured } from "../servers.js";
import { type FailingServer, startFailingServer } from "./failing-server.js";
import { EXTENT, measureGrowth } from "./measure-growth.js";

/** Errors with far more details than fit into the header budget. */
export const shedding: Part = {
  name: "shedding",
  title: "Shedding",
  extent: EXTENT,
  async *measure(effort) {
    const server = await sheddingServer();
    try {
      yield await measureGrowth(
        effort,
        {
          id: "details-budget",
          title: "Failing call whose details are shed to fit the header budget",
          of: "details",
          sizes: [10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000],
        },
        (count) => [server.failing(count)],
      );
    } finally {
      server.close();
    }
  },
};

interface SheddingServer extends Pick<FailingServer, "close"> {
  failing(count: number): Contender;
}

/** Starts a server that fails with many details of 16 bytes, each of its own type. */
async function sheddingServer(): Promise<SheddingServer> {
  let error = errorWith(0);
  const implementation = richHandlers(ShapesService, {
    unary: async () => {
      throw error;
    },
    clientStream: notMeasured,
    serverStream: notMeasured,
    bidi: notMeasured,
  });
  const server = await startFailingServer(new Server({ interceptors: [richErrorServerInterceptor()] }), implementation);
  return {
    close: server.close,
    failing: (count) => ({
      name: "grpc-rich-errors",
      prepare: () => {
        error = errorWith(count);
        // Pack the error before the clock starts.
        void error.errorDetails;
      },
      run: async (times) => {
        for (let time = 0; time < times; time++) {
          const { shed } = RichError.from(await server.call());
          if (shed.length > 0 !== count > 50)
            throw new Error(`of ${count} details, the server shed ${shed.join() || "none"}`);
        }
      },
    }),
  };
}

function errorWith(count: number): RichError {
  const errorDetails = Array.from({ length: count }, (_, index): ErrorDetail => {
    return { typeUrl: `type.googleapis.com/bench.v1.Detail${index}`, value: new Uint8Array(16) };
  });
  return new RichError(Code.INTERNAL, "many details", {
    reason: "MANY_DETAILS",
    domain: "bench.example",
    errorDetails,
  });
}
