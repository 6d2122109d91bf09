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
