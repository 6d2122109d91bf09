import {
  Server,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerWritableStream,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { type ShapeRequest, type ShapeResponse, ShapesService } from "../../../gen/shapes/v1/shapes.js";
import { listen } from "../../../support/shapes.js";

/** A server that notes each request that it has applied: the whole request, once it has arrived. */
export interface LedgerServer {
  readonly name: string;
  readonly port: number;
  /** How often each request was applied. */
  readonly ledger: ReadonlyMap<string, number>;
  readonly close: () => void;
}

const RESPONSES = 3;

/** Starts a server with the handlers and the interceptor of the package. */
export function startPackageServer(): Promise<LedgerServer> {
  const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [] })] });
  return started("the package's server", server, (apply) =>
    server.addService(
      ShapesService,
      richHandlers(ShapesService, {
        unary: ({ request }) => apply(request),
        clientStream: async (call) => {
          let last: ShapeRequest | undefined;
          for await (const message of call) last = message;
          return apply(last);
        },
        *serverStream({ request }) {
          const response = apply(request);
          for (let index = 0; index < RESPONSES; index++) yield response;
        },
        async *bidi(call) {
          let last: ShapeRequest | undefined;
          for await (const message of call) {
            yield { index: 0 };
            last = message;
          }
          yield apply(last);
        },
      }),
    ),
  );
}

/** Starts a server of plain grpc-js. */
export function startPlainServer(): Promise<LedgerServer> {
  const server = new Server();
  return started("a plain grpc-js server", server, (apply) =>
    server.addService(ShapesService, {
      unary: ({ request }: { request: ShapeRequest }, callback: sendUnaryData<ShapeResponse>) =>
        callback(null, apply(request)),
      clientStream: (
        call: ServerReadableStream<ShapeRequest, ShapeResponse>,
        callback: sendUnaryData<ShapeResponse>,
      ) => {
        let last: ShapeRequest | undefined;
        call.on("data", (message: ShapeRequest) => {
          last = message;
        });
        call.on("end", () => callback(null, apply(last)));
        call.on("error", () => {});
      },
      serverStream: (call: ServerWritableStream<ShapeRequest, ShapeResponse>) => {
        const response = apply(call.request);
        for (let index = 0; index < RESPONSES; index++) call.write(response);
        call.end();
      },
      bidi: (call: ServerDuplexStream<ShapeRequest, ShapeResponse>) => {
        let last: ShapeRequest | undefined;
        call.on("data", (message: ShapeRequest) => {
          last = message;
          call.write({ index: 0 });
        });
        call.on("end", () => {
          call.write(apply(last));
          call.end();
        });
        call.on("error", () => {});
      },
    }),
  );
}

type Apply = (request: ShapeRequest | undefined) => ShapeResponse;

async function started(name: string, server: Server, addService: (apply: Apply) => void): Promise<LedgerServer> {
  const ledger = new Map<string, number>();
  addService((request) => {
    // A stream that broke off looks to a plain server like one that ended. The last request of a whole one says so.
    const [id, isLast] = request?.scenario.split(" ") ?? [];
    if (id !== undefined && isLast === "last") ledger.set(id, (ledger.get(id) ?? 0) + 1);
    return { index: 0 };
  });
  return { name, port: await listen(server), ledger, close: () => server.forceShutdown() };
}
