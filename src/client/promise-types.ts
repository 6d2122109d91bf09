import type {
  CallOptions,
  Client,
  ClientDuplexStream,
  ClientReadableStream,
  ClientUnaryCall,
  ClientWritableStream,
  Metadata,
} from "@grpc/grpc-js";
import type { ServiceContract } from "../contract.js";
import type { Messages } from "../platform/write-all.js";
import type { RichError } from "../rich-error.js";

/** Options of one call: those of grpc-js, and these. */
export interface PromiseCallOptions extends Partial<CallOptions> {
  /** Cancels the call when it is aborted. The error is then `CANCELLED`, with the reason of the signal as its `cause`. */
  readonly signal?: AbortSignal;
  /** The metadata to send with the request. By default, none. */
  readonly metadata?: Metadata;
}

/** The method of a {@link PromiseClient} for a method of a generated client. */
export type PromiseMethod<Method> = Method extends (...args: infer Args) => infer Call
  ? Call extends ClientDuplexStream<infer Request, infer Response>
    ? (requests: Messages<Request>, options?: PromiseCallOptions) => AsyncIterable<Response>
    : Call extends ClientReadableStream<infer Response>
      ? (request: Args[0], options?: PromiseCallOptions) => AsyncIterable<Response>
      : Args extends [...unknown[], (error: never, response: infer Response) => void]
        ? Call extends ClientWritableStream<infer Request>
          ? (requests: Messages<Request>, options?: PromiseCallOptions) => Promise<Response>
          : Call extends ClientUnaryCall
            ? (request: Args[0], options?: PromiseCallOptions) => Promise<Response>
            : never
        : never
  : never;

/**
 * A view of a generated client, with promises and async iterables instead of callbacks and streams. Its methods keep the
 * documentation of the generated ones.
 *
 * A method named `then` is named `Then`, because `await` treats an object with a `then` as a promise.
 */
export type PromiseClient<GeneratedClient extends Client> = {
  readonly [Name in keyof Methods<GeneratedClient>]: PromiseMethod<GeneratedClient[Name]>;
} & ("then" extends keyof GeneratedClient ? { readonly Then: PromiseMethod<GeneratedClient["then"]> } : unknown);

/** The methods of a service. TypeScript keeps the documentation of members that a mapped type does not rename. */
type Methods<GeneratedClient extends Client> = Pick<
  GeneratedClient,
  Exclude<keyof GeneratedClient, keyof Client | "then">
>;

/** A contract that names only methods of the client. */
export type ContractFor<GeneratedClient extends Client, Contract extends ServiceContract> = Contract & {
  readonly [Name in Exclude<keyof Contract, Exclude<keyof GeneratedClient, keyof Client>>]: never;
};

/** A {@link PromiseClient} whose methods carry the errors that the contract declares for them. */
export type ContractedClient<GeneratedClient extends Client, Contract extends ServiceContract> = {
  readonly [Name in keyof Methods<GeneratedClient>]: ContractedMethod<GeneratedClient, Contract, Name>;
} & ("then" extends keyof GeneratedClient
  ? { readonly Then: ContractedMethod<GeneratedClient, Contract, "then"> }
  : unknown);

type ContractedMethod<
  GeneratedClient,
  Contract extends ServiceContract,
  Name extends keyof GeneratedClient,
> = PromiseMethod<GeneratedClient[Name]> &
  (Name extends keyof Contract ? { readonly contract: Contract[Name] } : unknown);

/** Options of `promises`. */
export interface PromisesOptions<GeneratedClient extends Client> {
  /**
   * How calls recover from errors: one recovery of `grpc-rich-errors/recovery` for all methods, or one for each method.
   * Calls of methods without a recovery are made once.
   */
  readonly recovery: MethodRecovery<unknown, never, never> | MethodRecoveries<GeneratedClient>;
}

/** The recoveries of a client's methods, by their names. */
export type MethodRecoveries<GeneratedClient extends Client> = {
  readonly [Name in keyof Methods<GeneratedClient>]?: RecoveryFor<RecoveringMethod<GeneratedClient[Name]>>;
};

/** The recovery of one method. */
export type RecoveryFor<Method> = Method extends (first: infer First, options?: PromiseCallOptions) => infer Result
  ? MethodRecovery<First, Result extends Promise<infer Response> ? Response : never, Client>
  : never;

/**
 * The methods of a client with recovery. Beside the requests themselves, a streaming call takes a function that returns
 * them, and can return them again.
 */
export type RecoveringMethods<GeneratedClient extends Client> = {
  readonly [Name in keyof Methods<GeneratedClient>]: RecoveringMethod<GeneratedClient[Name]>;
};

/** One method of {@link RecoveringMethods}. */
export type RecoveringMethod<Method> = Method extends (...args: infer Args) => infer Call
  ? Call extends ClientDuplexStream<infer Request, infer Response>
    ? (requests: () => Messages<Request>, options?: PromiseCallOptions) => AsyncIterable<Response>
    : Call extends ClientWritableStream<infer Request>
      ? Args extends [...unknown[], (error: never, response: infer Response) => void]
        ? (requests: () => Messages<Request>, options?: PromiseCallOptions) => Promise<Response>
        : never
      : PromiseMethod<Method>
  : never;

/** How calls of a method recover from errors: a value of `grpc-rich-errors/recovery`. */
export interface MethodRecovery<in Request, out Response, out Target> {
  /** Exists only for the compiler: requests go in, responses and other clients come out. */
  readonly types: (request: Request) => readonly [Response, Target];
  /** @internal */
  install(method: RecoverableMethod): MethodCall;
}

/** A method of a {@link PromiseClient} without the types of its messages. */
export type MethodCall = (first: unknown, options?: PromiseCallOptions) => unknown;

/** A method of a client, as a recovery sees it. */
export interface RecoverableMethod {
  /** The name in the client. */
  readonly name: string;
  readonly client: Client;
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  /** Whether the proto declares that a request may be sent again. */
  readonly isIdempotent: boolean;
  /**
   * Returns the method of a client of the same service.
   *
   * @param requestsFailed called with the exception that the requests of a call threw
   */
  readonly call: (client: Client, requestsFailed?: (thrown: unknown) => void) => MethodCall;
  /** Returns the route of one call through the servers of a cluster. By default, all attempts use the client. */
  readonly route?: () => Route<Client>;
}

/** The route of one call through several servers. */
export interface Route<out Target> {
  /** Begins an attempt. Returns its server. */
  begin(): Target;
  /** Notes that the attempt received its first message, or failed with the error. */
  end(error?: RichError): AttemptEnd;
  /** Notes that an exception of the caller's own code ended the attempt. It says nothing about the server. */
  leave(): void;
}

/** What the end of an attempt means for the next one. */
export interface AttemptEnd {
  /** Whether the next attempt would use another server. By default, `false`. */
  readonly isMoved?: boolean;
  /** Why the client does not follow the redirect in the error. */
  readonly refused?: string;
}
