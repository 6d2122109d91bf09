import type {
  Metadata,
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  ServiceDefinition,
  StatusObject,
  UntypedHandleCall,
} from "@grpc/grpc-js";
import type { Messages } from "../platform/write-all.js";

// biome-ignore-start lint/suspicious/noConfusingVoidType: a handler that calls back returns nothing, and its type says void.
/** What a handler that answers one message may return: the message, a promise of it, or nothing if it calls back. */
export type Answer<Response> = Response | Promise<Response | void> | void;

/** What a handler that answers many messages may return: them, or nothing if it writes them. */
export type Answers<Response> = Messages<Response> | Promise<Messages<Response> | void> | void;
// biome-ignore-end lint/suspicious/noConfusingVoidType: see above.

/** The callback of grpc-js, which takes any error here. */
export type Callback<Response> = (
  error: Error | Partial<StatusObject> | null,
  value?: Response | null,
  trailer?: Metadata,
  flags?: number,
) => void;

/** Handles one request with one response. */
export type UnaryHandler<Request, Response> = (
  call: ServerUnaryCall<Request, Response>,
  callback: Callback<Response>,
) => Answer<Response>;

/** Handles many requests with one response. */
export type ClientStreamingHandler<Request, Response> = (
  call: AsyncIterable<Request> & ServerReadableStream<Request, Response>,
  callback: Callback<Response>,
) => Answer<Response>;

/** Handles one request with many responses. */
export type ServerStreamingHandler<Request, Response> = (
  call: ServerWritableStream<Request, Response>,
) => Answers<Response>;

/** Handles many requests with many responses. */
export type BidiStreamingHandler<Request, Response> = (
  call: AsyncIterable<Request> & ServerDuplexStream<Request, Response>,
) => Answers<Response>;

interface Method<Request, Response, RequestStream, ResponseStream> {
  readonly requestStream: RequestStream;
  readonly responseStream: ResponseStream;
  readonly requestDeserialize: (bytes: Buffer) => Request;
  readonly responseSerialize: (response: Response) => Buffer;
}

/** The handler of one method, of whichever shape its definition says. */
export type RichHandler<Definition> =
  Definition extends Method<infer Request, infer Response, infer RequestStream, infer ResponseStream>
    ? boolean extends RequestStream
      ? UntypedHandleCall
      : RequestStream extends true
        ? ResponseStream extends true
          ? BidiStreamingHandler<Request, Response>
          : ClientStreamingHandler<Request, Response>
        : ResponseStream extends true
          ? ServerStreamingHandler<Request, Response>
          : UnaryHandler<Request, Response>
    : never;

/** An implementation of a service, with a handler for each method. */
export type RichImplementation<Service extends ServiceDefinition> = {
  readonly [Name in keyof Service]: RichHandler<Service[Name]>;
};
