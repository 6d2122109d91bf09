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

/** What can be said of one call, beside what grpc-js takes. */
export interface PromiseCallOptions extends Partial<CallOptions> {
  /** Cancels the call when it is aborted. The error is `CANCELLED`, with the signal's reason as cause. */
  readonly signal?: AbortSignal;
  /** Sent with the request. */
  readonly metadata?: Metadata;
}

/** One method of a generated client, as {@link PromiseClient} has it. */
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
 * A generated client, with promises and async iterables in the place of callbacks and streams.
 *
 * A method named `then` is named `Then`, because `await` takes an object with a `then` for a promise.
 */
export type PromiseClient<GeneratedClient extends Client> = {
  readonly [Name in Exclude<keyof GeneratedClient, keyof Client> as NameInView<Name>]: PromiseMethod<
    GeneratedClient[Name]
  >;
};

type NameInView<Name> = Name extends "then" ? "Then" : Name;

/** A contract whose methods are all methods of a client. */
export type ContractFor<GeneratedClient extends Client, Contract extends ServiceContract> = Contract & {
  readonly [Name in Exclude<keyof Contract, Exclude<keyof GeneratedClient, keyof Client>>]: never;
};

/** A promise client whose methods know which errors they may answer, as far as the contract says. */
export type ContractedClient<GeneratedClient extends Client, Contract extends ServiceContract> = {
  readonly [Name in Exclude<keyof GeneratedClient, keyof Client> as NameInView<Name>]: Name extends keyof Contract
    ? PromiseMethod<GeneratedClient[Name]> & { readonly contract: Contract[Name] }
    : PromiseMethod<GeneratedClient[Name]>;
};
