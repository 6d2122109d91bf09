import { errorKey, type ListedError, type ListedMethod, type Location } from "../../reference/listing.js";
import type { CountedFact } from "../record.js";
import { Script } from "./branches.js";

/** What tests should do with an error: let a server throw it, let a client receive it, and let the program handle it. */
export const KINDS = ["thrown", "received", "handled"] as const;
export type Kind = (typeof KINDS)[number];

/** How often each of them happened. */
export type Counts = Readonly<Record<Kind, number>>;

/** One error, of all calls or of the contract of one method. */
export interface ErrorCoverage {
  /** The full name of the enum. */
  readonly enum: string;
  readonly reason: string;
  /** The declaration. `undefined` for an error that a contract names and no input declares. */
  readonly declared: ListedError | undefined;
  readonly counts: Counts;
  /** The files that read the reason or the name of this error, and have no branch for it. */
  readonly readIn: readonly string[];
}

/** The errors of the contract of one method. */
export interface MethodCoverage extends Location {
  /** The full name: `"shop.v1.Orders/GetOrder"`. */
  readonly name: string;
  readonly errors: readonly ErrorCoverage[];
}

/** What tests did with the errors that protos declare. */
export interface Coverage {
  /** Every error that an input declares or that a contract names. */
  readonly errors: readonly ErrorCoverage[];
  readonly methods: readonly MethodCoverage[];
}

/** The errors of some inputs. */
export interface Declared {
  readonly errors: readonly ListedError[];
  readonly methods: readonly ListedMethod[];
}

/**
 * Computes the coverage of errors from the facts of all processes.
 *
 * @param scriptOf returns the text of a script by its hash
 */
export function coverageOf(
  { errors, methods }: Declared,
  facts: readonly CountedFact[],
  scriptOf: (hash: string) => string | undefined,
): Coverage {
  const declared = new Map(errors.map((error) => [errorKey(error), error]));
  const named = new Map<string, Named>(declared);
  for (const error of methods.flatMap((method) => method.errors)) {
    if (!named.has(errorKey(error))) named.set(errorKey(error), error);
  }
  const branches = new Branches(scriptOf);
  const byError = new Map<string, CountedFact[]>();
  for (const fact of facts) {
    const others = byError.get(fact.error);
    if (others) others.push(fact);
    else byError.set(fact.error, [fact]);
  }
  const cover = (error: Named, path?: string): ErrorCoverage => {
    const key = errorKey(error);
    const all = byError.get(key) ?? [];
    const counted = branches.of(path === undefined ? all : all.filter(({ method }) => method === path));
    return { enum: error.enum, reason: error.reason, declared: declared.get(key), ...counted };
  };
  return {
    errors: [...named.values()].map((error) => cover(error)),
    methods: methods.map((method) => ({
      ...method,
      errors: method.errors.map((error) => cover(error, `/${method.name}`)),
    })),
  };
}

type Named = Pick<ListedError, "enum" | "reason">;

/** Tells reads that a branch follows from those that only look, such as a logger's. */
class Branches {
  readonly #scriptOf: (hash: string) => string | undefined;
  readonly #scripts = new Map<string, Script>();

  constructor(scriptOf: (hash: string) => string | undefined) {
    this.#scriptOf = scriptOf;
  }

  /** Counts the facts of one error. */
  of(facts: readonly CountedFact[]): Pick<ErrorCoverage, "counts" | "readIn"> {
    const ofKind = (kind: CountedFact["fact"]) => facts.filter(({ fact }) => fact === kind);
    const reads = ofKind("read");
    const handled = [...ofKind("matched"), ...reads.filter((fact) => this.#hasBranch(fact))];
    const others = reads.filter((fact) => !handled.includes(fact));
    // A call that fails with an error of this process says so a second time, with its method.
    const thrown = ofKind("thrown");
    const made = thrown.filter(({ method }) => method === undefined);
    const counts = {
      thrown: sumOf(made.length > 0 ? made : thrown),
      received: sumOf(ofKind("received")),
      handled: sumOf(handled),
    };
    return { counts, readIn: [...new Set(others.map(({ file = "" }) => file))].sort() };
  }

  #hasBranch({ script = "", position = 0, value = "" }: CountedFact): boolean {
    let known = this.#scripts.get(script);
    if (!known) {
      known = new Script(this.#scriptOf(script) ?? "");
      this.#scripts.set(script, known);
    }
    return known.hasBranch(position, value);
  }
}

function sumOf(facts: readonly CountedFact[]): number {
  return facts.reduce((sum, { count }) => sum + count, 0);
}
