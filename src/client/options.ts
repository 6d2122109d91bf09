import type { ClientOptions, ClientReadableStream } from "@grpc/grpc-js";
import type { ReadOptions } from "../error/receive.js";
import { checkCatalogs, checkFunctions, checkOptions, type OptionNames } from "../platform/options.js";
import { RichError, richErrorOf } from "../rich-error.js";
import { markReceived } from "../status/metadata.js";
import { checkDeadline, closedClientError, isClosed, markIfReached } from "./call-checks.js";
import { isErrorOfCall, orderEvents } from "./message-order.js";
import { type ClientTelemetry, type FailedClientCall, watch } from "./telemetry.js";

/** Options of {@link richErrorClientOptions}. All of them may be left out. */
export interface RichErrorClientOptions extends ReadOptions {
  /**
   * Called for every failed call, before the caller gets the error. Whatever it throws or rejects with is ignored.
   *
   * - A call that the caller cancels or leaves, as `break` in a `for await` loop does, fails with `CANCELLED`.
   * - Each attempt of a recovery is a call. `onAttempt` of the recovery also knows what follows.
   */
  readonly onError?: (call: FailedClientCall) => void;
  /** Watches all calls: `clientTelemetry()` of `grpc-rich-errors/opentelemetry`. By default, calls are not watched. */
  readonly telemetry?: ClientTelemetry;
}

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
 * @throws TypeError for an option that is unknown or of a wrong type
 */
export function richErrorClientOptions(
  options: RichErrorClientOptions = {},
): Required<Pick<ClientOptions, "callInvocationTransformer">> {
  checkOptions(WHERE, options, OPTIONS);
  checkFunctions(WHERE, options, { onError: "(call) => …", telemetry: "clientTelemetry()" });
  const { catalogs, ...watchers } = options;
  checkCatalogs(WHERE, catalogs);
  const readOptions = catalogs && { catalogs };
  return {
    callInvocationTransformer: (properties) => {
      const { callback, channel } = properties;
      // Without a callback, the call is a stream of responses.
      const call = properties.call as ClientReadableStream<unknown>;
      checkDeadline(properties.callOptions.deadline);
      const ended = watch(watchers, properties);
      if (isClosed(channel)) {
        const error = closedClientError();
        ended?.(error);
        throw error;
      }
      const toError = <T extends Error>(error: T): T => {
        markIfReached(error, call, () => channel);
        // An error that the caller's own code put into the stream stays as it is.
        if (!isErrorOfCall(error)) {
          ended?.(RichError.from(error, readOptions));
          return error;
        }
        const received = richErrorOf(error, catalogs, properties.methodDefinition.path);
        ended?.(received);
        markReceived(received.metadata);
        return received as Error as T;
      };
      if (callback) {
        properties.callback = (error, value) => {
          if (error) return callback(toError(error));
          ended?.();
          return callback(null, value);
        };
      } else {
        if (ended) {
          call.on("status", (status) => {
            if (!status.code) ended();
            // It emits no error.
            else if (call.destroyed) ended(RichError.from(status, readOptions));
          });
        }
        orderEvents(call, toError);
      }
      return properties;
    },
  };
}

const OPTIONS: OptionNames<RichErrorClientOptions> = { catalogs: true, onError: true, telemetry: true };
const WHERE = "richErrorClientOptions";
