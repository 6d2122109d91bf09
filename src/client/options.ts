import type { ClientOptions, ClientReadableStream } from "@grpc/grpc-js";
import { checkReadOptions, type ReadOptions } from "../error/receive.js";
import { RichError } from "../rich-error.js";
import { markReceived } from "../status/received-metadata.js";
import { checkDeadline } from "./call-arguments.js";
import { closedClientError, isClosed, isErrorOfCall, orderEvents } from "./call-errors.js";

/**
 * Options for a client of grpc-js, with which every error of a call is a
 * RichError: in a callback, an `"error"` event, a `for await` loop, a promise.
 *
 * ```ts
 * const client = new OrdersClient(address, credentials, richErrorClientOptions({ catalogs: [catalog] }));
 * ```
 *
 * Options of your own go beside: `{ ...richErrorClientOptions({ catalogs }), "grpc.keepalive_time_ms": 10_000 }`.
 * It stands outside all interceptors, and outside the retries of grpc-js.
 *
 * - Messages that arrive before an error are read before it, however slowly. A stream that is paused
 *   emits `"error"` where it would emit `"end"`: after it is resumed and read.
 * - A caller that cancels or runs out of time has the error at once, as does one that never reads.
 * - A stream that is destroyed before its end, as by `break` in a `for await` loop, cancels its call.
 * - A call of a closed client throws `UNAVAILABLE`, and one with a deadline that is no time a TypeError.
 *
 * @throws TypeError for an option that is not known, and for catalogs that are none
 */
export function richErrorClientOptions(
  options: ReadOptions = {},
): Required<Pick<ClientOptions, "callInvocationTransformer">> {
  checkReadOptions("richErrorClientOptions", options);
  const readOptions = { ...options };
  return {
    callInvocationTransformer: (properties) => {
      const { call, callback, channel, callOptions } = properties;
      checkDeadline(callOptions.deadline);
      if (isClosed(channel)) throw closedClientError();
      if (callback) {
        properties.callback = (error, value) => (error ? callback(asRichError(error)) : callback(null, value));
      } else {
        orderEvents(call as ClientReadableStream<unknown>, asRichError);
      }
      return properties;
    },
  };

  /** Errors of the call, and not those that the caller's own code puts into the stream. */
  function asRichError<T extends Error>(error: T): T {
    if (!isErrorOfCall(error)) return error;
    const received = RichError.from(error, readOptions);
    markReceived(received.metadata);
    return received as Error as T;
  }
}
