import { Server } from "@grpc/grpc-js";
import { Code, type ErrorDetail, RichError, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { ShapesService } from "../../test/gen/shapes/v1/shapes.js";
import type { Part } from "../figures.js";
import type { Contender } from "../pairs.js";
import { notMeasured } from "../servers.js";
import { type Running, start } from "./cut-messages.js";
import { EXTENT, measureGrowth } from "./measure-growth.js";

/** Errors with far more details than fit into the header block. */
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
          title: "A failing call whose details are shed to the header block's budget",
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

interface Shedding extends Pick<Running, "close"> {
  failing(count: number): Contender;
}

/** Starts a server that responses an error with so many details, each of a type of its own and of 16 bytes. */
async function sheddingServer(): Promise<Shedding> {
  let error = errorWith(0);
  const implementation = richHandlers(ShapesService, {
    unary: async () => {
      throw error;
    },
    clientStream: notMeasured,
    serverStream: notMeasured,
    bidi: notMeasured,
  });
  const server = await start(new Server({ interceptors: [richErrorServerInterceptor()] }), implementation);
  return {
    close: server.close,
    failing: (count) => ({
      name: "grpc-rich-errors",
      prepare: () => {
        error = errorWith(count);
        // Packed once, as an error that is thrown again and again is.
        void error.errorDetails;
      },
      run: async (times) => {
        for (let time = 0; time < times; time++) {
          const { shed } = RichError.from(await server.call());
          if (shed.length > 0 !== count > 50) throw new Error(`of ${count} details is shed: ${shed.join()}`);
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
