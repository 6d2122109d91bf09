import { Catalog } from "../catalog.js";
import { isErrorOf, type MethodContract, type ServiceContract } from "../contract.js";
import { type Failure, mask, type Verdict } from "../masking/mask.js";
import type { Policy, Terms } from "./policy.js";

/**
 * What a server lets out of each method that has a contract, by the method's
 * path: as of any other, and the errors that the contract names, whoever made them.
 */
export function policiesOf(
  contracts: readonly ServiceContract[],
  strict: boolean,
  policy: Policy,
): ReadonlyMap<string, Policy> {
  const methods: MethodContract[] = contracts.flatMap((contract) => Object.values(contract));
  return new Map(
    methods.map((contract) => {
      const catalogs = [...policy.catalogs, new Catalog(contract.errors)];
      return [contract.path, { ...policy, catalogs, terms: { contract, strict } }];
    }),
  );
}

/** Holds what a client is to learn of a failure against the contract of the method. */
export function holdTo(terms: Terms | undefined, verdict: Verdict, failure: Failure): Verdict {
  if (!terms || verdict.masked || isErrorOf(terms.contract, verdict.sent)) return verdict;
  return { ...(terms.strict ? mask(failure, verdict.problems) : verdict), outsideContract: true };
}
