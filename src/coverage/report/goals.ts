import { type Coverage, type ErrorCoverage, KINDS, type Kind, type MethodCoverage } from "./coverage.js";

/** The share of errors that tests should cover, in percent. A kind without one has no goal. */
export type Thresholds = Partial<Readonly<Record<Kind, number>>>;

/** Errors that do not count. */
export interface Ignored {
  /** By default, of every kind. */
  readonly kind?: Kind;
  /** The text as the user wrote it. */
  readonly text: string;
  /** Matches the whole name of an error or of a method. */
  readonly name: RegExp;
}

/** What tests should cover. */
export interface Goals {
  /** Of all errors. */
  readonly errors: Thresholds;
  /** Of the contract of each method. */
  readonly contracts: Thresholds;
  readonly ignored: readonly Ignored[];
}

/** How many errors are covered, of those that count. */
export interface Share {
  readonly covered: number;
  readonly of: number;
}

/** Counts the errors that are covered in one way. */
export function shareOf(
  errors: readonly ErrorCoverage[],
  kind: Kind,
  ignored: readonly Ignored[],
  method?: MethodCoverage,
): Share {
  const counting = errors.filter((error) => !isIgnored(error, kind, ignored, method));
  return { covered: counting.filter(({ counts }) => counts[kind] > 0).length, of: counting.length };
}

/** The percentage of a share, rounded down, so that 100 means all. Nothing to cover is all. */
export function percentOf({ covered, of }: Share): number {
  return of === 0 ? 100 : Math.floor((100 * covered) / of);
}

/** Checks whether an error does not count. */
export function isIgnored(
  error: ErrorCoverage,
  kind: Kind,
  ignored: readonly Ignored[],
  method?: Pick<MethodCoverage, "name">,
): boolean {
  return ignored.some(
    (one) => (one.kind ?? kind) === kind && namesOf(error, method).some((name) => one.name.test(name)),
  );
}

/** The names of an error that a pattern may match, and that of the method whose contract has it. */
function namesOf({ reason, declared }: ErrorCoverage, method?: Pick<MethodCoverage, "name">): string[] {
  const ofError = declared ? [declared.className, `${declared.domain}/${reason}`] : [];
  return [reason, ...ofError, ...(method ? [method.name] : [])];
}

/** Returns the patterns that match nothing, which are mistakes. */
export function unusedPatterns({ errors, methods }: Coverage, ignored: readonly Ignored[]): readonly string[] {
  const isUsed = ({ name }: Ignored) =>
    errors.some((error) => namesOf(error).some((one) => name.test(one))) ||
    methods.some((method) => name.test(method.name));
  return ignored.filter((one) => !isUsed(one)).map(({ text }) => text);
}

/** A goal that is not met. */
export interface Shortfall {
  readonly kind: Kind;
  /** The method whose contract it is about. By default, it is about all errors. */
  readonly method?: MethodCoverage;
  readonly share: Share;
  readonly threshold: number;
  /** The errors that count and are not covered. */
  readonly missing: readonly ErrorCoverage[];
}

/** Returns the goals that are not met: first of all errors, then of each contract. */
export function shortfallsOf(coverage: Coverage, { errors, contracts, ignored }: Goals): readonly Shortfall[] {
  const found: Shortfall[] = [];
  const check = (all: readonly ErrorCoverage[], thresholds: Thresholds, method?: MethodCoverage) => {
    for (const kind of KINDS) {
      const threshold = thresholds[kind];
      const share = shareOf(all, kind, ignored, method);
      if (threshold === undefined || 100 * share.covered >= threshold * share.of) continue;
      const missing = all.filter((error) => error.counts[kind] === 0 && !isIgnored(error, kind, ignored, method));
      found.push({ kind, share, threshold, missing, ...(method && { method }) });
    }
  };
  check(coverage.errors, errors);
  for (const method of coverage.methods) check(method.errors, contracts, method);
  return found;
}
