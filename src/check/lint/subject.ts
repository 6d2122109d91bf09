import type { DescEnumValue, DescFile } from "@bufbuild/protobuf";
import type { DeclaredEnum, DeclaredError, DeclaredFile } from "../../declaration/model.js";
import type { OptionValue } from "../../declaration/option-value.js";
import { type Problem, Problems } from "../../declaration/problems.js";
import type { Schema } from "../../declaration/schema.js";
import { readModules } from "../../plugin/plugin.js";
import type { Report, Rule } from "../rule.js";

/** What the rules of lint look at: the declarations of some files, as far as they can be read. */
export interface LintSubject {
  readonly schema: Schema;
  /** The files to check. The schema also has those that they import. */
  readonly targets: readonly DescFile[];
  readonly files: readonly DeclaredFile[];
  readonly enums: readonly DeclaredEnum[];
  readonly errors: readonly LintedError[];
  /** The mistakes that keep anything from being generated. */
  readonly problems: readonly Problem[];
}

export type LintRule = Rule<LintSubject>;

/** Reads the declarations of some files for {@link LintRule.check}. */
export function lintSubjectOf(targets: readonly DescFile[], schema: Schema): LintSubject {
  const problems = new Problems();
  const files = readModules(targets, schema, problems);
  const enums = files.flatMap(({ enums }) => enums);
  return {
    schema,
    targets,
    files,
    enums,
    errors: enums.flatMap((each) => errorsOf(each, schema)),
    problems: [...problems],
  };
}

/** An error, with the option that declares it. */
export interface LintedError extends DeclaredError {
  /** Ours, or else Kurrent's. */
  readonly option: OptionValue;
}

function errorsOf(declaredEnum: DeclaredEnum, schema: Schema): LintedError[] {
  return declaredEnum.errors.flatMap((error) => {
    const option = schema.error(error.value) ?? schema.kurrentError(error.value);
    return option ? { ...error, option } : [];
  });
}

/** The option of an error that sets `status_code` and `has_details`. */
export function baseOptionOf(value: DescEnumValue, schema: Schema): OptionValue | undefined {
  return schema.kurrentError(value) ?? schema.error(value);
}

/** Makes a rule of a check of one error. */
export function errorRule(
  rule: Omit<LintRule, "check">,
  check: (error: LintedError, report: Report, subject: LintSubject) => void,
): LintRule {
  return {
    ...rule,
    check(subject, report) {
      for (const error of subject.errors) check(error, report, subject);
    },
  };
}
