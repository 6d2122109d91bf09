import type { Issue } from "../issue.js";
import { describeValue, isObject, isPlain, quote } from "./values.js";

/** The names of all options that a function takes. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/**
 * Refuses options that a function does not know, and would pass over in silence.
 *
 * - Options that are undefined, as a whole or one by one, are left out.
 * - An instance of a class may have more members than are meant as options.
 *
 * @param where the function, for the message
 * @throws TypeError with the name that was likely meant
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
      throw new TypeError(`${where}: the option ${quote(name)} is not known; ${instead}`);
    }
  }
}

/**
 * The names among an error's options that are not known, as issues: an error
 * that is made must be thrown, and not another in its place. Never throws.
 */
export function unknownOptions(options: unknown, names: Readonly<Record<string, true>>): readonly Issue[] {
  try {
    if (!isObject(options) || !isPlain(options)) return [];
    return Object.keys(options)
      .filter((name) => !Object.hasOwn(names, name))
      .map((name) => {
        const message = `the option ${quote(name)} is not known; ${insteadOf(name, Object.keys(names))}`;
        return { kind: "unknown-option", message };
      });
  } catch {
    return [];
  }
}

/** What to write instead of a name that is not known. */
export function insteadOf(name: string, names: readonly string[]): string {
  const near = nearestName(name, names);
  return near === undefined ? `write ${listOf(names)}` : `write ${quote(near)}`;
}

/**
 * Refuses what is no list of catalogs.
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
 * Refuses what is no catalog. One may be of another copy of this package.
 *
 * @param what how the value is called, for the message
 * @throws TypeError
 */
export function checkCatalog(what: string, catalog: unknown): void {
  if (isCatalog(catalog)) return;
  const hint =
    isObject(catalog) && isCatalog(Reflect.get(catalog, "catalog"))
      ? "give its property catalog"
      : "give the catalog of generated code or of Catalog.of";
  throw new TypeError(`${what} is ${describeValue(catalog)}, not a catalog; ${hint}`);
}

function isCatalog(value: unknown): boolean {
  return isObject(value) && "categories" in value && Symbol.iterator in value;
}

/**
 * Refuses what is no contract of a service.
 *
 * @param what how the value is called, for the message
 * @throws TypeError
 */
export function checkContract(what: string, contract: unknown): void {
  const methods: readonly unknown[] = isObject(contract) && !Array.isArray(contract) ? Object.values(contract) : [null];
  if (methods.every(isMethodContract)) return;
  throw new TypeError(
    `${what} is ${describeValue(contract)}, not a contract; give one of generated code: OrdersContract`,
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

/** The name that was likely meant: one that differs in two letters at most, or that begins in the same way. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  const lower = written.toLowerCase();
  const begins = (name: string) => lower !== "" && (name.startsWith(lower) || lower.startsWith(name));
  const lowerNames = names.map((name) => name.toLowerCase());
  const beginning = lowerNames.findIndex(begins);
  return names[beginning < 0 ? lowerNames.findIndex((name) => distance(lower, name) <= 2) : beginning];
}

/** How many letters are to be added, left out or replaced to make one word of another. */
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
