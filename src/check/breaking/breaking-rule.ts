import type { Affected } from "../finding.js";
import type { Report, Rule, RuleGroups } from "../rule.js";
import type { Change } from "./change.js";

/** Everybody who exchanges errors with a program of the other version, in either direction or through storage. */
export const READERS = ["old clients", "old servers", "stored data"] as const satisfies readonly Affected[];

/**
 * The groups of rules about changes: whom a rule may find broken. Rules in the last two groups break no reader of errors, so
 * that the groups can be turned off.
 */
export const BREAKING_GROUPS: RuleGroups = {
  RICH_ERRORS_OLD_CLIENTS: "Changes that break clients generated from the old protos, when they call a new server.",
  RICH_ERRORS_OLD_SERVERS: "Changes that break new clients, when they call a server generated from the old protos.",
  RICH_ERRORS_STORED_DATA: "Changes that break readers of trailers, bodies and logs from before the change.",
  RICH_ERRORS_SOURCE_CODE:
    "Changes that only break code: what catches errors does not compile with the new generated code.",
  RICH_ERRORS_HUMANS: "Changes that only people notice.",
};

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
