import type { DescFile } from "@bufbuild/protobuf";
import { RuleType } from "../../gen/buf/plugin/check/v1/rule_pb.js";
import { changeOf, type Declarations } from "../check/breaking/change.js";
import { BREAKING_GROUPS, BREAKING_RULES } from "../check/breaking/rules.js";
import type { Finding } from "../check/finding.js";
import { LINT_GROUPS } from "../check/lint/groups.js";
import { LINT_RULES } from "../check/lint/rules.js";
import { lintSubjectOf } from "../check/lint/subject.js";
import { findingsOf, type Rule, type RuleGroups } from "../check/rule.js";
import { Problems } from "../declaration/problems.js";
import { readDeclaredFiles } from "../declaration/read.js";
import type { Schema } from "../declaration/schema.js";

/** Some files, with what they import. */
export interface Files {
  readonly schema: Schema;
  /** The files that are not imports. */
  readonly targets: readonly DescFile[];
}

/** The rules of one command of buf. */
export interface RuleSet {
  readonly type: RuleType;
  readonly rules: readonly Omit<Rule<never>, "check">[];
  readonly groups: RuleGroups;
  /**
   * Returns what some of the rules find.
   *
   * @param against the files before the change. Only `buf breaking` has them.
   */
  findings(ids: ReadonlySet<string>, files: Files, against: Files): Finding[];
}

/** The rules of `buf lint` and of `buf breaking`. */
export const RULE_SETS: readonly RuleSet[] = [
  ruleSet(RuleType.LINT, LINT_RULES, LINT_GROUPS, ({ targets, schema }) => lintSubjectOf(targets, schema)),
  ruleSet(RuleType.BREAKING, BREAKING_RULES, BREAKING_GROUPS, (files, against) =>
    changeOf(declarationsIn(against), declarationsIn(files)),
  ),
];

/** Mistakes in declarations are findings of lint. */
function declarationsIn({ schema, targets }: Files): Declarations {
  return { schema, files: readDeclaredFiles(targets, schema, new Problems()) };
}

function ruleSet<Subject>(
  type: RuleType,
  rules: readonly Rule<Subject>[],
  groups: RuleGroups,
  subjectOf: (files: Files, against: Files) => Subject,
): RuleSet {
  return {
    type,
    rules,
    groups,
    findings(ids, files, against) {
      const chosen = rules.filter(({ id }) => ids.has(id));
      return chosen.length === 0 ? [] : findingsOf(chosen, subjectOf(files, against));
    },
  };
}
