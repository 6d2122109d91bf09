import { checkCatalogs, checkContract, checkOptions, describeKind, type OptionNames } from "../platform/options.js";
import { LEAST_BUDGET, MOST_BUDGET } from "./budget.js";
import type { RichErrorServerOptions } from "./options.js";

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
