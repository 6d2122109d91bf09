import type { RuleGroups } from "../rule.js";

/** The groups of the rules of lint. */
export const LINT_GROUPS = {
  RICH_ERRORS_MINIMAL: "Finds declarations that the generator refuses.",
  RICH_ERRORS_STANDARD:
    "Finds errors that contradict themselves, AIP-193 or other errors, and everything in RICH_ERRORS_MINIMAL.",
  RICH_ERRORS_COMMENTS: "Finds errors, enums of errors, details and fields of details without a comment.",
  RICH_ERRORS_CONTRACTS: "Finds methods that do not say which errors they return.",
  RICH_ERRORS_PEERS: "Finds errors that clients cannot tell apart if a server in another language sends no ErrorInfo.",
} as const satisfies RuleGroups;

type Group = keyof typeof LINT_GROUPS;

/** What the rules of one kind share. */
interface Membership {
  readonly groups: readonly Group[];
  readonly isDefault: boolean;
}

export const MINIMAL: Membership = { groups: ["RICH_ERRORS_MINIMAL", "RICH_ERRORS_STANDARD"], isDefault: true };
export const STANDARD: Membership = { groups: ["RICH_ERRORS_STANDARD"], isDefault: true };
export const COMMENTS: Membership = { groups: ["RICH_ERRORS_COMMENTS"], isDefault: false };
export const CONTRACTS: Membership = { groups: ["RICH_ERRORS_CONTRACTS"], isDefault: false };
export const PEERS: Membership = { groups: ["RICH_ERRORS_PEERS"], isDefault: false };
