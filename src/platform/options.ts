import type { Issue } from "../issue.js";
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

/** Returns the advice for an unknown name: the nearest name, or all names. */
export function insteadOf(name: string, names: readonly string[]): string {
  const near = nearestName(name, names);
  return near === undefined ? `write ${listOf(names)}` : `write ${quote(near)}`;
}

/**
 * Checks that a value is an array of catalogs.
 *
 * @throws TypeError
 */
export function checkCatalogs(where: string, catalogs: unknown): void {
  if (catalogs === undefined) return;
  if (!Array.isArray(catalogs)) {
    throw new TypeError(`${where}: catalogs is ${describeValue(catalogs)}, not an array; write catalogs: [catalog]`);
  }
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

function isMethodContract(value: unknown): boolean {
  return (
    isObject(value) && typeof Reflect.get(value, "path") === "string" && Array.isArray(Reflect.get(value, "errors"))
  );
}

function listOf(names: readonly string[]): string {
  return names.map(quote).join(", ");
}

/**
 * Returns a name that begins in the same way, or the nearest one of those that differ in at most two letters and in fewer
 * than half of their own.
 */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  const lower = written.toLowerCase();
  const begins = (name: string) => lower !== "" && (name.startsWith(lower) || lower.startsWith(name));
  const lowerNames = names.map((name) => name.toLowerCase());
  const beginning = lowerNames.findIndex(begins);
  if (beginning >= 0) return names[beginning];
  const distances = lowerNames.map((name) => {
    const letters = distance(lower, name);
    return letters < name.length / 2 ? letters : Number.POSITIVE_INFINITY;
  });
  const least = Math.min(...distances);
  return least <= 2 ? names[distances.indexOf(least)] : undefined;
}

/** Returns the edit distance of two words: the number of letters to add, remove or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
