import { type ClientOptions, type ClientReadableStream, status as grpcStatus } from "@grpc/grpc-js";
import type { ReadOptions } from "../error/receive.js";
import { checkCatalogs, checkOptions, checkTelemetry, type OptionNames } from "../platform/options.js";
import { describeValue } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import { markReceived } from "../status/metadata.js";
import { checkDeadline, closedClientError, isClosed, markIfReached } from "./call-checks.js";
import { isErrorOfCall, orderEvents } from "./message-order.js";
import { type ClientTelemetry, type FailedClientCall, watch } from "./telemetry.js";

/** Options of {@link richErrorClientOptions}. All of them may be left out. */
export interface RichErrorClientOptions extends ReadOptions {
  /**
   * Called for every failed call, before the caller gets the error. By default, nothing is. Whatever it throws or rejects
   * with is ignored.
   *
   * - A call that the caller cancels or leaves, as `break` in a `for await` loop does, fails with `CANCELLED`.
   * - Each attempt of a recovery is a call. `onAttempt` of the recovery also knows what follows.
   */
  readonly onError?: (call: FailedClientCall) => void;
  /** Watches all calls: `clientTelemetry()` of `grpc-rich-errors/opentelemetry`. By default, nothing does. */
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
  checkClientOptions(options);
  const { telemetry, onError, ...readOptions } = options;
  return {
    callInvocationTransformer: (properties) => {
      const { call, callback, channel, callOptions, methodDefinition } = properties;
      checkDeadline(callOptions.deadline);
      const watched = watch({ telemetry, onError }, methodDefinition.path, channel);
      if (isClosed(channel)) {
        const error = closedClientError();
        watched?.ended(error);
        throw error;
      }
      const toError = <T extends Error>(error: T): T => {
        markIfReached(error, call, () => channel);
        const converted = asRichError(error);
        watched?.ended(RichError.from(converted));
        return converted;
      };
      if (callback) {
        properties.callback = (error, value) => {
          if (error) {
            callback(toError(error));
          } else {
            watched?.ended();
            callback(null, value);
          }
        };
      } else {
        const stream = call as ClientReadableStream<unknown>;
        if (watched) {
          stream.on("status", (status) => {
            if (status.code === grpcStatus.OK) watched.ended();
            // The caller has destroyed the stream, which then emits no error.
            else if (!watched.over) watched.ended(RichError.from(status, readOptions));
          });
        }
        orderEvents(stream, toError);
      }
      return properties;
    },
  };

  /** Converts errors of the call. Errors that the caller's own code put into the stream stay as they are. */
  function asRichError<T extends Error>(error: T): T {
    if (!isErrorOfCall(error)) return error;
    const received = RichError.from(error, readOptions);
    markReceived(received.metadata);
    return received as Error as T;
  }
}

const OPTIONS: OptionNames<RichErrorClientOptions> = { catalogs: true, onError: true, telemetry: true };

/** @throws TypeError for an option that is unknown or of a wrong type */
function checkClientOptions(options: RichErrorClientOptions): void {
  const where = "richErrorClientOptions";
  checkOptions(where, options, OPTIONS);
  const { catalogs, onError, telemetry } = options;
  checkCatalogs(where, catalogs);
  if (onError !== undefined && typeof onError !== "function") {
    throw new TypeError(
      `${where}: onError is ${describeValue(onError)}, not a function; write onError: ({ method, error }) => …`,
    );
  }
  checkTelemetry(where, telemetry, "clientTelemetry()");
}
