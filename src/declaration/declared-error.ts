import type { DescEnumValue } from "@bufbuild/protobuf";
import { asSentence, defaultsOf } from "../definition.js";
import { type ErrorAnnotation, readAnnotation } from "./annotation.js";
import { categoryOf } from "./categories.js";
import { detailTypeOf } from "./detail-type.js";
import { parseComment } from "./documentation.js";
import type { EnumAnnotation } from "./enum-annotation.js";
import type { DeclaredError, Facts } from "./model.js";
import { isReason, reasonOf } from "./names.js";
import type { OptionValue } from "./option-value.js";
import type { Problems } from "./problems.js";
import type { Schema } from "./schema.js";
import { defaultTemplate, parseTemplate } from "./template.js";

/** Reads one annotated enum value and reports what is wrong; none if it has no usable status code. */
export function readError(
  value: DescEnumValue,
  ofEnum: EnumAnnotation,
  schema: Schema,
  problems: Problems,
): DeclaredError | undefined {
  const own = schema.error(value);
  const kurrents = schema.kurrentError(value);
  const option = own ?? kurrents;
  if (!option) return undefined;
  if (own && kurrents) checkComplement(value, own, problems);
  if (value.number === 0) {
    const found = `${value.name} has the number 0, which stands for no error`;
    problems.report(option.place(), `${found}; give the error another number, or take the annotation away`);
    return undefined;
  }
  const reason = reasonOf(value.name, value.parent.name);
  checkReason(reason, value, schema, problems);

  const annotation = readAnnotation(option, kurrents ?? option, problems);
  const detail = detailTypeOf(value, reason, annotation, schema, problems);
  // A placeholder is no second mistake where the detail's type could not be found.
  const isUnresolved = !detail && (annotation.hasDetails || annotation.detailType !== undefined);
  const template =
    annotation.message === undefined || isUnresolved
      ? defaultTemplate(reason, detail)
      : parseTemplate(annotation.message, detail, (mistake) => problems.report(option.place("message"), mistake));
  const comment = parseComment(schema.comment(value), asSentence(reason));
  const category = categoryOf(value.number, ofEnum.categories, schema.place(value), problems);
  const facts = factsOf(value, reason, annotation, ofEnum, category);
  if (!facts) return undefined;
  return { value, facts: { ...facts, documentation: comment.documentation }, detail, template, comment };
}

function factsOf(
  value: DescEnumValue,
  reason: string,
  annotation: ErrorAnnotation,
  { domain, numericCodes }: EnumAnnotation,
  category: string | undefined,
): Omit<Facts, "documentation"> | undefined {
  const { code, fault, httpStatus, recovery, retryDelay, outcome, since, labels, helpUrl } = annotation;
  if (!code) return undefined;
  const defaults = defaultsOf(reason, code);
  return {
    enumName: value.parent.typeName,
    name: value.name,
    number: value.number,
    className: defaults.className,
    reason,
    domain,
    code,
    ...(numericCodes && { numericCode: true }),
    ...(category !== undefined && { category }),
    ...(recovery && { recovery }),
    ...(retryDelay !== undefined && { retryDelay }),
    ...(outcome && { outcome }),
    fault: fault ?? defaults.fault,
    origin: annotation.origin ?? defaults.origin,
    httpStatus: httpStatus ?? defaults.httpStatus,
    displayName: annotation.displayName ?? defaults.displayName,
    ...(since !== undefined && { since }),
    ...(labels && { labels }),
    ...(helpUrl !== undefined && { helpUrl }),
    ...(value.deprecated && { deprecated: true }),
  };
}

/** Beside Kurrent's annotation, ours says what Kurrent's cannot, and nothing else. */
function checkComplement(value: DescEnumValue, own: OptionValue, problems: Problems): void {
  for (const field of ["status_code", "has_details"]) {
    if (!own.has(field)) continue;
    const found = `${value.name} has (kurrent.rpc.error), which says ${field}, and (richerrors.v1.error) says it again`;
    problems.report(own.place(field), `${found}; leave it out of one of them, or leave (kurrent.rpc.error) out`);
  }
}

function checkReason(reason: string, value: DescEnumValue, schema: Schema, problems: Problems): void {
  if (isReason(reason)) return;
  const found = `the reason of ${value.name} would be ${JSON.stringify(reason)}`;
  const instead = "rename the value so that 3 to 63 of A-Z, 0-9 and _ are left, with a letter first and no _ last";
  problems.report(schema.place(value), `${found}; ${instead} (AIP-193)`);
}
