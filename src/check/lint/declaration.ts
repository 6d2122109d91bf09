import type { ProblemKind } from "../../declaration/problems.js";
import { MINIMAL } from "./groups.js";
import type { LintRule } from "./subject.js";

/** The purpose of the rule for each kind of mistake that the generator refuses. */
const PURPOSES: Readonly<Record<ProblemKind, string>> = {
  CATEGORIES: "Checks that categories have a name and a range of their own.",
  DETAIL_TYPE: "Checks that the detail of an error is a message that exists, and not google.rpc.ErrorInfo.",
  DOMAIN_FORM: "Checks that a domain is a lower-case name such as orders.shop.example.",
  ENUM_ERRORS: "Checks that an enum with the option error_enum declares at least one error.",
  GENERATED_NAMES: "Checks that generated classes and types can have their names, and that no two have the same.",
  MESSAGE_FIELDS: "Checks that messages name fields that their details have, and that a message can use.",
  MESSAGE_REDACTED: "Checks that messages and redirects use no field that is marked debug_redact.",
  METHOD_ERRORS_DECLARED: "Checks that methods list declared errors.",
  METHOD_ERRORS_UNIQUE: "Checks that methods list each error once.",
  NUMBER_CATEGORY: "Checks that each number is in one category, if the enum has categories.",
  NUMBER_UNIQUE: "Checks that no two errors of an enum with numeric codes have the same number.",
  NUMBER_ZERO: "Checks that an error with the number 0 sets its reason, because 0 usually means no error.",
  OPTION_VALUES: "Checks that the options of enums and errors have values that are valid.",
  REASON_FORM: "Checks that reasons are UPPER_SNAKE_CASE with 3 to 63 characters, as AIP-193 requires.",
  REASON_UNIQUE: "Checks that no two errors of a domain have the same reason, in all files.",
  RETRY_DELAY: "Checks that a retry delay is possible, and that its recovery is one with a retry.",
  STATUS_CODE: "Checks that every error has a gRPC status code other than OK.",
};

/** The rules for what the generator refuses. */
export const DECLARATION_RULES: readonly LintRule[] = Object.entries(PURPOSES).map(([kind, purpose]) => ({
  id: `RICH_ERRORS_${kind}`,
  purpose,
  ...MINIMAL,
  check({ problems }, report) {
    for (const { place, text } of problems.filter((problem) => problem.kind === kind)) report(place, text);
  },
}));
