import type { ClientOptions, ClientReadableStream } from "@grpc/grpc-js";
import { checkReadOptions, type ReadOptions } from "../error/receive.js";
import { richErrorOf } from "../rich-error.js";
import { markReceived } from "../status/metadata.js";
import { checkDeadline, closedClientError, isClosed, markIfReached } from "./call-checks.js";
import { isErrorOfCall, orderEvents } from "./message-order.js";

/**
 * Returns options for a grpc-js client that make every error of a call a RichError: in
 * callbacks, `"error"` events, `for await` loops and promises.
 *
 * ```ts
 * const client = new OrdersClient(address, credentials, richErrorClientOptions({ catalogs: [catalog] }));
 * ```
 *
 * Add your own options beside it: `{ ...richErrorClientOptions({ catalogs }), "grpc.keepalive_time_ms": 10_000 }`.
 * Interceptors and the retries of grpc-js run inside it, so it sees only the final error.
 *
 * - Messages that arrived before an error are read before it, however slow the reader is. A
 *   stream emits `"error"` where it would emit `"end"`, and a paused one after it is resumed.
 * - A caller that cancels, runs out of time or never reads gets the error at once.
 * - Destroying a stream before its end, as `break` in a `for await` loop does, cancels the call.
 * - A call on a closed client throws `UNAVAILABLE`. A malformed deadline throws a TypeError.
 *
 * @throws TypeError for an unknown option, and for `catalogs` that are not catalogs
 */
export function richErrorClientOptions(
  options: ReadOptions = {},
): Required<Pick<ClientOptions, "callInvocationTransformer">> {
  checkReadOptions("richErrorClientOptions", options);
  const { catalogs } = options;
  return {
    callInvocationTransformer: (properties) => {
      const { call, callback, channel, callOptions, methodDefinition } = properties;
      checkDeadline(callOptions.deadline);
      if (isClosed(channel)) throw closedClientError();
      const toError = <T extends Error>(error: T): T => {
        markIfReached(error, call, () => channel);
        return asRichError(error, methodDefinition.path);
      };
      if (callback) {
        properties.callback = (error, value) => (error ? callback(toError(error)) : callback(null, value));
      } else {
        orderEvents(call as ClientReadableStream<unknown>, toError);
      }
      return properties;
    },
  };

  /** Converts errors of the call. Errors that the caller's own code put into the stream stay as they are. */
  function asRichError<T extends Error>(error: T, method: string): T {
    if (!isErrorOfCall(error)) return error;
    const received = richErrorOf(error, catalogs, method);
    markReceived(received.metadata);
    return received as Error as T;
  }
}
