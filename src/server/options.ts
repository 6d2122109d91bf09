import { Catalog } from "../catalog.js";
import { isErrorOf, type MethodContract, type ServiceContract } from "../contract.js";
import { ErrorMap, type ErrorMapping } from "../masking/error-map.js";
import {
  type Decision,
  type Failure,
  type Masking,
  type MaskingOptions,
  maskedDecision,
  maskingOf,
} from "../masking/mask.js";
import { checkCatalogs, checkContract, checkOptions, describeKind, type OptionNames } from "../platform/options.js";
import { LEAST_BUDGET, MOST_BUDGET } from "./budget/fit.js";
import type { FailedCall } from "./call-report.js";
import { Extras, type ExtrasOptions } from "./extras/extras.js";

/** How a server's boundary behaves. */
export interface RichErrorServerOptions<Thrown extends readonly unknown[] = readonly unknown[]>
  extends ExtrasOptions,
    MaskingOptions {
  /**
   * The errors that this server may answer. By default, none.
   *
   * Errors that its handlers make need not be here. An error that came from
   * another server goes on to the client only if it is.
   */
  readonly catalogs?: readonly Catalog[];
  /**
   * The contracts of the services, which say what each method may answer. By default, none.
   *
   * An error that came from another server goes on to the client if the contract
   * of the method names it, as if it were in `catalogs`. What a handler fails with
   * that its contract does not name is reported as such; errors of interceptors,
   * of grpc-js and of handlers without `richHandlers` belong to no method.
   */
  readonly contracts?: readonly ServiceContract[];
  /** Masks errors that the contract of their method does not name. By default, they are only reported. */
  readonly strictContracts?: boolean;
  /**
   * What errors of other libraries become, as pairs of a class or predicate and
   * of a function that makes the RichError. By default, they are masked.
   *
   * ```ts
   * map: [
   *   [LockTimeoutError, () => new CornersBusyError({ retryDelay: 200 })],
   *   [isUniqueViolation, ({ table }) => new OrderExistsError({ table })],
   *   ...systemErrors,
   * ]
   * ```
   *
   * - It is asked about everything that is not a RichError of this process,
   *   errors of other servers among them, before anything else is.
   * - The first entry decides. One that is never reached is refused: a second
   *   for the same class or predicate, a subclass behind its superclass.
   * - If the function throws, or makes no RichError, the error is masked, and
   *   `onError` has the reason in `problems`.
   * - What was thrown is not kept: give it as `cause` where it is wanted.
   * - Ready entries are in `grpc-rich-errors/mappings`.
   */
  readonly map?: { readonly [Entry in keyof Thrown]: ErrorMapping<Thrown[Entry]> };
  /**
   * How large the header block of an error may be, in bytes as HTTP/2 counts
   * them. By default, 4,096: a proxy with buffers of one page answers 502 for a
   * larger one, which clients take for UNAVAILABLE. 8,192 does where no proxy is
   * in between; above, peers in C++, Python and Ruby lose errors at random. It may
   * be from 1,024 to 60,000: a client of grpc-js hangs over a larger value.
   *
   * What does not fit is left out or cut, in a fixed order: DebugInfo, Help,
   * LocalizedMessage, the message beyond 1,024 bytes, the last violations,
   * trailers, other extras, the detail, RetryInfo, the rest of the message, and
   * never code, reason and domain. A reason of more than 63 bytes and a domain of
   * more than 253 are never sent, though, and neither are more than 121 trailers.
   *
   * The client finds what was left out in `ErrorInfo.metadata` under `shed`:
   * some names, separated by commas, and the count of all others (`+7997`).
   */
  readonly maxHeaderBytes?: number;
  /**
   * Ends a call, and not the process, with what is thrown in its name where
   * nobody can catch it: in a timer, in a listener of something else than the
   * call, in a promise that nobody waits for, in the factory or `start` of another
   * interceptor. By default, the process ends of it,
   * as Node has it.
   *
   * Every call runs in an asynchronous context of its own for this, which costs
   * some processor time, and the process gets a listener for
   * `"uncaughtException"`. What a microtask throws (`queueMicrotask`) is in no
   * context, and still ends the process; so does what belongs to no call, unless
   * there are other such listeners. After an exception that nobody expected, the
   * state that calls share may be what nobody expected either.
   */
  readonly containUncaught?: boolean;
  /**
   * Errors have a say in the retries that clients make by themselves, by a
   * trailer `grpc-retry-pushback-ms`. By default, they have none.
   *
   * - An error whose declaration asks for anything else than `RETRY` and
   *   `BACK_OFF_AND_RETRY`, or says that the request took effect or may have,
   *   stops such retries.
   * - Any other error with a RetryInfo has them wait so long.
   */
  readonly retryPushback?: boolean;
  /**
   * Told of every failure, with what the handler failed with, when the client
   * has its status. May be async. What it throws or rejects with is ignored.
   *
   * - A failure that comes too late for the client has `late`: the call was
   *   answered, or cancelled, or its deadline had passed.
   * - So that it hears of them, too: deadlines, responses that cannot be serialized
   *   or are too large, requests that cannot be read or are too large. Between
   *   the last two grpc-js makes no difference that could be seen, and over a
   *   Unix socket none between a cancelled call and one of these but the first two.
   * - It does not hear of calls that a client cancels while nothing fails, nor of
   *   methods that the server does not have: grpc-js asks no interceptor there.
   */
  readonly onError?: (call: FailedCall) => void;
}

const OPTIONS: OptionNames<RichErrorServerOptions> = {
  catalogs: true,
  contracts: true,
  strictContracts: true,
  map: true,
  maxHeaderBytes: true,
  containUncaught: true,
  retryPushback: true,
  onError: true,
  requestInfo: true,
  debug: true,
  messages: true,
  help: true,
  maskPlainStatuses: true,
  forwardDetails: true,
};

const WHERE = "richErrorServerInterceptor";

/**
 * Refuses options that would do something else than what was meant, or nothing.
 *
 * @throws TypeError for an option that is not known, and a value of another type
 * @throws RangeError for a budget that is too small or too large
 */
export function checkServerOptions<Thrown extends readonly unknown[]>(options: RichErrorServerOptions<Thrown>): void {
  checkOptions(WHERE, options, OPTIONS);
  const { catalogs, contracts = [], map = [], maxHeaderBytes, onError, debug } = options;
  checkCatalogs(WHERE, catalogs);
  if (!Array.isArray(contracts)) refuse("contracts", contracts, "an array", "contracts: [OrdersContract]");
  for (const [index, contract] of contracts.entries()) checkContract(`${WHERE}: contracts[${index}]`, contract);
  if (!Array.isArray(map)) refuse("map", map, "an array", "map: [[SomeError, () => new OtherError()]]");
  for (const [name, value] of Object.entries({ onError, debug })) {
    if (value !== undefined && typeof value !== "function") refuse(name, value, "a function", `${name}: (call) => …`);
  }
  checkBudget(maxHeaderBytes);
}

function checkBudget(given: unknown): void {
  if (given === undefined) return;
  const range = `a whole number from ${LEAST_BUDGET} to ${MOST_BUDGET}`;
  if (typeof given !== "number") refuse("maxHeaderBytes", given, range, "maxHeaderBytes: 8192");
  if (Number.isInteger(given) && given >= LEAST_BUDGET && given <= MOST_BUDGET) return;
  throw new RangeError(`${WHERE}: maxHeaderBytes is ${given}, not ${range}; write maxHeaderBytes: 8192`);
}

function refuse(name: string, value: unknown, wanted: string, instead: string): never {
  throw new TypeError(`${WHERE}: ${name} is ${describeKind(value)}, not ${wanted}; write ${instead}`);
}

/** What a server lets out, and whom it tells. */
export interface ResolvedOptions {
  /** The errors of other servers that go on to the client. */
  readonly catalogs: readonly Catalog[];
  /** What errors that are not ours become. */
  readonly map: ErrorMap;
  /** What is masked besides, and what is forwarded of other servers' errors. */
  readonly masking: Masking;
  /** How large the header block of an error may be, in bytes. */
  readonly maxHeaderBytes: number;
  /** What is added to errors; nothing if no option asks for anything. */
  readonly extras: Extras | undefined;
  /** Errors go with a say in the retries that clients make by themselves. */
  readonly retryPushback: boolean;
  /** What the errors of the method are held against; nothing if it has no contract. */
  readonly contractOptions?: ContractOptions;
  readonly onError: ((call: FailedCall) => unknown) | undefined;
  /** What is thrown in the name of a call where nobody can catch it ends the call. */
  readonly containUncaught: boolean;
}

/** What the errors of a method are held against. */
interface ContractOptions {
  readonly contract: MethodContract;
  /** Errors outside of the contract are masked, and not only reported. */
  readonly strict: boolean;
}

/**
 * The policy that the options of an interceptor ask for.
 *
 * @throws TypeError if an entry of the error map is none, or is never reached,
 *   or if there are messages in a language that is none
 */
export function resolveOptions<Thrown extends readonly unknown[]>(
  options: RichErrorServerOptions<Thrown>,
): ResolvedOptions {
  const { catalogs = [], map = [], maxHeaderBytes = 4096, onError } = options;
  const { retryPushback = false, containUncaught = false, requestInfo, debug, messages, help } = options;
  const extras = requestInfo || debug || messages || help ? new Extras(options, maxHeaderBytes) : undefined;
  const masking = maskingOf(options);
  return { catalogs, map: new ErrorMap(map), masking, maxHeaderBytes, extras, retryPushback, onError, containUncaught };
}

/** What a server lets out that has no interceptor to say so. */
export const DEFAULT_OPTIONS: ResolvedOptions = resolveOptions({});

/**
 * What a server lets out of each method that has a contract, by the method's
 * path: as of any other, and the errors that the contract names, whoever made them.
 */
export function optionsOfMethods(
  contracts: readonly ServiceContract[],
  strict: boolean,
  policy: ResolvedOptions,
): ReadonlyMap<string, ResolvedOptions> {
  const methods: MethodContract[] = contracts.flatMap((contract) => Object.values(contract));
  return new Map(
    methods.map((contract) => {
      const catalogs = [...policy.catalogs, new Catalog(contract.errors)];
      return [contract.path, { ...policy, catalogs, contractOptions: { contract, strict } }];
    }),
  );
}

/** Holds what a client is to learn of a failure against the contract of the method. */
export function applyContract(
  contractOptions: ContractOptions | undefined,
  decision: Decision,
  failure: Failure,
): Decision {
  if (!contractOptions || decision.masked || isErrorOf(contractOptions.contract, decision.sent)) return decision;
  return { ...(contractOptions.strict ? maskedDecision(failure, decision.problems) : decision), outsideContract: true };
}
