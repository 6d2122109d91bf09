import { setMaxListeners } from "node:events";
import {
  type CallOptions,
  type Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ClientWritableStream,
  Metadata,
} from "@grpc/grpc-js";
import { Code } from "../code.js";
import type { isErrorOf, ServiceContract } from "../contract.js";
import { checkContract, checkOptions, describeKind, type OptionNames } from "../options-check.js";
import { type Messages, produce } from "../produce.js";
import { markReceived } from "../received-metadata.js";
import { RichError } from "../rich-error.js";
import type { ContractedClient, ContractFor, PromiseCallOptions, PromiseClient } from "./promise-types.js";

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
 * - An iterable begins its call when it is first read, and cancels it when the reader leaves early.
 * - What is thrown is the error itself, a RichError, with the stack of whoever made the call.
 * - If the iterable of requests throws, the call is cancelled and what was thrown is thrown on.
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
    const start = (...args: unknown[]): unknown => Reflect.apply(method, client, args);
    const call = SHAPES[method.requestStream ? "many" : "one"][method.responseStream ? "many" : "one"](start);
    const { path } = method;
    paths.add(path);
    const ofMethod = contracts.get(path);
    view[name] = ofMethod ? Object.assign(call, { contract: ofMethod }) : call;
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

type Start = (...args: unknown[]) => unknown;

const SHAPES = {
  one: { one: unary, many: serverStreaming },
  many: { one: clientStreaming, many: bidi },
} as const;

function unary(start: Start) {
  return (request: unknown, options: PromiseCallOptions = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const prepared = prepare(options);
      const { metadata, callOptions } = prepared;
      prepared.follow(start(request, metadata, callOptions, answering(prepared, resolve, reject)) as ClientUnaryCall);
    });
}

function clientStreaming(start: Start) {
  return (requests: Messages<unknown>, options: PromiseCallOptions = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const prepared = prepare(options);
      const { metadata, callOptions } = prepared;
      const call = start(metadata, callOptions, answering(prepared, resolve, reject)) as ClientWritableStream<unknown>;
      prepared.follow(call);
      produce(call, requests, "status").catch((thrown: unknown) => {
        reject(thrown);
        call.cancel();
      });
    });
}

/** The callback for a call that answers one message. An interceptor may call it before the call is followed. */
function answering(
  { unfollow, failed }: Prepared,
  resolve: (response: unknown) => void,
  reject: (reason: unknown) => void,
) {
  return (error: unknown, response: unknown): void => {
    unfollow();
    if (error) reject(failed(error));
    else resolve(response);
  };
}

function serverStreaming(start: Start) {
  return async function* (request: unknown, options: PromiseCallOptions = {}): AsyncGenerator<unknown> {
    const prepared = prepare(options);
    const call = start(request, prepared.metadata, prepared.callOptions) as ClientReadableStream<unknown>;
    yield* responses(call, prepared);
  };
}

function bidi(start: Start) {
  return async function* (requests: Messages<unknown>, options: PromiseCallOptions = {}): AsyncGenerator<unknown> {
    const prepared = prepare(options);
    const call = start(prepared.metadata, prepared.callOptions) as ClientDuplexStream<unknown, unknown>;
    let thrown: { readonly value: unknown } | undefined;
    produce(call, requests, "status").catch((value: unknown) => {
      thrown = { value };
      call.cancel();
    });
    yield* responses(call, { ...prepared, failed: (error) => (thrown ? thrown.value : prepared.failed(error)) });
  };
}

async function* responses(call: ClientReadableStream<unknown>, prepared: Prepared): AsyncGenerator<unknown> {
  prepared.follow(call);
  let over = false;
  try {
    for await (const message of call) yield message;
    over = true;
  } catch (error) {
    over = true;
    throw prepared.failed(error);
  } finally {
    prepared.unfollow();
    if (!over) call.cancel();
  }
}

interface Cancellable {
  cancel(): void;
  on(event: "error", listener: () => void): unknown;
}

interface Prepared {
  readonly metadata: Metadata;
  readonly callOptions: Partial<CallOptions>;
  /** Cancels the call when the signal is aborted, unless it is over already. */
  readonly follow: (call: Cancellable) => void;
  /** Lets go of the signal: the call is over. */
  readonly unfollow: () => void;
  /** What to throw for an error of the call. */
  readonly failed: (error: unknown) => unknown;
}

const CALL_OPTIONS: OptionNames<PromiseCallOptions> = {
  signal: true,
  metadata: true,
  deadline: true,
  host: true,
  parent: true,
  propagate_flags: true,
  credentials: true,
  interceptors: true,
  interceptor_providers: true,
};

function prepare(options: PromiseCallOptions): Prepared {
  checkOptions("a call", options, CALL_OPTIONS);
  const { signal, metadata = new Metadata(), ...callOptions } = options;
  if (signal?.aborted)
    throw new RichError(Code.CANCELLED, "the call was aborted before it began", { cause: signal.reason });
  let over = false;
  let cancel: (() => void) | undefined;
  return {
    metadata,
    callOptions,
    follow: (call) => {
      // The error is thrown to whoever reads; without a listener it would end the process too.
      call.on("error", () => {});
      if (over || !signal) return;
      cancel = () => call.cancel();
      // One signal for many calls at once is no leak.
      setMaxListeners(0, signal);
      signal.addEventListener("abort", cancel, { once: true });
    },
    unfollow: () => {
      over = true;
      if (cancel) signal?.removeEventListener("abort", cancel);
    },
    failed: (thrown) => {
      const error = RichError.from(thrown);
      if (error.received) markReceived(error.metadata);
      if (signal?.aborted && error.code === Code.CANCELLED) error.cause = signal.reason;
      return error;
    },
  };
}
