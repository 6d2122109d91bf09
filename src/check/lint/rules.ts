import { DECLARATION_RULES } from "./declaration.js";
import { DETAIL_RULES } from "./details.js";
import { DOCUMENTATION_RULES } from "./documentation.js";
import { IDENTITY_RULES } from "./identity.js";
import { RECOVERY_RULES } from "./recovery.js";
import type { LintRule } from "./subject.js";

/** Every rule of `rich-errors lint`, sorted by id. */
export const LINT_RULES: readonly LintRule[] = [
  ...DECLARATION_RULES,
  ...IDENTITY_RULES,
  ...DETAIL_RULES,
  ...RECOVERY_RULES,
  ...DOCUMENTATION_RULES,
].sort((a, b) => (a.id < b.id ? -1 : 1));
