import {
  type ClientOptions,
  credentials,
  Server,
  ServerCredentials,
  type ServerInterceptingCall,
  type ServerInterceptor,
  type ServerOptions,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import {
  type Catalog,
  type ErrorMapping,
  type FailedCall,
  type PromiseClient,
  promises,
  type RichErrorServerOptions,
  type RichImplementation,
  richErrorClientOptions,
  richErrorServerInterceptor,
  richHandlers,
} from "grpc-rich-errors";
import { onTestFinished } from "vitest";
import type { AnyErrorMapping } from "../../src/masking/error-map.js";
import { ShapesClient, ShapesService } from "../gen/shapes/v1/shapes.js";
import { catalog } from "./errors.js";

/** The name of a method of the service `Shapes`. */
export type Shape = keyof typeof ShapesService;

export const SHAPES: readonly Shape[] = ["unary", "clientStream", "serverStream", "bidi"];

export type Handlers = RichImplementation<typeof ShapesService>;

/** How to start the server and the client of a test. */
export interface ShapesOptions {
  /** The catalogs of the server's interceptor. By default, none. */
  readonly catalogs?: readonly Catalog[];
  /** The contract options of the server's interceptor. By default, none. */
  readonly contracts?: Pick<RichErrorServerOptions, "contracts" | "strictContracts">;
  /** The entries of the interceptor's error map. By default, none. */
  readonly map?: readonly AnyErrorMapping[];
  /** Other options of the server's interceptor. */
  readonly boundary?: Omit<RichErrorServerOptions, "catalogs" | "map" | "onError">;
  /** Interceptors after the package's own, farther from the network. */
  readonly interceptors?: readonly ServerInterceptor[];
  /** Interceptors that replace the package's own and all others. */
  readonly onlyInterceptors?: readonly ServerInterceptor[];
  /** Handlers without `richHandlers`, instead of wrapped ones. */
  readonly unguarded?: UntypedServiceImplementation;
  readonly server?: ServerOptions;
  readonly client?: ClientOptions;
}

/** A server of the service `Shapes`, and a client of it. */
export interface Shapes {
  readonly server: Server;
  readonly address: string;
  readonly client: ShapesClient;
  readonly calls: PromiseClient<ShapesClient>;
  /** The reports to `onError` for errors that the client got. */
  readonly failed: FailedCall[];
  /** The reports to `onError` for errors that came too late. */
  readonly late: FailedCall[];
  /** The peer of every call that the server got, which differs by connection. */
  readonly peers: string[];
  readonly close: () => void;
}

/** Handlers that succeed. Their messages have their index in the stream. */
export const OK: Handlers = {
  unary: () => ({ index: 0 }),
  clientStream: async (call) => {
    let index = 0;
    for await (const _ of call) index++;
    return { index };
  },
  serverStream: (call) => Array.from({ length: call.request.before }, (_, index) => ({ index })),
  async *bidi(call) {
    let index = 0;
    for await (const _ of call) yield { index: index++ };
  },
};

/** Starts both. The caller closes them. Methods without a handler succeed. */
export async function openShapes(handlers: Partial<Handlers>, options: ShapesOptions = {}): Promise<Shapes> {
  const failed: FailedCall[] = [];
  const late: FailedCall[] = [];
  const boundary = richErrorServerInterceptor({
    ...options.boundary,
    map: (options.map ?? []) as readonly ErrorMapping<unknown>[],
    catalogs: options.catalogs ?? [],
    ...options.contracts,
    onError: (call) => (call.late ? late : failed).push(call),
  });
  const peers: string[] = [];
  const notePeer: ServerInterceptor = (_, call) => {
    peers.push(call.getPeer());
    // A call of its own would stand between the handler and the boundary, which few servers have.
    return call as ServerInterceptingCall;
  };
  const server = new Server({
    ...options.server,
    interceptors: [...(options.onlyInterceptors ?? [boundary, ...(options.interceptors ?? [])]), notePeer],
  });
  server.addService(ShapesService, options.unguarded ?? richHandlers(ShapesService, { ...OK, ...handlers }));
  const address = `127.0.0.1:${await listen(server)}`;
  const client = new ShapesClient(address, credentials.createInsecure(), {
    ...richErrorClientOptions({ catalogs: [catalog] }),
    // Otherwise, grpc-js remembers connections to a server that had the same port before.
    "grpc.use_local_subchannel_pool": 1,
    ...options.client,
  });
  const close = () => {
    client.close();
    server.forceShutdown();
  };
  return { server, address, client, calls: promises(client), failed, late, peers, close };
}

/** Starts both for the current test. Methods without a handler succeed. */
export async function startShapes(handlers: Partial<Handlers>, options?: ShapesOptions): Promise<Shapes> {
  const shapes = await openShapes(handlers, options);
  onTestFinished(shapes.close);
  return shapes;
}

/** The port that a server listens on. */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

/** A request that says how many messages come before the end. */
export function request(before = 0): { scenario: string; before: number } {
  return { scenario: "", before };
}
