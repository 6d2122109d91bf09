import type { Affected } from "../finding.js";
import type { Report, Rule } from "../rule.js";
import type { Change } from "./change.js";

/** Everybody who exchanges errors with a program of the other version, in either direction or through storage. */
export const READERS = ["old clients", "old servers", "stored data"] as const satisfies readonly Affected[];

/** What each group of rules is about. A rule is in the group of everybody whom it may find broken. */
export const BREAKING_GROUPS: Readonly<Record<Affected, string>> = {
  "old clients": "RICH_ERRORS_OLD_CLIENTS",
  "old servers": "RICH_ERRORS_OLD_SERVERS",
  "stored data": "RICH_ERRORS_STORED_DATA",
  "source code": "RICH_ERRORS_SOURCE_CODE",
  humans: "RICH_ERRORS_HUMANS",
};

/**
 * Makes a rule about changes. It is on by default if it may find anybody broken but humans.
 *
 * @param mayBreak everybody whom a finding of the rule may name
 */
export function breakingRule(
  id: string,
  purpose: string,
  mayBreak: readonly Affected[],
  check: (change: Change, report: Report) => void,
  { isDefault = mayBreak.some((affected) => affected !== "humans") } = {},
): Rule<Change> {
  return {
    id: `RICH_ERRORS_${id}`,
    purpose,
    groups: mayBreak.map((affected) => BREAKING_GROUPS[affected]),
    isDefault,
    check,
  };
}
