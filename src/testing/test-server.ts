import {
  type ChannelCredentials,
  type Client,
  type ClientOptions,
  credentials,
  Server,
  ServerCredentials,
  type ServerOptions,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { richErrorClientOptions } from "../client/options.js";
import type { PromiseClient } from "../client/promise-types.js";
import { promises } from "../client/promises.js";
import { checkCatalogs, checkOptions, type OptionNames } from "../platform/options.js";
import { describeValue, isObject } from "../platform/values.js";
import { type RichImplementation, richHandlers } from "../server/handlers/rich-handlers.js";
import { richErrorServerInterceptor } from "../server/interceptor.js";
import type { RichErrorServerOptions } from "../server/options.js";
import { atTestEnd } from "./test-end.js";

/** Options of {@link testServer}. */
export interface TestServerOptions {
  /** The catalogs of the clients. By default, there are none, and every error is a plain RichError. */
  readonly catalogs?: readonly Catalog[];
  /** The options of `richErrorServerInterceptor`. By default, none. */
  readonly errors?: RichErrorServerOptions;
  /** The options of grpc-js's server. Its interceptors run after `richErrorServerInterceptor`. */
  readonly server?: ServerOptions;
}

const OPTIONS: OptionNames<TestServerOptions> = { catalogs: true, errors: true, server: true };

/** The class of a generated client. */
export type ClientClass<GeneratedClient extends Client> = new (
  address: string,
  credentials: ChannelCredentials,
  options?: ClientOptions,
) => GeneratedClient;

/** A server for one test: see {@link testServer}. */
export interface TestServer {
  /** The address to connect to: `"127.0.0.1:40123"`. */
  readonly address: string;
  /** The server of grpc-js. */
  readonly server: Server;
  /**
   * Returns a client of the server, with the catalogs of the options. It closes with the server.
   *
   * @param options options of grpc-js's client, which replace those of `richErrorClientOptions`
   */
  client<GeneratedClient extends Client>(
    clientClass: ClientClass<GeneratedClient>,
    options?: ClientOptions,
  ): GeneratedClient;
  /** Returns a client of the server in which calls are promises and async iterables. */
  promises<GeneratedClient extends Client>(
    clientClass: ClientClass<GeneratedClient>,
    options?: ClientOptions,
  ): PromiseClient<GeneratedClient>;
  /** Closes the clients and the server. Cuts connections that are still open a moment later. */
  close(): Promise<void>;
  /** Calls {@link close}. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The handlers of some methods of a service. The others end with `UNIMPLEMENTED`. */
export type TestHandlers<Service extends ServiceDefinition> = Partial<RichImplementation<Service>>;

/** Several services, each with its handlers. */
export type TestServices<Services extends readonly ServiceDefinition[]> = {
  readonly [Index in keyof Services]: readonly [service: Services[Index], handlers: TestHandlers<Services[Index]>];
};

/**
 * Starts a server of one service for a test, on a random port of this machine, with `richErrorServerInterceptor` and
 * `richHandlers`:
 *
 * ```ts
 * const server = await testServer(OrdersService, {
 *   getOrder: ({ request }) => {
 *     throw new OrderNotFoundError({ orderId: request.orderId });
 *   },
 * }, { catalogs: [catalog] });
 * await expect(server.promises(OrdersClient).getOrder({ orderId: "7" })).toRejectWithRichError(OrderNotFoundError);
 * ```
 *
 * The server closes at the end of the test that starts it, and one that several tests share after all tests of the file.
 * For this, import `grpc-rich-errors/vitest` or `grpc-rich-errors/jest`. With any other test runner, call
 * {@link TestServer.close} or declare it with `await using`.
 *
 * @throws TypeError as `richErrorServerInterceptor` and `richHandlers` do, and for an unknown option
 */
export function testServer<Service extends ServiceDefinition>(
  service: Service,
  handlers: TestHandlers<Service>,
  options?: TestServerOptions,
): Promise<TestServer>;
/**
 * Starts a server of several services for a test: `testServer([[OrdersService, orders], [HealthService, health]])`.
 *
 * @throws TypeError as `richErrorServerInterceptor` and `richHandlers` do, and for an unknown option
 */
export function testServer<const Services extends readonly ServiceDefinition[]>(
  services: TestServices<Services>,
  options?: TestServerOptions,
): Promise<TestServer>;
export async function testServer(first: object, second?: object, third?: TestServerOptions): Promise<TestServer> {
  const isList = Array.isArray(first);
  const services: readonly (readonly unknown[])[] = isList ? first : [[first, second]];
  const options = (isList ? (second as TestServerOptions | undefined) : third) ?? {};
  checkOptions("testServer", options, OPTIONS);
  checkCatalogs("testServer", options.catalogs);
  const { catalogs = [], errors, server: serverOptions = {} } = options;
  const server = new Server({
    ...serverOptions,
    interceptors: [richErrorServerInterceptor(errors), ...(serverOptions.interceptors ?? [])],
  });
  for (const pair of services) addService(server, pair);
  const address = `127.0.0.1:${await listen(server)}`;
  const testing = started(server, address, catalogs);
  atTestEnd(testing.close);
  return testing;
}

function addService(server: Server, pair: unknown): void {
  const [service, handlers] = Array.isArray(pair) ? pair : [pair];
  if (!isObject(service) || !isObject(handlers)) {
    const given = `${describeValue(service)} with ${describeValue(handlers)}`;
    throw new TypeError(`testServer: ${given} is not a service with its handlers; write [OrdersService, { getOrder }]`);
  }
  const definition = service as ServiceDefinition;
  server.addService(definition, richHandlers(definition, handlers as RichImplementation<ServiceDefinition>));
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

/** The time in milliseconds that calls have to end before their connections are cut. */
const GRACE = 100;

/** Returns a test server that listens. Its functions need no `this`, so that a test can destructure it. */
function started(server: Server, address: string, catalogs: readonly Catalog[]): TestServer {
  const clients: Client[] = [];
  let closed: Promise<void> | undefined;
  const client: TestServer["client"] = (clientClass, options = {}) => {
    const own = richErrorClientOptions({ catalogs });
    const made = new clientClass(address, credentials.createInsecure(), { ...own, ...options });
    clients.push(made);
    return made;
  };
  const close = (): Promise<void> => {
    closed ??= new Promise((resolve) => {
      for (const open of clients) open.close();
      const cut = setTimeout(() => server.forceShutdown(), GRACE);
      server.tryShutdown(() => {
        clearTimeout(cut);
        resolve();
      });
    });
    return closed;
  };
  return {
    address,
    server,
    client,
    promises: (clientClass, options) => promises(client(clientClass, options)),
    close,
    [Symbol.asyncDispose]: close,
  };
}
