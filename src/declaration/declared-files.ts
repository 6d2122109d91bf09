import type { DescEnum, DescFile } from "@bufbuild/protobuf";
import { servicesReader } from "./contracts.js";
import { readError } from "./declared-error.js";
import { parseComment } from "./documentation.js";
import { readEnumAnnotation } from "./enum-annotation.js";
import { fileDescriptorsOf } from "./file-descriptors.js";
import { checkMethodErrors } from "./method-errors.js";
import type { DeclaredEnum, DeclaredFile } from "./model.js";
import { unionOf } from "./names.js";
import { checkNumbers } from "./numbers.js";
import type { Problems } from "./problems.js";
import { checkReasons } from "./reasons.js";
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
