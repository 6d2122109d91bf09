import { Catalog } from "../catalog.js";
import { isErrorOf, type MethodContract, type ServiceContract } from "../contract.js";
import { ErrorMap } from "../masking/error-map.js";
import { type Decision, type Failure, mask } from "../masking/mask.js";
import { type Masking, maskingOf } from "../masking/options.js";
import type { FailedCall } from "./call-report.js";
import { Extras } from "./extras/extras.js";
import type { RichErrorServerOptions } from "./options.js";

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
  return { ...(contractOptions.strict ? mask(failure, decision.problems) : decision), outsideContract: true };
}
