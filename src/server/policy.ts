import type { Catalog } from "../catalog.js";
import type { MethodContract } from "../contract.js";
import { ErrorMap } from "../masking/error-map.js";
import { type Masking, maskingOf } from "../masking/options.js";
import { Extras } from "./extras.js";
import type { FailedCall } from "./failed-call.js";
import type { RichErrorServerOptions } from "./options.js";

/** What a server lets out, and whom it tells. */
export interface Policy {
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
  readonly terms?: Terms;
  readonly onError: ((call: FailedCall) => unknown) | undefined;
  /** What is thrown in the name of a call where nobody can catch it ends the call. */
  readonly containUncaught: boolean;
}

/** What the errors of a method are held against. */
export interface Terms {
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
export function policyOf<Thrown extends readonly unknown[]>(options: RichErrorServerOptions<Thrown>): Policy {
  const { catalogs = [], map = [], maxHeaderBytes = 4096, onError } = options;
  const { retryPushback = false, containUncaught = false, requestInfo, debug, messages, help } = options;
  const extras = requestInfo || debug || messages || help ? new Extras(options, maxHeaderBytes) : undefined;
  const masking = maskingOf(options);
  return { catalogs, map: new ErrorMap(map), masking, maxHeaderBytes, extras, retryPushback, onError, containUncaught };
}

/** What a server lets out that has no interceptor to say so. */
export const DEFAULT_POLICY: Policy = policyOf({});
