import type { Place } from "../declaration/problems.js";
import type { Affected, Finding } from "./finding.js";

/**
 * A rule of `rich-errors lint` or `rich-errors breaking`, and of `buf-plugin-rich-errors`.
 *
 * @typeParam Subject what the rule looks at: the declarations of some protos, or a change of them
 */
export interface Rule<Subject> {
  /** The id, with the prefix `RICH_ERRORS_`, because buf has one list for the rules of all plugins. */
  readonly id: string;
  /** One sentence that begins with "Checks" and ends with a period. */
  readonly purpose: string;
  /** The ids of the groups that the rule belongs to. */
  readonly groups: readonly string[];
  /** Whether the rule is on by default. */
  readonly isDefault: boolean;
  check(subject: Subject, report: Report): void;
}

/**
 * The groups of some rules: a sentence about each, by its id. buf calls them categories. An id has the prefix
 * `RICH_ERRORS_`, because buf has groups of its own, such as `STANDARD`.
 */
export type RuleGroups = Readonly<Record<string, string>>;

/**
 * Reports a finding of a rule.
 *
 * @param text the mistake and, after a semicolon, the fix
 */
export type Report = (place: Place, text: string, breaks?: readonly Affected[]) => void;

/** Returns what some rules find. */
export function findingsOf<Subject>(rules: readonly Rule<Subject>[], subject: Subject): Finding[] {
  const findings: Finding[] = [];
  for (const rule of rules) {
    rule.check(subject, (place, text, breaks) => {
      findings.push({ rule: rule.id, place, text, ...(breaks && { breaks }) });
    });
  }
  return findings;
}
