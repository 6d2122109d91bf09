import { ClientError, type ClientMiddleware, type Metadata } from "nice-grpc";
import { peerMetadata } from "../error/carried-metadata.js";
import { checkReadOptions, type ReadOptions, receiveCall } from "../error/receive.js";
import { errorOf, RichError } from "../rich-error.js";
import { markReached } from "../status/metadata.js";
import { fieldsOf } from "./metadata.js";

/**
 * Creates middleware for a nice-grpc client that makes every error of a call a RichError, in all call shapes.
 *
 * ```ts
 * const clients = createClientFactory().use(retryMiddleware).use(richErrorClientMiddleware({ catalogs: [catalog] }));
 * const orders = clients.create(OrdersDefinition, createChannel(address));
 * ```
 *
 * Attach it last: middleware that is attached before it, such as one that retries, then sees the `ClientError`s of
 * nice-grpc.
 *
 * - A `ClientError` becomes an instance of the declared class, as by `RichError.from`. A malformed trailer becomes an
 *   entry of `issues`.
 * - An `AbortError` of the caller's own signal stays as it is.
 *
 * @throws TypeError if an option is unknown or `catalogs` is not an array of catalogs
 */
export function richErrorClientMiddleware(options: ReadOptions = {}): ClientMiddleware {
  checkReadOptions("richErrorClientMiddleware", options);
  const readOptions = { ...options };
  return async function* richErrors(call, callOptions) {
    const ending: Ending = { responded: false, trailer: undefined };
    try {
      return yield* call.next(call.request, {
        ...callOptions,
        onHeader(header) {
          ending.responded = true;
          callOptions.onHeader?.(header);
        },
        onTrailer(trailer) {
          ending.trailer = trailer;
          callOptions.onTrailer?.(trailer);
        },
      });
    } catch (thrown) {
      throw thrown instanceof ClientError ? richErrorOf(thrown, ending, readOptions) : thrown;
    }
  };
}

/** The parts of a response beside its messages. */
interface Ending {
  /** Whether the server sent its headers. */
  responded: boolean;
  trailer: Metadata | undefined;
}

function richErrorOf(error: ClientError, { responded, trailer }: Ending, { catalogs = [] }: ReadOptions): RichError {
  const metadata = peerMetadata(trailer ? fieldsOf(trailer) : []);
  if (responded) markReached(metadata, "responded");
  const { code, details } = error;
  const received = receiveCall({ code, details, metadata }, catalogs);
  return received ? errorOf(received, error) : RichError.from(error);
}
