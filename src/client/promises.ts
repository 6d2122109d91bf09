import type {
  Client,
  ClientDuplexStream,
  ClientReadableStream,
  ClientUnaryCall,
  ClientWritableStream,
} from "@grpc/grpc-js";
import type { isErrorOf, MethodContract, ServiceContract } from "../contract.js";
import { describeValue } from "../platform/values.js";
import { type Messages, writeAll } from "../platform/write-all.js";
import { checkRequests } from "./call-checks.js";
import { type BoundMethod, type Callback, PromiseCall } from "./promise-call.js";
import type {
  ContractedClient,
  ContractFor,
  MethodCall,
  PromiseCallOptions,
  PromiseClient,
  PromisesOptions,
  RecoveringMethods,
} from "./promise-types.js";
import { checkNames, readArguments, recoveryFor } from "./promises-arguments.js";
import { ResponseIterator } from "./response-iterator.js";

/**
 * Returns a view of a generated client in which calls are promises and async iterables.
 *
 * ```ts
 * const orders = promises(client);
 * const order = await orders.getOrder({ orderId: "o-7" }, { signal });
 * for await (const change of orders.watchOrders({})) show(change);
 * ```
 *
 * - A method with one response returns a promise. A method with a response stream returns an async
 *   iterable. Pass several requests as an iterable or async iterable.
 * - An iterable begins its call when you first read it. The call is cancelled as soon as you stop reading, in any way.
 * - Messages that arrived before an error are read before it.
 * - Errors of a call are RichErrors, with the stack of your call.
 * - If your iterable of requests throws, the call is cancelled and fails with what it threw.
 * - An argument of a wrong type, or an unknown option, rejects with a TypeError.
 * - A method named `then` is `Then` in the view, because `await` treats an object with a `then` as a promise.
 *
 * Create the client with `richErrorClientOptions`, which takes the catalogs.
 *
 * @throws TypeError if the client has no methods
 */
export function promises<GeneratedClient extends Client>(client: GeneratedClient): PromiseClient<GeneratedClient>;
/**
 * Returns a view of a generated client whose failed calls are made again where their errors allow it.
 *
 * @throws TypeError if the client has no methods, an option is of a wrong type, or the service config has retries
 */
export function promises<GeneratedClient extends Client>(
  client: GeneratedClient,
  options: PromisesOptions<GeneratedClient>,
): PromiseClient<GeneratedClient> & RecoveringMethods<GeneratedClient>;
/**
 * Returns a view of a generated client with the contract of its service, so that
 * {@link isErrorOf} narrows an error to those that the method declares.
 *
 * @throws TypeError if the client has no methods, or the contract belongs to another service
 */
export function promises<GeneratedClient extends Client, Contract extends ServiceContract>(
  client: GeneratedClient,
  contract: ContractFor<GeneratedClient, Contract>,
): ContractedClient<GeneratedClient, Contract>;
/**
 * Returns a view of a generated client with the contract of its service. Failed calls are made again where their errors
 * allow it.
 *
 * @throws TypeError as without a contract or options
 */
export function promises<GeneratedClient extends Client, Contract extends ServiceContract>(
  client: GeneratedClient,
  contract: ContractFor<GeneratedClient, Contract>,
  options: PromisesOptions<GeneratedClient>,
): ContractedClient<GeneratedClient, Contract> & RecoveringMethods<GeneratedClient>;
export function promises(client: Client, second: object = {}, third?: PromisesOptions<Client>): unknown {
  checkClient(client);
  const { contract, recovery } = readArguments(second, third);
  const names: string[] = [];
  const contracts = new Map(Object.values(contract).map((method) => [method.path, method]));
  const paths = new Set<unknown>();
  const view: Record<string, unknown> = {};
  // grpc-js puts every method on the prototype.
  for (const name in client) {
    const method: unknown = Reflect.get(client, name);
    if (!isMethod(method)) continue;
    names.push(name);
    const { path } = method;
    paths.add(path);
    const ofMethod = contracts.get(path);
    const call =
      recoveryFor(recovery, name)?.install(recoverable(client, name, method, ofMethod)) ??
      callOf({ client, method }, method);
    view[nameInView(name)] = ofMethod ? Object.assign(call, { contract: ofMethod }) : call;
  }
  for (const path of contracts.keys()) {
    if (paths.has(path)) continue;
    throw new TypeError(
      `promises: the client does not have the method ${path} of the contract; pass the contract of its own service`,
    );
  }
  checkNames(recovery, names);
  return view;
}

function checkClient(client: unknown): void {
  if (typeof client === "object" && client !== null) {
    if ("makeUnaryRequest" in client) return;
    for (const name in client) if (isMethod(Reflect.get(client, name))) return;
  }
  const hint = "pass an instance of a generated client: promises(new OrdersClient(address, ...))";
  throw new TypeError(`promises: the client is ${describeValue(client)} without methods; ${hint}`);
}

/** A method that grpc-js generated, with its definition as properties. */
interface GeneratedMethod {
  (...args: unknown[]): unknown;
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  /** The options of the method in its proto, which only `@grpc/proto-loader` knows. */
  readonly options?: { readonly idempotency_level?: unknown };
}

const IDEMPOTENT = new Set<unknown>(["IDEMPOTENT", "NO_SIDE_EFFECTS"]);

function isMethod(value: unknown): value is GeneratedMethod {
  return typeof value === "function" && "path" in value && "requestStream" in value && "responseStream" in value;
}

function recoverable(client: Client, name: string, method: GeneratedMethod, contract: MethodContract | undefined) {
  const { path, requestStream, responseStream, options } = method;
  return {
    name,
    client,
    path,
    requestStream,
    responseStream,
    isIdempotent: IDEMPOTENT.has(contract?.idempotencyLevel ?? options?.idempotency_level),
    call: (other: Client, requestsFailed?: (thrown: unknown) => void) =>
      callOf({ client: other, method: other === client ? method : methodOf(other, name), requestsFailed }, method),
  };
}

/** Returns a method of another client, to which a call was redirected. */
function methodOf(client: Client, name: string): GeneratedMethod {
  const method: unknown = Reflect.get(client, name);
  if (isMethod(method)) return method;
  throw new TypeError(
    `redirect returned ${describeValue(client)} without the method ${name}; return a client of the same service`,
  );
}

function callOf(method: BoundMethod, { requestStream, responseStream }: GeneratedMethod): MethodCall {
  return SHAPES[requestStream ? "many" : "one"][responseStream ? "many" : "one"](method) as MethodCall;
}

/** Returns the name of a method in the view. `await` would call a method named `then`. */
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
      call.cancelOnAbort(call.begin([request], [callbackFor(call, resolve, reject)]) as ClientUnaryCall);
    });
}

function clientStreaming(method: BoundMethod) {
  return (requests: Messages<unknown>, options?: PromiseCallOptions): Promise<unknown> =>
    new Promise((resolve, reject) => {
      checkRequests(requests);
      const call = new PromiseCall(method, options);
      const stream = call.begin([], [callbackFor(call, resolve, reject)]) as ClientWritableStream<unknown>;
      call.cancelOnAbort(stream);
      writeAll(stream, requests, "status").catch((thrown: unknown) => {
        method.requestsFailed?.(thrown);
        reject(thrown);
        stream.cancel();
      });
    });
}

/** Returns the callback of a call with one response. An interceptor may call it before `begin` returns. */
function callbackFor(
  call: PromiseCall,
  resolve: (response: unknown) => void,
  reject: (reason: unknown) => void,
): Callback {
  return (error, response) => {
    call.release();
    if (error) reject(call.toError(error));
    else resolve(response);
  };
}

function serverStreaming(method: BoundMethod) {
  return (request: unknown, options?: PromiseCallOptions): AsyncIterable<unknown> =>
    new ResponseIterator(() => {
      const call = new PromiseCall(method, options);
      const stream = call.begin([request], []) as ClientReadableStream<unknown>;
      return { stream, call, toError: (error) => call.toError(error) };
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
        method.requestsFailed?.(value);
        stream.cancel();
      });
      return { stream, call, toError: (error) => (thrown ? thrown.value : call.toError(error)) };
    });
}
