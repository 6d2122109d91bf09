import { compareByPlace, type Place } from "../declaration/problems.js";

/** A finding of a check of protos. */
export interface Finding {
  /** The id of the rule: `"RICH_ERRORS_REASON_FORM"`. */
  readonly rule: string;
  readonly place: Place;
  /** The mistake and, after a semicolon, the fix. One line. */
  readonly text: string;
  /** Whom a change breaks. Only findings of `breaking` have it. */
  readonly breaks?: readonly Affected[];
}

/**
 * Whom a change of a declaration breaks.
 *
 * - `old clients`: programs that were generated from the old protos and call a new server.
 * - `old servers`: programs that were generated from the old protos, and that a new client calls.
 * - `stored data`: trailers, bodies and logs that were written before the change.
 * - `generated code`: code of clients, which does not compile with the code that is generated from the new protos.
 * - `humans`: only people who read the error, in a message or in documentation.
 */
export type Affected = "old clients" | "old servers" | "stored data" | "generated code" | "humans";

/** The text of a finding, with whom it breaks. */
export function findingText({ text, breaks }: Pick<Finding, "text" | "breaks">): string {
  return breaks ? `${text} [breaks ${breaks.join(", ")}]` : text;
}

/** Sorts findings by file, place and text, without repetitions. */
export function sortedFindings(findings: readonly Finding[]): Finding[] {
  const sorted = [...findings].sort((a, b) => compareByPlace(a, b) || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0));
  return sorted.filter((finding, index) => {
    const before = sorted[index - 1];
    return !before || compareByPlace(before, finding) !== 0 || before.rule !== finding.rule;
  });
}
