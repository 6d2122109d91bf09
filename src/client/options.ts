import type { ClientOptions } from "@grpc/grpc-js";
import { type ReadOptions, RichError } from "../rich-error.js";

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
 */
export function richErrorClientOptions(
  options: ReadOptions = {},
): Required<Pick<ClientOptions, "callInvocationTransformer">> {
  return {
    callInvocationTransformer: (properties) => {
      const { call, callback } = properties;
      if (callback) {
        return {
          ...properties,
          callback: (error, value) => (error ? callback(asServiceError(error)) : callback(null, value)),
        };
      }
      const emit = call.emit;
      call.emit = (event: string | symbol, ...args: unknown[]) =>
        Reflect.apply(emit, call, event === "error" ? [event, RichError.from(args[0], options)] : [event, ...args]);
      return properties;
    },
  };

  /** grpc-js gives metadata with every error, and so does what is made of one. */
  function asServiceError<T>(error: T): T {
    return RichError.from(error, options) as T;
  }
}
