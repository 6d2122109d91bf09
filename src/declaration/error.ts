import type { DescEnumValue, DescMessage } from "@bufbuild/protobuf";
import { asSentence, defaultsOf, pascalCase } from "../defaults.js";
import { type ErrorAnnotation, readAnnotation } from "./annotation.js";
import { parseComment } from "./comment.js";
import { categoryOf, type EnumAnnotation } from "./enum.js";
import type { DeclaredError, Facts } from "./model.js";
import { isReason, REASON_RULE, suggestedReason } from "./names.js";
import type { OptionValue } from "./option-value.js";
import { oneOf, type Problems } from "./problems.js";
import { readRedirect, withKnownRedirect } from "./redirect.js";
import type { Schema } from "./schema.js";
import { defaultTemplate, parseTemplate } from "./template.js";

/** Reads an annotated enum value and reports mistakes. Returns `undefined` if its number or code is not usable. */
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
  if (own && kurrents) checkBesideKurrents(value, own, problems);
  const reason = schema.reason(value);
  if (value.number === 0 && !own?.has("reason")) {
    // Most enums have a value for "no error" there. Some published ones have an error.
    const mistake = `the number of ${value.name} is 0, which usually means no error`;
    const fix = `set ${exampleOf(reason, value)} in (richerrors.v1.error) if it means one, or remove the annotation`;
    problems.report(option.place(), `${mistake}; ${fix}`, "NUMBER_ZERO");
    return undefined;
  }
  checkReason(reason, value, schema, problems);

  const written = readAnnotation(option, kurrents ?? option, value.name, problems);
  const detail = detailTypeOf(value, reason, written, schema, problems);
  const annotation = withKnownRedirect(written, detail);
  // Without its detail, every placeholder of a message would be one more mistake.
  const lacksDetail = !detail && (annotation.hasDetails || annotation.detailType !== undefined);
  const redirectTo = lacksDetail ? undefined : readRedirect(value, annotation, detail, problems);
  const template =
    annotation.message === undefined || lacksDetail
      ? defaultTemplate(reason, detail)
      : parseTemplate(annotation.message, detail, (mistake, kind) =>
          problems.report(option.place("message"), `the message of ${value.name} ${mistake}`, kind),
        );
  const comment = parseComment(schema.comment(value), asSentence(reason));
  const category = categoryOf(value, ofEnum.categories, schema, problems);
  const facts = factsOf(value, reason, annotation, ofEnum, category);
  if (!facts) return undefined;
  return { value, facts: { ...facts, documentation: comment.documentation }, detail, template, redirectTo, comment };
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
    className: annotation.className ?? defaults.className,
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

/** Beside Kurrent's annotation, ours sets only the fields that Kurrent's does not have. */
function checkBesideKurrents(value: DescEnumValue, own: OptionValue, problems: Problems): void {
  for (const field of ["status_code", "has_details"]) {
    if (!own.has(field)) continue;
    const mistake = `${value.name} sets ${field} in (richerrors.v1.error), but (kurrent.rpc.error) takes precedence`;
    problems.report(own.place(field), `${mistake}; set it there, or remove (kurrent.rpc.error)`);
  }
}

function checkReason(reason: string, value: DescEnumValue, schema: Schema, problems: Problems): void {
  if (isReason(reason)) return;
  const example = exampleOf(reason, value);
  const report = schema.error(value)?.has("reason")
    ? `reason ${JSON.stringify(reason)} of ${value.name} is not valid: ${REASON_RULE}; write ${example}`
    : `the reason of ${value.name} would be ${JSON.stringify(reason)}, but ${REASON_RULE}; set ${example} in (richerrors.v1.error)`;
  problems.report(schema.reasonPlace(value), report, "REASON_FORM");
}

/** What to write in an annotation in place of a reason that follows from the name. */
function exampleOf(reason: string, value: DescEnumValue): string {
  const suggestion = suggestedReason(reason, value.name);
  return suggestion ? `reason: ${JSON.stringify(suggestion)}` : "a shorter reason";
}

const ERROR_INFO = "google.rpc.ErrorInfo";

/** The type of an error's detail. Returns `undefined` for an error without one, and reports a type that is not usable. */
function detailTypeOf(
  value: DescEnumValue,
  reason: string,
  annotation: ErrorAnnotation,
  schema: Schema,
  problems: Problems,
): DescMessage | undefined {
  const { option, base, detailType, hasDetails } = annotation;
  if (!detailType && !hasDetails) return undefined;
  const place = () => (detailType ? option.place("detail_type") : base.place("has_details"));
  const found = detailType ? namedType(value, detailType, schema) : derivedType(value, reason, schema);
  if (typeof found === "string") {
    problems.report(place(), found, "DETAIL_TYPE");
    return undefined;
  }
  if (found.typeName === ERROR_INFO) {
    const mistake = `the detail of ${value.name} would be ${ERROR_INFO}, which every error already carries`;
    const field = detailType ? "detail_type" : "has_details";
    problems.report(place(), `${mistake}; declare a message of your own, or remove ${field}`, "DETAIL_TYPE");
    return undefined;
  }
  return found;
}

/** Returns the type that `detail_type` names, or the mistake in it. */
function namedType(value: DescEnumValue, written: string, schema: Schema): DescMessage | string {
  const name = written.replace(/^\./, "");
  const message = schema.message(name);
  if (message) return message;
  const subject = `detail_type ${name} of ${value.name}`;
  const kind = schema.kindOf(name);
  if (kind) {
    const article = /^[aeiou]/.test(kind) ? "an" : "a";
    return `${subject} is ${article} ${kind}, not a message; write the full name of a message`;
  }
  const near = inPackage(value, name);
  if (schema.message(near)) return `${subject} is not a full name; write ${near}`;
  const cycle = "compile both files at once (strategy: all in buf.gen.yaml) if that file imports this one";
  return `${subject} does not exist; write the full name of a message, and import its file, or ${cycle}`;
}

/** Returns the type that is named after the error, or the mistake. */
function derivedType(value: DescEnumValue, reason: string, schema: Schema): DescMessage | string {
  const candidates = [...ownDetailNames(value, reason), `google.rpc.${pascalCase(reason)}`];
  for (const candidate of candidates) {
    const message = schema.message(candidate);
    if (message) return message;
  }
  const mistake = `${value.name} sets has_details, but no message has the name ${oneOf(candidates)}`;
  return `${mistake}; declare one, set detail_type to the full name of another message, or remove has_details`;
}

/** The names that a detail can have in the package of its error, if the error only sets `has_details`. The first one counts. */
export function ownDetailNames(value: DescEnumValue, reason: string): string[] {
  const name = pascalCase(reason);
  return [`${name}ErrorDetails`, `${name}Error`, name].map((name) => inPackage(value, name));
}

function inPackage(value: DescEnumValue, name: string): string {
  const { package: packageName } = value.parent.file.proto;
  return packageName === "" ? name : `${packageName}.${name}`;
}
