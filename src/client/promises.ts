import type {
  Client,
  ClientDuplexStream,
  ClientReadableStream,
  ClientUnaryCall,
  ClientWritableStream,
} from "@grpc/grpc-js";
import type { isErrorOf, ServiceContract } from "../contract.js";
import { checkContract, describeKind } from "../platform/options.js";
import { type Messages, writeAll } from "../platform/write-all.js";
import { checkRequests } from "./call-arguments.js";
import { type BoundMethod, type Callback, PromiseCall } from "./promise-call.js";
import type { ContractedClient, ContractFor, PromiseCallOptions, PromiseClient } from "./promise-types.js";
import { ResponseIterator } from "./response-iterator.js";

/**
 * A view of a generated client in which calls are promises and async iterables:
 *
 * ```ts
 * const orders = promises(client);
 * const order = await orders.getOrder({ orderId: "o-7" }, { signal });
 * for await (const change of orders.watchOrders({})) show(change);
 * ```
 *
 * - One response is a promise, many are an async iterable. Many requests are given as an (async) iterable.
 * - An iterable begins its call when it is first read, and cancels it as soon as the reader stops, in whatever way.
 * - Messages that arrived before an error are read before it.
 * - What is thrown is the error itself, a RichError, with the stack of whoever made the call.
 * - If the iterable of requests throws, the call is cancelled and what was thrown is thrown on.
 * - An argument of a wrong type is a TypeError, which comes as a rejection too.
 * - A method named `then` is `Then` in the view: `await` takes an object with a `then` for a promise.
 *
 * Make the client with `richErrorClientOptions`, which tells the catalogs.
 *
 * @throws TypeError if the client has no methods. A call with an option that is not known fails with a TypeError.
 */
export function promises<GeneratedClient extends Client>(client: GeneratedClient): PromiseClient<GeneratedClient>;
/**
 * As above, with the service's contract: {@link isErrorOf} knows which errors
 * each of its methods may answer.
 *
 * @throws TypeError if the contract is another service's
 */
export function promises<GeneratedClient extends Client, Contract extends ServiceContract>(
  client: GeneratedClient,
  contract: ContractFor<GeneratedClient, Contract>,
): ContractedClient<GeneratedClient, Contract>;
export function promises(client: Client, contract: ServiceContract = {}): unknown {
  checkClient(client);
  checkContract("promises: the second argument", contract);
  const contracts = new Map(Object.values(contract).map((method) => [method.path, method]));
  const paths = new Set<unknown>();
  const view: Record<string, unknown> = {};
  // grpc-js puts every method on the prototype.
  for (const name in client) {
    const method: unknown = Reflect.get(client, name);
    if (!isMethod(method)) continue;
    const call = SHAPES[method.requestStream ? "many" : "one"][method.responseStream ? "many" : "one"]({
      client,
      method,
    });
    const { path } = method;
    paths.add(path);
    const ofMethod = contracts.get(path);
    view[nameInView(name)] = ofMethod ? Object.assign(call, { contract: ofMethod }) : call;
  }
  for (const path of contracts.keys()) {
    if (!paths.has(path)) throw new TypeError(`the contract has the method ${path}, which the client has not`);
  }
  return view;
}

function checkClient(client: unknown): void {
  if (typeof client === "object" && client !== null) {
    if ("makeUnaryRequest" in client) return;
    for (const name in client) if (isMethod(Reflect.get(client, name))) return;
  }
  const hint = "give an instance of a class that grpc-js or ts-proto made: promises(new OrdersClient(address, ...))";
  throw new TypeError(`promises: the client is ${describeKind(client)} without methods; ${hint}`);
}

/** A method as grpc-js generates it: with its definition as properties. */
interface GeneratedMethod {
  (...args: unknown[]): unknown;
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

function isMethod(value: unknown): value is GeneratedMethod {
  return typeof value === "function" && "path" in value && "requestStream" in value && "responseStream" in value;
}

/** The key of a method in the view. A view with a method `then` would be a thenable, which `await` calls. */
function nameInView(name: string): string {
  return name === "then" ? "Then" : name;
}

const SHAPES = {
  one: { one: unary, many: serverStreaming },
  many: { one: clientStreaming, many: bidi },
} as const;

function unary(method: BoundMethod) {
  return (request: unknown, options?: PromiseCallOptions): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const call = new PromiseCall(method, options);
      call.follow(call.begin([request], [answering(call, resolve, reject)]) as ClientUnaryCall);
    });
}

function clientStreaming(method: BoundMethod) {
  return (requests: Messages<unknown>, options?: PromiseCallOptions): Promise<unknown> =>
    new Promise((resolve, reject) => {
      checkRequests(requests);
      const call = new PromiseCall(method, options);
      const stream = call.begin([], [answering(call, resolve, reject)]) as ClientWritableStream<unknown>;
      call.follow(stream);
      writeAll(stream, requests, "status").catch((thrown: unknown) => {
        reject(thrown);
        stream.cancel();
      });
    });
}

/** The callback for a call that answers one message. An interceptor may call it before the call is followed. */
function answering(
  call: PromiseCall,
  resolve: (response: unknown) => void,
  reject: (reason: unknown) => void,
): Callback {
  return (error, response) => {
    call.release();
    if (error) reject(call.failed(error));
    else resolve(response);
  };
}

function serverStreaming(method: BoundMethod) {
  return (request: unknown, options?: PromiseCallOptions): AsyncIterable<unknown> =>
    new ResponseIterator(() => {
      const call = new PromiseCall(method, options);
      const stream = call.begin([request], []) as ClientReadableStream<unknown>;
      return { stream, call, failed: (error) => call.failed(error) };
    });
}

function bidi(method: BoundMethod) {
  return (requests: Messages<unknown>, options?: PromiseCallOptions): AsyncIterable<unknown> =>
    new ResponseIterator(() => {
      checkRequests(requests);
      const call = new PromiseCall(method, options);
      const stream = call.begin([], []) as ClientDuplexStream<unknown, unknown>;
      let thrown: { readonly value: unknown } | undefined;
      writeAll(stream, requests, "status").catch((value: unknown) => {
        thrown = { value };
        stream.cancel();
      });
      return { stream, call, failed: (error) => (thrown ? thrown.value : call.failed(error)) };
    });
}
