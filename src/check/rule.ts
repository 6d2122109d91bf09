import type { Place } from "../declaration/problems.js";
import type { Affected } from "./finding.js";

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
  /** The groups that the rule belongs to. buf calls them categories. */
  readonly groups: readonly string[];
  /** Whether the rule is on where nobody names rules or groups. */
  readonly isDefault: boolean;
  check(subject: Subject, report: Report): void;
}

/**
 * Reports a finding of a rule.
 *
 * @param text the mistake and, after a semicolon, the fix
 */
export type Report = (place: Place, text: string, breaks?: readonly Affected[]) => void;
