import { DEFAULT_BUDGET, LEAST_BUDGET, MOST_BUDGET } from "../budget/fit.js";
import { Catalog } from "../catalog.js";
import type { MethodContract, ServiceContract } from "../contract.js";
import type { CallInfo } from "../masking/call-info.js";
import { ErrorMap, type ErrorMapping } from "../masking/error-map.js";
import { type Masking, type MaskingOptions, maskingOf } from "../masking/mask.js";
import {
  checkCatalogs,
  checkContracts,
  checkErrorMap,
  checkFunctions,
  checkOptions,
  type OptionNames,
  refuseOption,
} from "../platform/options.js";
import type { RichError } from "../rich-error.js";
import { Extras, type ExtrasOptions } from "./extras/extras.js";
import type { ServerTelemetry } from "./telemetry.js";

/** Options for `richErrorServerInterceptor`. All of them may be left out. */
export interface RichErrorServerOptions<Thrown extends readonly unknown[] = readonly unknown[]>
  extends ExtrasOptions,
    MaskingOptions {
  /**
   * The errors of other servers that this server forwards to its clients. By
   * default, none.
   *
   * Errors that your handlers make need not be listed.
   */
  readonly catalogs?: readonly Catalog[];
  /**
   * The contracts of the services, which name the errors of each method. By
   * default, none.
   *
   * - An error of a handler that its contract does not name is reported with
   *   `outsideContract`. Errors of interceptors, of grpc-js and of handlers without
   *   `richHandlers` are not checked.
   * - An error of another server is forwarded if the contract of the method names
   *   it, as if it were in `catalogs`.
   */
  readonly contracts?: readonly ServiceContract[];
  /** Whether errors that the contract of their method does not name are masked. By default, they are only reported. */
  readonly strictContracts?: boolean;
  /**
   * Turns errors of other libraries into errors that clients understand. By
   * default, the interceptor masks errors of other libraries.
   *
   * Each entry is a pair: a class or a predicate, and a function that returns a
   * `RichError`.
   *
   * ```ts
   * map: [
   *   [LockTimeoutError, () => new CornersBusyError({ retryDelay: 200 })],
   *   [isUniqueViolation, ({ table }) => new OrderExistsError({ table })],
   *   ...systemErrors,
   * ]
   * ```
   *
   * - The map sees everything except a `RichError` that this process made. It also
   *   sees errors of other servers, before `catalogs` does.
   * - The first match decides. An entry that can never match is refused: a second
   *   one for the same class or predicate, or a subclass after its superclass.
   * - If the function throws or returns anything but a `RichError`, the error is
   *   masked, and `problems` of `onError` says why.
   * - The original error is not kept. Pass it as `cause` if you need it.
   * - `grpc-rich-errors/mappings` has ready entries.
   */
  readonly map?: { readonly [Entry in keyof Thrown]: ErrorMapping<Thrown[Entry]> };
  /**
   * Whether plain statuses pass with their metadata, `grpc-status-details-bin` included:
   * `{ code, details, metadata }` of a handler, and an `Error` with a `code` and `metadata`.
   * Use it on servers whose handlers pack statuses themselves. By default, code and text pass,
   * and so does the trailer of an error that `catalogs` has. `problems` of `onError` names
   * what is left out.
   *
   * - The trailer is sent byte for byte, if it is a `google.rpc.Status` and fits into `maxHeaderBytes`.
   * - Metadata that is known to come from another server never passes.
   * - Trailers that `richHandlers` gets as the third argument of a callback always pass.
   */
  readonly passStatusMetadata?: boolean;
  /**
   * Checks whether a caller gets the fields of details that are marked `debug_redact` in their proto, and the facts that
   * `redactInfo` names. By default, no caller gets them. Called only for errors that have such fields or facts.
   *
   * ```ts
   * sendRedacted: ({ metadata }) => isSupportEngineer(metadata.get("authorization")),
   * ```
   *
   * If the function throws, the fields are left out, and `problems` of `onError` says why.
   */
  readonly sendRedacted?: (call: CallInfo) => boolean;
  /**
   * The largest header block of an error, in bytes as HTTP/2 counts them: from
   * 1,024 to 60,000. By default, 4,096.
   *
   * A proxy with buffers of one page answers a larger block with 502, which clients
   * see as `UNAVAILABLE`. Without a proxy, 8,192 is safe. Beyond that, peers in C++,
   * Python and Ruby lose errors at random. A client of grpc-js hangs beyond 60,000.
   *
   * Parts that do not fit are dropped or cut in a fixed order: DebugInfo, Help,
   * LocalizedMessage, the message beyond 1,024 bytes, the last violations, trailers,
   * other extras, the detail, RetryInfo, the rest of the message. Code, reason and
   * domain stay, but a reason over 63 bytes, a domain over 253 bytes and more than
   * 121 trailers are never sent.
   *
   * The client finds the names of the missing parts in `shed` of the error.
   */
  readonly maxHeaderBytes?: number;
  /**
   * Whether an uncaught exception ends the call that caused it. By default, it
   * crashes the process, as in any Node program.
   *
   * This covers exceptions in timers, in listeners on other emitters, in promises
   * that nobody awaits, and in the factory or `start` of another interceptor. It
   * does not cover `queueMicrotask`, where Node loses the call.
   *
   * Every call runs in an asynchronous context of its own, which costs some
   * processor time. The process gets an `"uncaughtException"` listener. An exception
   * that belongs to no call still crashes the process, unless there are other such
   * listeners. After an unexpected exception, state that calls share may be broken.
   */
  readonly containUncaught?: boolean;
  /**
   * Whether errors carry the trailer `grpc-retry-pushback-ms`, which steers clients
   * that retry by themselves. By default, they do not.
   *
   * - Such a client does not retry an error whose declaration asks for a recovery
   *   other than `RETRY` and `BACK_OFF_AND_RETRY`, or says that the request took or
   *   may have taken effect.
   * - It waits for the time in the RetryInfo of any other error.
   */
  readonly retryPushback?: boolean;
  /**
   * Called for every failed call, after its status is sent. May be async.
   * Whatever it throws or rejects with is ignored.
   *
   * - It is also called for failures that arrive too late (`late: true`).
   * - It is also called for failures that grpc-js answers itself: passed deadlines,
   *   responses that cannot be serialized or are too large, and requests that cannot
   *   be read or are too large. grpc-js does not distinguish the last two. Over a Unix socket,
   *   requests and responses that are too large look like a cancelled call, and are
   *   not reported.
   * - It is not called if a client cancels a call while nothing fails, nor for
   *   methods that the server does not have.
   */
  readonly onError?: (call: FailedCall) => void;
  /** Watches all calls: `serverTelemetry()` of `grpc-rich-errors/opentelemetry`. By default, calls are not watched. */
  readonly telemetry?: ServerTelemetry;
}

/** A failed call, as `onError` gets it. */
export interface FailedCall extends CallInfo {
  /** The value that the handler failed with, or the failure itself if the handler did not fail. */
  readonly error: unknown;
  /** The error that the client gets. Details that could not be packed are in its `issues`. */
  readonly sent: RichError;
  /** Whether the error was not meant for the client, which got `INTERNAL` and the request id instead. */
  readonly masked: boolean;
  /** Whether the contract of the method does not name the error. With `strictContracts`, such an error is masked. */
  readonly outsideContract: boolean;
  /**
   * Whether the failure came too late for the client: the call already had its
   * response, was cancelled, or was past its deadline. `sent` is the error that the
   * client would have got.
   */
  readonly late: boolean;
  /** The parts of the error that did not fit: some names, then the number of the others (`"+7997"`). */
  readonly shed: readonly string[];
  /**
   * Why another server's error or a plain status was masked, what was left out of
   * the error, which of your functions failed, and which trailers HTTP/2 cannot carry.
   */
  readonly problems: readonly Error[];
}

const OPTIONS: OptionNames<RichErrorServerOptions> = {
  catalogs: true,
  contracts: true,
  strictContracts: true,
  map: true,
  maxHeaderBytes: true,
  containUncaught: true,
  retryPushback: true,
  sendRedacted: true,
  onError: true,
  telemetry: true,
  requestInfo: true,
  debug: true,
  messages: true,
  help: true,
  maskPlainStatuses: true,
  passStatusMetadata: true,
  forwardDetails: true,
};

/** What to write instead of a wrong value. */
const CALL = "(call) => …";
const FUNCTIONS = { onError: CALL, sendRedacted: CALL, telemetry: "serverTelemetry()", debug: CALL };

/**
 * Checks the options before they are used.
 *
 * @param where the name of the function that has them, for messages
 * @throws TypeError if an option is unknown or has a value of the wrong type
 * @throws RangeError if `maxHeaderBytes` is too small or too large
 */
export function checkServerOptions<Thrown extends readonly unknown[]>(
  options: RichErrorServerOptions<Thrown>,
  where = "richErrorServerInterceptor",
): void {
  checkOptions(where, options, OPTIONS);
  const { catalogs, contracts, map, maxHeaderBytes } = options;
  checkCatalogs(where, catalogs);
  checkContracts(where, contracts);
  checkErrorMap(where, map);
  checkFunctions(where, options, FUNCTIONS);
  if (maxHeaderBytes === undefined) return;
  const range = `a whole number from ${LEAST_BUDGET} to ${MOST_BUDGET}`;
  const instead = "write maxHeaderBytes: 8192";
  if (typeof maxHeaderBytes !== "number") refuseOption(where, "maxHeaderBytes", maxHeaderBytes, range, instead);
  if (Number.isInteger(maxHeaderBytes) && maxHeaderBytes >= LEAST_BUDGET && maxHeaderBytes <= MOST_BUDGET) return;
  throw new RangeError(`${where}: maxHeaderBytes is ${maxHeaderBytes}, not ${range}; ${instead}`);
}

/** The options of a server with their defaults filled in. */
export interface ResolvedOptions {
  readonly catalogs: readonly Catalog[];
  readonly map: ErrorMap;
  readonly masking: Masking;
  readonly maxHeaderBytes: number;
  /** The details that every error gets. `undefined` if no option asks for any. */
  readonly extras: Extras | undefined;
  readonly retryPushback: boolean;
  readonly sendRedacted: ((call: CallInfo) => boolean) | undefined;
  /** The contract, in the options of a method that has one. */
  readonly contract?: ContractCheck;
  readonly onError: ((call: FailedCall) => unknown) | undefined;
  readonly telemetry: ServerTelemetry | undefined;
  readonly containUncaught: boolean;
}

/** The contract of a method, and what happens to an error that it does not name. */
export interface ContractCheck {
  readonly contract: MethodContract;
  /** Whether the error is masked. If not, it is only reported. */
  readonly strict: boolean;
}

/**
 * Fills in the defaults.
 *
 * @throws TypeError if `map` has an entry that is malformed or can never match, or
 *   `messages` a language that is not a language tag
 */
export function resolveOptions<Thrown extends readonly unknown[]>(
  options: RichErrorServerOptions<Thrown>,
): ResolvedOptions {
  const { catalogs = [], map = [], maxHeaderBytes = DEFAULT_BUDGET, sendRedacted, onError, telemetry } = options;
  const { retryPushback = false, containUncaught = false, requestInfo, debug, messages, help } = options;
  const extras = requestInfo || debug || messages || help ? new Extras(options, maxHeaderBytes) : undefined;
  const masking = maskingOf(options, options.passStatusMetadata ?? false);
  return {
    catalogs,
    map: new ErrorMap(map),
    masking,
    maxHeaderBytes,
    extras,
    retryPushback,
    sendRedacted,
    onError,
    telemetry,
    containUncaught,
  };
}

let defaults: ResolvedOptions | undefined;

/** Returns the options of handlers that run without an interceptor. */
export function defaultOptions(): ResolvedOptions {
  defaults ??= resolveOptions({});
  return defaults;
}

/** Returns the options of each method that has a contract, by the method's path: the server's, and the contract. */
export function optionsOfMethods(
  contracts: readonly ServiceContract[],
  strict: boolean,
  options: ResolvedOptions,
): ReadonlyMap<string, ResolvedOptions> {
  const methods: MethodContract[] = contracts
    .flatMap((contract) => Object.values(contract))
    // The contract has the other methods only for their idempotency_level.
    .filter(({ errors }) => errors.length > 0);
  return new Map(
    methods.map((contract) => {
      const catalogs = [...options.catalogs, new Catalog(contract.errors)];
      return [contract.path, { ...options, catalogs, contract: { contract, strict } }];
    }),
  );
}
