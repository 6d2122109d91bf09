import type { DescEnumValue, DescMessage } from "@bufbuild/protobuf";
import { asSentence, defaultsOf, pascalCase } from "../defaults.js";
import { type ErrorAnnotation, readAnnotation } from "./annotation.js";
import { parseComment } from "./comment.js";
import { categoryOf, type EnumAnnotation } from "./enum.js";
import type { DeclaredError, Facts } from "./model.js";
import { isReason, reasonOf } from "./names.js";
import type { OptionValue } from "./option-value.js";
import { oneOf, type Problems } from "./problems.js";
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

const ERROR_INFO = "google.rpc.ErrorInfo";

/** The type of the detail of an error; none if the error has no detail or, reported, none that was found. */
function detailTypeOf(
  value: DescEnumValue,
  reason: string,
  annotation: ErrorAnnotation,
  schema: Schema,
  problems: Problems,
): DescMessage | undefined {
  const { option, base, detailType, hasDetails } = annotation;
  const place = () => (detailType ? option.place("detail_type") : base.place("has_details"));
  const found = detailType
    ? namedType(value, detailType, schema)
    : hasDetails
      ? derivedType(value, reason, schema)
      : undefined;
  if (typeof found === "string") {
    problems.report(place(), found);
    return undefined;
  }
  if (found?.typeName === ERROR_INFO) {
    const why = `the detail of ${reason} would be ${ERROR_INFO}, which every error carries already`;
    problems.report(
      place(),
      `${why}; write a message of your own, or leave ${detailType ? "detail_type" : "has_details"} out`,
    );
    return undefined;
  }
  return found;
}

/** The type that is written, or what is wrong with it. */
function namedType(value: DescEnumValue, written: string, schema: Schema): DescMessage | string {
  const name = written.replace(/^\./, "");
  const message = schema.message(name);
  if (message) return message;
  const kind = schema.kindOf(name);
  if (kind) return `detail_type ${name} is not a message but an ${kind}; write the full name of a message`;
  const near = inPackage(value, name);
  if (schema.message(near)) return `detail_type ${name} is not the full name of a message; write ${near}`;
  return `detail_type ${name} was not found; write the full name of a message, and import its file`;
}

/** The type that is named after the error, or what is wrong. */
function derivedType(value: DescEnumValue, reason: string, schema: Schema): DescMessage | string {
  const name = pascalCase(reason);
  const candidates = [
    inPackage(value, `${name}ErrorDetails`),
    inPackage(value, `${name}Error`),
    inPackage(value, name),
    `google.rpc.${name}`,
  ];
  for (const candidate of candidates) {
    const message = schema.message(candidate);
    if (message) return message;
  }
  const found = `${reason} has details, and none of the messages ${oneOf(candidates)} was found`;
  return `${found}; write one of them, or detail_type with the full name of another, or leave has_details out`;
}

function inPackage(value: DescEnumValue, name: string): string {
  const { package: packageName } = value.parent.file.proto;
  return packageName === "" ? name : `${packageName}.${name}`;
}
