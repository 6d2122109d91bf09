import type { Issue } from "../issue.js";
import { insteadOf, listOf } from "./names.js";
import { describeValue, isObject, isPlain, quote } from "./values.js";

/** The names of all options of a function. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/**
 * Refuses unknown options, which a function would otherwise ignore.
 *
 * - `undefined` counts as no options.
 * - An instance of a class may have other members than options.
 *
 * @param where the name of the function, for the message
 * @throws TypeError that suggests the nearest name
 */
export function checkOptions<Options extends object>(
  where: string,
  options: Options | undefined,
  names: OptionNames<Options>,
): void {
  const given: unknown = options;
  if (given === undefined) return;
  if (!isObject(given) || Array.isArray(given)) {
    const all = listOf(Object.keys(names));
    throw new TypeError(`${where}: the options are ${describeValue(given)}; write an object with ${all}`);
  }
  if (!isPlain(given)) return;
  for (const name in given) {
    if (!Object.hasOwn(names, name) && Object.hasOwn(given, name)) {
      const instead = insteadOf(name, Object.keys(names));
      throw new TypeError(`${where}: the option ${quote(name)} is unknown; ${instead}`);
    }
  }
}

/**
 * Returns an issue for each unknown option of an error. The constructor of an error must not throw another error.
 * Never throws.
 */
export function unknownOptions(options: unknown, names: Readonly<Record<string, true>>): readonly Issue[] {
  try {
    if (!isObject(options) || !isPlain(options)) return [];
    return Object.keys(options)
      .filter((name) => !Object.hasOwn(names, name))
      .map((name) => {
        const message = `the option ${quote(name)} is unknown; ${insteadOf(name, Object.keys(names))}`;
        return { kind: "unknown-option", message };
      });
  } catch {
    return [];
  }
}

/**
 * Refuses the value of an option.
 *
 * @param wanted the kind of value that the option takes: `"an array"`
 * @param instead what to write: `"write catalogs: [catalog]"`
 * @throws TypeError always
 */
export function refuseOption(where: string, name: string, value: unknown, wanted: string, instead: string): never {
  throw new TypeError(`${where}: ${name} is ${describeValue(value)}, not ${wanted}; ${instead}`);
}

/**
 * Checks that a value is an array of catalogs.
 *
 * @throws TypeError
 */
export function checkCatalogs(where: string, catalogs: unknown): void {
  if (catalogs === undefined) return;
  if (!Array.isArray(catalogs)) refuseOption(where, "catalogs", catalogs, "an array", "write catalogs: [catalog]");
  for (const [index, catalog] of catalogs.entries()) checkCatalog(`${where}: catalogs[${index}]`, catalog);
}

/**
 * Checks that a value is a catalog. It may come from another copy of this package.
 *
 * @param what the name of the value, for the message
 * @throws TypeError
 */
export function checkCatalog(what: string, catalog: unknown): void {
  if (isCatalog(catalog)) return;
  const hint =
    isObject(catalog) && isCatalog(Reflect.get(catalog, "catalog"))
      ? "pass its property catalog"
      : "pass the catalog of generated code or of Catalog.of";
  throw new TypeError(`${what} is ${describeValue(catalog)}, not a catalog; ${hint}`);
}

function isCatalog(value: unknown): boolean {
  return isObject(value) && "categories" in value && Symbol.iterator in value;
}

/**
 * Checks that a value is the contract of a service.
 *
 * @param what the name of the value, for the message
 * @throws TypeError
 */
export function checkContract(what: string, contract: unknown): void {
  const methods: readonly unknown[] = isObject(contract) && !Array.isArray(contract) ? Object.values(contract) : [null];
  if (methods.every(isMethodContract)) return;
  throw new TypeError(
    `${what} is ${describeValue(contract)}, not a contract; pass a generated one, such as OrdersContract`,
  );
}

/**
 * Checks that a value is an array of contracts.
 *
 * @throws TypeError
 */
export function checkContracts(where: string, contracts: unknown): void {
  if (contracts === undefined) return;
  if (!Array.isArray(contracts)) {
    refuseOption(where, "contracts", contracts, "an array", "write contracts: [OrdersContract]");
  }
  for (const [index, contract] of contracts.entries()) checkContract(`${where}: contracts[${index}]`, contract);
}

/** Checks whether a value is the contract of a method. */
export function isMethodContract(value: unknown): boolean {
  return (
    isObject(value) && typeof Reflect.get(value, "path") === "string" && Array.isArray(Reflect.get(value, "errors"))
  );
}

/**
 * Checks the options that are functions.
 *
 * @param examples what to write for each of them, by its name
 * @throws TypeError
 */
export function checkFunctions<Options extends object>(
  where: string,
  options: Options,
  examples: Partial<Readonly<Record<keyof Options & string, string>>>,
): void {
  for (const [name, example] of Object.entries(examples)) {
    const value: unknown = Reflect.get(options, name);
    if (value === undefined || typeof value === "function") continue;
    refuseOption(where, name, value, "a function", `write ${name}: ${example}`);
  }
}

/** Checks that the map of errors is an array, whose entries `ErrorMap` checks. */
export function checkErrorMap(where: string, map: unknown): void {
  if (map === undefined || Array.isArray(map)) return;
  refuseOption(where, "map", map, "an array", "write map: [[SomeError, () => new OtherError()]]");
}
