import type { StreamResponse, Transport } from "@connectrpc/connect";
import { metadataOfHeaders } from "../error/header-metadata.js";
import { checkReadOptions, type ReadOptions } from "../error/receive.js";
import { describeValue, isObject } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import { fromConnectError, statusInHeaders } from "./connect-error.js";

/**
 * Returns a transport whose clients throw RichErrors, in all call shapes and over every protocol of Connect:
 *
 * ```ts
 * const transport = richErrorTransport(createGrpcTransport({ baseUrl }), { catalogs: [catalog] });
 * const orders = createClient(Orders, transport);
 * ```
 *
 * - The errors are those of {@link fromConnectError}. The interceptors of the given transport see ConnectErrors.
 * - A stream that Connect ends without an error, because the trailer of a hostile peer has the code 0, fails with the
 *   error of `grpc-status`.
 *
 * Interceptors cannot do this: Connect makes a ConnectError of whatever an interceptor throws.
 *
 * @throws TypeError if an option is unknown or the transport is none
 */
export function richErrorTransport(transport: Transport, options: ReadOptions = {}): Transport {
  checkReadOptions("richErrorTransport", options);
  checkTransport(transport);
  const readOptions = { ...options };
  const rethrow = (thrown: unknown): never => {
    throw fromConnectError(thrown, readOptions);
  };
  return {
    unary: (...args) => transport.unary(...args).catch(rethrow),
    async stream(...args) {
      const response = await transport.stream(...args).catch(rethrow);
      return { ...response, message: messagesOf(response, rethrow, readOptions) };
    },
  };
}

/** Returns the messages of a response, whose errors are converted. */
function messagesOf<Message>(
  { message, trailer }: Pick<StreamResponse, "trailer"> & { readonly message: AsyncIterable<Message> },
  rethrow: (thrown: unknown) => never,
  options: ReadOptions,
): AsyncIterable<Message> {
  return {
    [Symbol.asyncIterator]() {
      const messages = message[Symbol.asyncIterator]();
      return {
        ...messages,
        async next() {
          const result = await messages.next().catch(rethrow);
          if (result.done) checkStatus(trailer, options);
          return result;
        },
      };
    },
  };
}

/** @throws RichError if the trailers have the status of an error */
function checkStatus(trailer: Headers, options: ReadOptions): void {
  const status = statusInHeaders(trailer);
  if (status) throw RichError.from({ ...status, metadata: metadataOfHeaders(trailer) }, options);
}

/** @throws TypeError */
function checkTransport(transport: unknown): void {
  if (isObject(transport) && "unary" in transport && "stream" in transport) return;
  const instead = "write richErrorTransport(createGrpcTransport({ baseUrl }), { catalogs })";
  throw new TypeError(`richErrorTransport: the transport is ${describeValue(transport)}; ${instead}`);
}
