import type { DescEnum, DescEnumValue, DescFile, DescMessage } from "@bufbuild/protobuf";
import type { FileDescriptors } from "../definition.js";
import { parseComment } from "./comment.js";
import { fileDescriptorsOf } from "./descriptors.js";
import { domainOf, readEnumAnnotation } from "./enum.js";
import { readError } from "./error.js";
import { readServices } from "./methods.js";
import type { DeclaredEnum, DeclaredFile, DeclaredService } from "./model.js";
import { unionOf } from "./names.js";
import { type Problems, placeText } from "./problems.js";
import { messagesOf, redactedFieldsOf } from "./redacted-fields.js";
import { enumsOf, type Schema } from "./schema.js";

/**
 * Reads the errors that files declare, with the defaults filled in, and the errors that their methods list. The
 * generator, the command line and the catalogs made at run time all read protos with this function.
 *
 * The result is complete only if no problem was reported.
 */
export function readDeclaredFiles(files: readonly DescFile[], schema: Schema, problems: Problems): DeclaredFile[] {
  checkReasons(files, schema, problems);
  const servicesByFile = readServices(files, schema, problems);
  const declared: DeclaredFile[] = [];
  for (const desc of files) {
    const enums = enumsOf(desc)
      .map((desc) => readEnum(desc, schema, problems))
      .filter((declared) => declared !== undefined);
    const services = servicesByFile.get(desc) ?? [];
    if (enums.length === 0 && services.length === 0) continue;
    declared.push(new LazyFile(desc, enums, services, schema));
  }
  return declared;
}

/** Packs the descriptors when they are asked for, because checks and listings do not need them. */
class LazyFile implements DeclaredFile {
  readonly desc: DescFile;
  readonly enums: readonly DeclaredEnum[];
  readonly services: readonly DeclaredService[];
  readonly #schema: Schema;
  #descriptors: FileDescriptors | undefined;

  constructor(desc: DescFile, enums: readonly DeclaredEnum[], services: readonly DeclaredService[], schema: Schema) {
    this.#schema = schema;
    this.desc = desc;
    this.enums = enums;
    this.services = services;
  }

  get descriptors(): FileDescriptors | undefined {
    this.#descriptors ??= fileDescriptorsOf(this.#details);
    return this.#descriptors;
  }

  /** Also of messages that are no details, because errors may carry any message of the file beside their own. */
  get redacted(): readonly string[] | undefined {
    return redactedFieldsOf([...messagesOf([this.desc]), ...this.#details], this.#schema.files);
  }

  get #details(): readonly DescMessage[] {
    return this.enums.flatMap(({ errors }) => errors.flatMap(({ detail }) => detail ?? []));
  }
}

function readEnum(desc: DescEnum, schema: Schema, problems: Problems): DeclaredEnum | undefined {
  const annotated = desc.values.filter((value) => schema.isError(value));
  if (annotated.length === 0) {
    const option = schema.errorEnum(desc);
    if (option) {
      const mistake = `${desc.name} has option (richerrors.v1.error_enum), but declares no error`;
      problems.report(
        option.place(),
        `${mistake}; annotate its values with (richerrors.v1.error), or remove the option`,
        "ENUM_ERRORS",
      );
    }
    return undefined;
  }
  const annotation = readEnumAnnotation(desc, annotated, schema, problems);
  if (annotation.numericCodes) checkNumbers(annotated, schema, problems);
  const errors = annotated
    .map((value) => readError(value, annotation, schema, problems))
    .filter((error) => error !== undefined);
  const comment = parseComment(schema.comment(desc), "");
  return { ...annotation, desc, union: unionOf(annotation.baseClass), comment, errors };
}

/**
 * Reports a reason that two errors of a domain have.
 *
 * Compares the errors of all files in the schema, and reports a pair if one of the two is in the given files.
 */
function checkReasons(files: readonly DescFile[], schema: Schema, problems: Problems): void {
  const seen = new Map<string, DescEnumValue>();
  // The given files come last, so that each report is about a value in one of them.
  const others = schema.files.filter((file) => !files.includes(file));
  for (const file of [...others, ...files]) {
    for (const desc of enumsOf(file)) {
      const errors = desc.values.filter((value) => schema.isError(value));
      const domain = domainOf(desc, errors, schema);
      for (const value of errors) {
        const reason = schema.reason(value);
        const key = `${domain}\n${reason}`;
        const first = seen.get(key);
        if (!first) seen.set(key, value);
        else if (files.includes(file)) report(value, first, reason, domain);
      }
    }
  }

  function report(value: DescEnumValue, first: DescEnumValue, reason: string, domain: string): void {
    const where = `${first.name} at ${placeText(schema.place(first))}`;
    const mistake = `${value.name} has the reason ${reason} in the domain ${JSON.stringify(domain)}, as does ${where}`;
    const fix = "set reason in (richerrors.v1.error) of one of them, or give one enum another domain";
    problems.report(schema.reasonPlace(value), `${mistake}; ${fix}`, "REASON_UNIQUE");
  }
}

/** Reports errors that share their number, which does not say which of them occurred. */
function checkNumbers(errors: readonly DescEnumValue[], schema: Schema, problems: Problems): void {
  const seen = new Map<number, DescEnumValue>();
  for (const error of errors) {
    const first = seen.get(error.number);
    if (!first) seen.set(error.number, error);
    else {
      const mistake = `${error.name} has the number ${error.number}, as does ${first.name}, but clients know errors by number`;
      const fix = "annotate only one of the two, or remove numeric_codes";
      problems.report(schema.place(error), `${mistake}; ${fix}`, "NUMBER_UNIQUE");
    }
  }
}
