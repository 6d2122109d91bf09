import type { ClientOptions } from "@grpc/grpc-js";
import { markReceived } from "../received-metadata.js";
import { checkReadOptions, type ReadOptions, RichError } from "../rich-error.js";

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
 * @throws TypeError for an option that is not known, and for catalogs that are none
 */
export function richErrorClientOptions(
  options: ReadOptions = {},
): Required<Pick<ClientOptions, "callInvocationTransformer">> {
  checkReadOptions("richErrorClientOptions", options);
  return {
    callInvocationTransformer: (properties) => {
      const { call, callback } = properties;
      if (callback) {
        properties.callback = (error, value) => (error ? callback(asRichError(error)) : callback(null, value));
        return properties;
      }
      const emit = call.emit;
      call.emit = (event: string | symbol, ...args: unknown[]) =>
        Reflect.apply(emit, call, event === "error" ? [event, asRichError(args[0])] : [event, ...args]);
      return properties;
    },
  };

  /** Errors of the call, and not those that the caller's own code puts into the stream. */
  function asRichError<T>(error: T): T {
    const isOfCall = error instanceof Error && "code" in error && "details" in error;
    if (!isOfCall) return error;
    const received = RichError.from(error, options);
    markReceived(received.metadata);
    return received as T;
  }
}
