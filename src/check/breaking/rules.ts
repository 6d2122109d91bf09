import type { Rule } from "../rule.js";
import type { Change } from "./change.js";
import { DETAIL_RULES } from "./detail-rules.js";
import { IDENTITY_RULES } from "./identity-rules.js";
import { MEANING_RULES } from "./meaning-rules.js";
import { METHOD_RULES } from "./method-rules.js";

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
