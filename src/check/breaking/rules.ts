import type { Rule, RuleGroups } from "../rule.js";
import type { Change } from "./change.js";
import { DETAIL_RULES } from "./detail-rules.js";
import { IDENTITY_RULES } from "./identity-rules.js";
import { MEANING_RULES } from "./meaning-rules.js";
import { METHOD_RULES } from "./method-rules.js";

/**
 * The groups of rules about changes: whom a rule may find broken. Rules in the last two groups break no reader of errors, so
 * that the groups can be turned off.
 */
export const BREAKING_GROUPS: RuleGroups = {
  RICH_ERRORS_OLD_CLIENTS: "Changes that break clients generated from the old protos, when they call a new server.",
  RICH_ERRORS_OLD_SERVERS: "Changes that break new clients, when they call a server generated from the old protos.",
  RICH_ERRORS_STORED_DATA: "Changes that break readers of trailers, bodies and logs from before the change.",
  RICH_ERRORS_GENERATED_CODE:
    "Changes that only break the code of clients, which does not compile with the new generated code.",
  RICH_ERRORS_HUMANS: "Changes that only people notice.",
};

/**
 * Every rule about changes of declarations. To add one, write it in the list of its subject.
 *
 * Rules that only concern people are off by default.
 */
export const BREAKING_RULES: readonly Rule<Change>[] = [
  ...IDENTITY_RULES,
  ...MEANING_RULES,
  ...DETAIL_RULES,
  ...METHOD_RULES,
];
