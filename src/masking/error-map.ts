import { isThenable } from "../platform/values.js";
import { RichError } from "../rich-error.js";

/** What an entry of an error map is about: a class, or a function that tells a value's type. */
export type ErrorMatcher<T> = (abstract new (...args: never[]) => T) | ((thrown: unknown) => thrown is T);

/** An entry of an error map: what it is about, and what the client gets in its place. */
export type ErrorMapping<T> = readonly [matches: ErrorMatcher<T>, toRichError: (thrown: T) => RichError];

/** An entry of an error map, of whatever type. */
export type AnyErrorMapping = readonly [matches: ErrorMatcher<unknown>, toRichError: (thrown: never) => RichError];

/** What an error map makes of a value. */
export interface Mapped {
  /** An entry is about the value. */
  readonly found: boolean;
  /** What the client gets; none if there is no entry, or its function failed. */
  readonly error: RichError | undefined;
  /** What the functions of the map threw. */
  readonly problems: readonly Error[];
}

interface Entry {
  readonly name: string;
  readonly matches: (thrown: unknown) => unknown;
  readonly toRichError: (thrown: unknown) => unknown;
}

/** What errors of other libraries become at the boundary: the first entry that is about a value decides. */
export class ErrorMap {
  readonly #entries: readonly Entry[];

  /**
   * @throws TypeError if an entry is none, stands twice, or is never reached
   *   because an entry before it is about a superclass
   */
  constructor(mappings: readonly AnyErrorMapping[]) {
    this.#entries = mappings.map(entryOf);
    for (const [index, [later]] of mappings.entries()) {
      for (const [before, [earlier]] of mappings.slice(0, index).entries()) {
        const why = whyHidden(earlier, later);
        if (why) throw new TypeError(`entry ${index} of the error map is never reached: entry ${before} ${why}`);
      }
    }
  }

  /** Never throws, whatever the functions of the map do. */
  map(thrown: unknown): Mapped {
    const problems: Error[] = [];
    for (const { name, matches, toRichError } of this.#entries) {
      try {
        const answer = matches(thrown);
        if (isThenable(answer)) {
          // The process must not end of it.
          answer.then(undefined, () => {});
          problems.push(new TypeError(`a predicate of the error map must not be async: ${name}`));
        }
        if (answer !== true) continue;
      } catch (cause) {
        problems.push(new Error(`the error map cannot tell whether it was thrown: ${name}`, { cause }));
        continue;
      }
      try {
        const error = toRichError(thrown);
        if (error instanceof RichError) return { found: true, error, problems };
        // The function must not be async. If it is, the process must not end of it.
        if (isThenable(error)) error.then(undefined, () => {});
        problems.push(new TypeError(`the error map made no RichError of what was thrown: ${name}`));
      } catch (cause) {
        problems.push(new Error(`the error map failed at what was thrown: ${name}`, { cause }));
      }
      return { found: true, error: undefined, problems };
    }
    return { found: false, error: undefined, problems };
  }
}

function entryOf(mapping: AnyErrorMapping, index: number): Entry {
  const [matcher, toRichError]: readonly unknown[] = Array.isArray(mapping) ? mapping : [];
  if (typeof matcher !== "function" || typeof toRichError !== "function") {
    throw new TypeError(
      `entry ${index} of the error map is not a pair: a class or a predicate, and a function that makes a RichError`,
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

/** Why an entry is of no use behind another; nothing if it is. */
function whyHidden(earlier: ErrorMatcher<unknown>, later: ErrorMatcher<unknown>): string | undefined {
  if (earlier === later) return `is about ${nameOf(later)} too`;
  if (!isClass(earlier) || !isClass(later)) return undefined;
  // Not `instanceof`, for which a class may have rules of its own.
  if (!Object.prototype.isPrototypeOf.call(earlier.prototype, later.prototype)) return undefined;
  return `is about ${nameOf(earlier)}, of which ${nameOf(later)} is a subclass`;
}

type Class = (abstract new (...args: never[]) => unknown) & { readonly prototype: object };

/** Tells a class from a predicate: its prototype is fixed or that of errors, or it says itself what its instances are. */
function isClass(matcher: unknown): matcher is Class {
  if (typeof matcher !== "function") return false;
  const prototype = Object.getOwnPropertyDescriptor(matcher, "prototype");
  if (!prototype) return false;
  return !prototype.writable || prototype.value instanceof Error || Object.hasOwn(matcher, Symbol.hasInstance);
}

function nameOf({ name }: { readonly name: string }): string {
  return name || "a function without a name";
}
