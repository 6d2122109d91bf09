import type { DescEnum, DescEnumValue, DescFile } from "@bufbuild/protobuf";
import { parseComment } from "./comment.js";
import { fileDescriptorsOf } from "./descriptors.js";
import { domainOf, readEnumAnnotation } from "./enum.js";
import { readError } from "./error.js";
import { checkMethodErrors, servicesReader } from "./methods.js";
import type { DeclaredEnum, DeclaredFile } from "./model.js";
import { reasonOf, unionOf } from "./names.js";
import { type Problems, placeText } from "./problems.js";
import { enumsOf, type Schema } from "./schema.js";

/**
 * Reads the errors that files declare, with all that can be derived filled in,
 * and which of them their methods may answer. Generator, command line and run
 * time all read protos in this way.
 *
 * What it returns is whole only if no problem was reported.
 */
export function readDeclaredFiles(files: readonly DescFile[], schema: Schema, problems: Problems): DeclaredFile[] {
  checkReasons(files, schema, problems);
  checkMethodErrors(files, schema, problems);
  const readServices = servicesReader(schema);
  const declared: DeclaredFile[] = [];
  for (const desc of files) {
    const enums = enumsOf(desc)
      .map((desc) => readEnum(desc, schema, problems))
      .filter((declared) => declared !== undefined);
    const services = readServices(desc);
    if (enums.length === 0 && services.length === 0) continue;
    const details = enums.flatMap(({ errors }) => errors.map(({ detail }) => detail));
    const descriptors = fileDescriptorsOf(details.filter((detail) => detail !== undefined));
    declared.push({ desc, enums, services, descriptors });
  }
  return declared;
}

function readEnum(desc: DescEnum, schema: Schema, problems: Problems): DeclaredEnum | undefined {
  const annotated = desc.values.filter((value) => schema.isError(value));
  if (annotated.length === 0) {
    const option = schema.errorEnum(desc);
    if (option) {
      const found = `${desc.name} has (richerrors.v1.error_enum) and no error`;
      problems.report(option.place(), `${found}; annotate its values with (richerrors.v1.error), or take it away`);
    }
    return undefined;
  }
  checkNumbers(desc, annotated, schema, problems);
  const annotation = readEnumAnnotation(desc, annotated, schema, problems);
  const errors = annotated
    .map((value) => readError(value, annotation, schema, problems))
    .filter((error) => error !== undefined);
  const comment = parseComment(schema.comment(desc), "");
  return { ...annotation, desc, union: unionOf(annotation.baseClass), comment, errors };
}

/**
 * Reports reasons that stand twice in a domain.
 *
 * Looks at all files that are known, and reports where at least one of the two
 * values is in one of the given files.
 */
function checkReasons(files: readonly DescFile[], schema: Schema, problems: Problems): void {
  const seen = new Map<string, DescEnumValue>();
  // The given files last, so that what is reported is in one of them.
  const others = schema.files.filter((file) => !files.includes(file));
  for (const file of [...others, ...files]) {
    for (const desc of enumsOf(file)) {
      const errors = desc.values.filter((value) => schema.isError(value));
      const domain = domainOf(desc, errors, schema);
      for (const value of errors) {
        const reason = reasonOf(value.name, desc.name);
        const key = `${domain}\n${reason}`;
        const twin = seen.get(key);
        if (!twin) seen.set(key, value);
        else if (files.includes(file)) report(value, twin, reason, domain);
      }
    }
  }

  function report(value: DescEnumValue, twin: DescEnumValue, reason: string, domain: string): void {
    const found = `the reason ${reason} stands twice in the domain ${JSON.stringify(domain)}`;
    const where = `also as ${twin.name} at ${placeText(schema.place(twin))}`;
    problems.report(
      schema.place(value),
      `${found}, ${where}; rename one of the values, or give one enum a domain of its own`,
    );
  }
}

/** Reports errors of an enum that have their number in common with another of its values. */
function checkNumbers(desc: DescEnum, errors: readonly DescEnumValue[], schema: Schema, problems: Problems): void {
  const byNumber = new Map<number, DescEnumValue[]>();
  for (const value of desc.values) {
    const values = byNumber.get(value.number);
    if (values) values.push(value);
    else byNumber.set(value.number, [value]);
  }
  for (const error of errors) {
    const alias = byNumber.get(error.number)?.find((value) => value !== error);
    if (!alias || error.number === 0) continue;
    const found = `${error.name} has the number ${error.number} in common with ${alias.name}`;
    problems.report(schema.place(error), `${found}; give each error a number of its own`);
  }
}
