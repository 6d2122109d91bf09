import { type Channel, type Client, connectivityState, type Metadata } from "@grpc/grpc-js";
import { Code, isCode } from "../code.js";
import { unsentPart } from "../error/local-statuses.js";
import { REJECTED_BY_CLIENT } from "../error/origin.js";
import { ReceivedContent } from "../error/received-error.js";
import { checkOptions, type OptionNames } from "../platform/options.js";
import { attempt, describeValue, isObject } from "../platform/values.js";
import { type Messages, mayHavePassedOn } from "../platform/write-all.js";
import { errorOf, type RichError } from "../rich-error.js";
import { isMetadata, markReached } from "../status/metadata.js";
import { findUnsendable } from "../status/metadata-fields.js";
import type { PromiseCallOptions } from "./promise-types.js";

/** The latest deadline in milliseconds. grpc-js cannot encode a later one, and crashes the process. */
const LATEST_DEADLINE = 3.6e14;

const CALL_OPTIONS: OptionNames<PromiseCallOptions> = {
  signal: true,
  metadata: true,
  deadline: true,
  host: true,
  parent: true,
  propagate_flags: true,
  credentials: true,
  interceptors: true,
  interceptor_providers: true,
};

/**
 * Checks the options of one call.
 *
 * @throws TypeError with the option, its value and what to pass instead
 */
export function checkCallOptions(options: PromiseCallOptions): void {
  checkOptions("a call", options, CALL_OPTIONS);
  const { signal, deadline, host, parent, credentials, interceptors, interceptor_providers: providers } = options;
  checkSignal(signal);
  checkDeadline(deadline);
  if (host && typeof host !== "string") throw new TypeError(`host must be a string, not ${describeValue(host)}`);
  if (parent && !(hasMethod(parent, "on") && hasMethod(parent, "getDeadline"))) {
    throw new TypeError(`parent must be the call object of a handler, not ${describeValue(parent)}`);
  }
  if (credentials) checkCredentials(credentials);
  if (interceptors) checkFunctions("interceptors", interceptors);
  if (providers) checkFunctions("interceptor_providers", providers);
  if (interceptors?.length && providers?.length) {
    throw new TypeError("a call takes either interceptors or interceptor_providers, not both");
  }
}

/**
 * Checks a deadline. Many malformed ones make grpc-js crash the process.
 *
 * @throws TypeError for anything but a valid Date or a number
 */
export function checkDeadline(deadline: unknown): void {
  if (deadline === undefined || deadline === null) return;
  const time = deadline instanceof Date ? deadline.getTime() : deadline;
  if (typeof time !== "number" || Number.isNaN(time)) {
    throw new TypeError(
      `deadline must be a valid Date or milliseconds since 1970, such as Date.now() + 5_000, not ${describeValue(deadline)}`,
    );
  }
  if (time > LATEST_DEADLINE && time !== Number.POSITIVE_INFINITY) {
    throw new TypeError(
      `the deadline ${describeValue(deadline)} is too far in the future; leave it out to call without a deadline`,
    );
  }
}

/**
 * Checks the requests of a streaming call before it begins.
 *
 * @throws TypeError for anything but an iterable object
 */
export function checkRequests(requests: Messages<unknown>): void {
  if (!hasMethod(requests, Symbol.asyncIterator) && !hasMethod(requests, Symbol.iterator)) {
    throw new TypeError(
      `the requests must be an iterable or async iterable of messages, not ${describeValue(requests)}`,
    );
  }
}

/**
 * Returns metadata that a client accepts. A client accepts only instances of its own class, so
 * metadata of another copy of grpc-js is copied.
 *
 * @throws TypeError for anything but metadata of grpc-js that HTTP/2 can send
 */
export function metadataFor(client: Client, given: unknown): Metadata {
  if (!isMetadata(given)) {
    throw new TypeError(`metadata must be an instance of Metadata of @grpc/grpc-js, not ${describeValue(given)}`);
  }
  const unsendable = findUnsendable(given);
  if (unsendable !== undefined) {
    throw new TypeError(`metadata must not have "${unsendable}", or not more than once, because HTTP/2 cannot send it`);
  }
  const own = ownMetadata(client);
  if (!own || given instanceof own.constructor) return given;
  for (const key of Object.keys(given.getMap())) for (const value of given.get(key)) own.add(key, value);
  own.setOptions(given.getOptions());
  return own;
}

/** Creates metadata of the class that a client accepts, which may come from another copy of grpc-js than the imported one. */
function ownMetadata(client: Client): Metadata | undefined {
  const check: unknown = Reflect.get(client, "checkMetadataAndOptions");
  if (typeof check !== "function") return undefined;
  const { metadata } = Reflect.apply(check, client, []);
  return isMetadata(metadata) ? metadata : undefined;
}

/** Checks whether a client is closed. */
export function isClosed(channel: Pick<Channel, "getConnectivityState">): boolean {
  return channel.getConnectivityState(false) === connectivityState.SHUTDOWN;
}

/** Checks whether grpc-js threw a value because the client is closed. */
export function isThrownByClosed(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message === "Channel has been shut down";
}

/** Returns the error of a call on a closed client. */
export function closedClientError(): RichError {
  const status = { code: Code.UNAVAILABLE, message: "the client is closed; make the call before close()" };
  return errorOf(
    new ReceivedContent(status, { ...status, details: [], issues: [] }, [], { originFacts: REJECTED_BY_CLIENT }),
    new Error(),
  );
}

/**
 * Marks the error of a call that may have reached the server although its text says otherwise:
 *
 * - A server may pass on an error of its own client, after headers of its own. grpc-js knows the address of the peer of
 *   a call only once it has sent the request. Before, it names the target.
 * - A message of a stream of requests may fail after others were sent.
 */
export function markIfReached(
  error: unknown,
  call: { getPeer(): string },
  channelOf: () => Pick<Channel, "getTarget">,
): void {
  if (!isObject(error)) return;
  const { code, details, metadata } = error as Partial<Record<"code" | "details" | "metadata", unknown>>;
  if (!isCode(code) || typeof details !== "string") return;
  const unsent = unsentPart(code, details);
  if (!unsent) return;
  if (unsent === "message" && "write" in call) {
    if (mayHavePassedOn(call)) markReached(metadata, "sent");
    return;
  }
  // Clients that only look like those of grpc-js may lack these methods.
  const peer = attempt(() => call.getPeer());
  const target = attempt(() => channelOf().getTarget());
  if (peer && target && peer !== "unknown" && peer !== target) markReached(metadata, "responded");
}

/** @throws TypeError if a signal is no AbortSignal */
export function checkSignal(signal: unknown): void {
  if (signal === undefined || signal === null || isSignal(signal)) return;
  throw new TypeError(`signal must be an AbortSignal, not ${describeValue(signal)}`);
}

/** Checks whether a value is a signal. Those of other libraries are not instances of Node's class. */
function isSignal(value: unknown): boolean {
  if (!isObject(value) || !("aborted" in value)) return false;
  return hasMethod(value, "addEventListener") && hasMethod(value, "removeEventListener");
}

function checkCredentials(credentials: unknown): void {
  if (hasMethod(credentials, "generateMetadata") && hasMethod(credentials, "compose")) return;
  throw new TypeError(
    `credentials must be CallCredentials, such as credentials.createFromMetadataGenerator(...), not ${describeValue(credentials)}`,
  );
}

function checkFunctions(name: string, value: unknown): void {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array of functions, not ${describeValue(value)}`);
  // grpc-js skips falsy entries.
  const other: unknown = value.find((item) => item && typeof item !== "function");
  if (other) throw new TypeError(`${name} must be an array of functions, but contains ${describeValue(other)}`);
}

function hasMethod(value: unknown, name: string | symbol): boolean {
  return isObject(value) && typeof Reflect.get(value, name) === "function";
}
