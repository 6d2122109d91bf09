import { credentials, Server, type ServiceError } from "@grpc/grpc-js";
import { Code, RichError, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { type ShapeRequest, ShapesClient, ShapesService } from "../../test/gen/shapes/v1/shapes.js";
import type { Contender } from "../pairs.js";
import { listen, notMeasured } from "../servers.js";

/** Calls of which the server responses an error with a message of so many bytes, which only grpc-js reads. */
export interface Cutting {
  failing(bytes: number): readonly Contender[];
  close(): void;
}

/** About as much as is left of a long message. */
const SHORT = 1_024;
const others = { clientStream: notMeasured, serverStream: notMeasured, bidi: notMeasured };

/** Starts a server that cuts messages, and one that has them cut before. */
export async function cutting(): Promise<Cutting> {
  let message = "";
  const ours = await start(
    new Server({ interceptors: [richErrorServerInterceptor()] }),
    richHandlers(ShapesService, {
      ...others,
      unary: async () => {
        throw new RichError(Code.INTERNAL, message, { reason: "TOO_LONG", domain: "bench.example" });
      },
    }),
  );
  const plain = await start(new Server(), {
    ...others,
    unary: (_call: unknown, respond: (error: object) => void) => {
      respond({ code: Code.INTERNAL, details: message.slice(0, SHORT) });
    },
  });
  const calls = (name: string, { call }: Running, bytes: number): Contender => ({
    name,
    prepare: () => {
      message = "x".repeat(bytes);
    },
    run: async (times) => {
      for (let time = 0; time < times; time++) {
        const { details } = await call();
        // What fits whole stays whole, and nothing else does.
        if (details.length < Math.min(bytes, SHORT) || details.length > 4_096) throw new Error("it is cut wrongly");
      }
    },
  });
  return {
    failing: (bytes) => [
      calls("grpc-rich-errors", ours, bytes),
      calls(`grpc-js: a plain status, cut to ${SHORT.toLocaleString("en")} bytes before`, plain, bytes),
    ],
    close: () => {
      ours.close();
      plain.close();
    },
  };
}

/** A server whose calls fail, and a client of grpc-js. */
export interface Running {
  call(): Promise<ServiceError>;
  close(): void;
}

/** Starts a server and a client of it. */
export async function start(server: Server, implementation: Parameters<Server["addService"]>[1]): Promise<Running> {
  server.addService(ShapesService, implementation);
  const port = await listen(server);
  const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const request: ShapeRequest = { scenario: "", before: 0 };
  return {
    call: () =>
      new Promise((resolve, reject) => {
        client.unary(request, (error) => (error ? resolve(error) : reject(new Error("the call succeeded"))));
      }),
    close: () => {
      client.close();
      server.forceShutdown();
    },
  };
}
