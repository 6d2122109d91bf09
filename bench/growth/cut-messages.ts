import { Server } from "@grpc/grpc-js";
import { Code, RichError, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { ShapesService } from "../../test/gen/shapes/v1/shapes.js";
import type { Contender } from "../pairs.js";
import { notMeasured } from "../servers.js";
import { type FailingServer, startFailingServer } from "./failing-server.js";

/** Two servers whose calls fail with a message of `bytes` bytes. The clients read only the status. */
export interface CuttingServers {
  failing(bytes: number): readonly Contender[];
  close(): void;
}

/** The approximate length of a message that was cut. */
const SHORT = 1_024;
const others = { clientStream: notMeasured, serverStream: notMeasured, bidi: notMeasured };

/** Starts a server whose interceptor cuts messages, and a plain one whose messages are already cut. */
export async function startCuttingServers(): Promise<CuttingServers> {
  let message = "";
  const ours = await startFailingServer(
    new Server({ interceptors: [richErrorServerInterceptor()] }),
    richHandlers(ShapesService, {
      ...others,
      unary: async () => {
        throw new RichError(Code.INTERNAL, message, { reason: "TOO_LONG", domain: "bench.example" });
      },
    }),
  );
  const plain = await startFailingServer(new Server(), {
    ...others,
    unary: (_call: unknown, respond: (error: object) => void) => {
      respond({ code: Code.INTERNAL, details: message.slice(0, SHORT) });
    },
  });
  const calls = (name: string, { call }: FailingServer, bytes: number): Contender => ({
    name,
    prepare: () => {
      message = "x".repeat(bytes);
    },
    run: async (times) => {
      for (let time = 0; time < times; time++) {
        const { details } = await call();
        if (details.length < Math.min(bytes, SHORT) || details.length > 4_096)
          throw new Error(`a message of ${bytes} bytes was cut to ${details.length}`);
      }
    },
  });
  return {
    failing: (bytes) => [
      calls("grpc-rich-errors", ours, bytes),
      calls(`grpc-js, plain status already cut to ${SHORT.toLocaleString("en")} bytes`, plain, bytes),
    ],
    close: () => {
      ours.close();
      plain.close();
    },
  };
}
