import type { DescFile } from "@bufbuild/protobuf";
import type { Schema } from "../../declaration/schema.js";
import { type Finding, sortedFindings } from "../finding.js";
import { findingsOf } from "../rule.js";
import { isIgnored } from "./ignore-comments.js";
import { type LintRule, lintSubjectOf } from "./subject.js";

/** Returns what rules find in some files of a schema, without what comments ignore. */
export function lint(rules: readonly LintRule[], targets: readonly DescFile[], schema: Schema): Finding[] {
  const findings = findingsOf(rules, lintSubjectOf(targets, schema));
  return sortedFindings(findings.filter((finding) => !isIgnored(finding, schema)));
}
