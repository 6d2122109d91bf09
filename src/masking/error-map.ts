import { isThenable } from "../platform/values.js";
import { RichError } from "../rich-error.js";

/** The condition of an error map's entry: a class, or a predicate that narrows the type of a value. */
export type ErrorMatcher<T> = (abstract new (...args: never[]) => T) | ((thrown: unknown) => thrown is T);

/** An entry of an error map: which values it matches, and the error that the client gets instead. */
export type ErrorMapping<T> = readonly [matches: ErrorMatcher<T>, toRichError: (thrown: T) => RichError];

/** An entry of an error map, for values of any type. */
export type AnyErrorMapping = readonly [matches: ErrorMatcher<unknown>, toRichError: (thrown: never) => RichError];

/** The result of mapping a value. */
export interface MappingResult {
  /** Whether an entry matches the value. */
  readonly found: boolean;
  /** The error that the client gets. It is `undefined` if no entry matches or the matching entry failed. */
  readonly error: RichError | undefined;
  /** The failures of the map's own functions. */
  readonly problems: readonly Error[];
}

interface Entry {
  readonly name: string;
  readonly matches: (thrown: unknown) => unknown;
  readonly toRichError: (thrown: unknown) => unknown;
}

/** Replaces errors of other libraries with RichErrors. The first entry that matches a value decides. */
export class ErrorMap {
  readonly #entries: readonly Entry[];

  /**
   * @throws TypeError if an entry is not a pair of functions, or can never match because
   *   an earlier entry has the same matcher or a superclass
   */
  constructor(mappings: readonly AnyErrorMapping[]) {
    this.#entries = mappings.map(entryOf);
    for (const [index, [later]] of mappings.entries()) {
      for (const [before, [earlier]] of mappings.slice(0, index).entries()) checkReached(earlier, before, later, index);
    }
  }

  /** Maps a value. Never throws, even if a function of the map does. */
  map(thrown: unknown): MappingResult {
    const problems: Error[] = [];
    for (const { name, matches, toRichError } of this.#entries) {
      try {
        const isMatch = matches(thrown);
        if (isThenable(isMatch)) {
          ignoreRejection(isMatch);
          problems.push(new TypeError(`error map entry ${name} has an async predicate; make it synchronous`));
        }
        if (isMatch !== true) continue;
      } catch (cause) {
        problems.push(new Error(`error map entry ${name} threw in its predicate`, { cause }));
        continue;
      }
      try {
        const error = toRichError(thrown);
        if (error instanceof RichError) return { found: true, error, problems };
        if (isThenable(error)) ignoreRejection(error);
        problems.push(new TypeError(`error map entry ${name} did not return a RichError`));
      } catch (cause) {
        problems.push(new Error(`error map entry ${name} threw instead of returning a RichError`, { cause }));
      }
      return { found: true, error: undefined, problems };
    }
    return { found: false, error: undefined, problems };
  }
}

/** The functions of a map must be synchronous. A rejection of an async one must not crash the process. */
function ignoreRejection(promise: PromiseLike<unknown>): void {
  promise.then(undefined, () => {});
}

function entryOf(mapping: AnyErrorMapping, index: number): Entry {
  const [matcher, toRichError]: readonly unknown[] = Array.isArray(mapping) ? mapping : [];
  if (typeof matcher !== "function" || typeof toRichError !== "function") {
    throw new TypeError(
      `error map entry ${index} is not a pair of functions; ` +
        "write [SomeErrorClass or a predicate, (error) => new YourRichError()]",
    );
  }
  return {
    name: nameOf(matcher),
    matches: isClass(matcher)
      ? (thrown) => thrown instanceof matcher
      : (thrown) => Reflect.apply(matcher, undefined, [thrown]),
    toRichError: (thrown) => Reflect.apply(toRichError, undefined, [thrown]),
  };
}

/** @throws TypeError if the earlier entry matches everything that the later one matches */
function checkReached(
  earlier: ErrorMatcher<unknown>,
  earlierIndex: number,
  later: ErrorMatcher<unknown>,
  laterIndex: number,
): void {
  const place = `error map entry ${laterIndex} (${nameOf(later)}) is never reached, because entry ${earlierIndex}`;
  if (earlier === later) throw new TypeError(`${place} matches the same values; remove one of them`);
  if (!isClass(earlier) || !isClass(later)) return;
  // `instanceof` would run a class's own `Symbol.hasInstance`.
  if (!Object.prototype.isPrototypeOf.call(earlier.prototype, later.prototype)) return;
  throw new TypeError(`${place} matches its superclass ${nameOf(earlier)}; put the subclass first`);
}

type Class = (abstract new (...args: never[]) => unknown) & { readonly prototype: object };

/**
 * Checks whether a matcher is a class and not a predicate: its prototype is read-only or
 * that of an error, or it has its own `Symbol.hasInstance`.
 */
function isClass(matcher: unknown): matcher is Class {
  if (typeof matcher !== "function") return false;
  const prototype = Object.getOwnPropertyDescriptor(matcher, "prototype");
  if (!prototype) return false;
  return !prototype.writable || prototype.value instanceof Error || Object.hasOwn(matcher, Symbol.hasInstance);
}

function nameOf({ name }: { readonly name: string }): string {
  return name || "<anonymous>";
}
