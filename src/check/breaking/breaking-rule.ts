import type { Affected } from "../finding.js";
import type { Report, Rule } from "../rule.js";
import type { Change } from "./change.js";

/** Everybody who exchanges errors with a program of the other version, in either direction or through storage. */
export const READERS = ["old clients", "old servers", "stored data"] as const satisfies readonly Affected[];

/**
 * Makes a rule about changes. It is on by default, unless it only concerns humans.
 *
 * @param mayBreak everybody whom a finding of the rule may name
 */
export function breakingRule(
  id: string,
  purpose: string,
  mayBreak: readonly Affected[],
  check: (change: Change, report: Report) => void,
): Rule<Change> {
  return {
    id: `RICH_ERRORS_${id}`,
    purpose,
    groups: groupsOf(mayBreak).map((affected) => `RICH_ERRORS_${affected.toUpperCase().replace(" ", "_")}`),
    isDefault: mayBreak.some((affected) => affected !== "humans"),
    check,
  };
}

function groupsOf(mayBreak: readonly Affected[]): readonly Affected[] {
  const readers = READERS.filter((reader) => mayBreak.includes(reader));
  return readers.length > 0 ? readers : mayBreak.slice(0, 1);
}
