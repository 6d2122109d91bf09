import { Catalog } from "../catalog.js";
import { categoriesOf } from "../declaration/enum.js";
import type { DeclaredEnum, DeclaredError, DeclaredFile } from "../declaration/model.js";
import type { Problems } from "../declaration/problems.js";
import { readDeclaredFiles } from "../declaration/read.js";
import type { Schema } from "../declaration/schema.js";
import { isStandardFile } from "../declaration/schema.js";
import { templateText } from "../declaration/template.js";
import type { Definition, FileDescriptors } from "../definition.js";
import type { DetailShape } from "./detail-shape.js";
import { dynamicClientErrors } from "./dynamic-client-errors.js";
import { type DynamicErrorClass, dynamicBaseClass, dynamicErrorClass } from "./dynamic-error-class.js";

/**
 * The catalog of all errors that protos declare.
 *
 * @throws Error if any is declared wrongly, or named wrongly by a method, with all that is wrong: one line each, with file and line
 */
export function declaredCatalog(schema: Schema, shape: DetailShape, problems: Problems): Catalog<DynamicErrorClass> {
  const files = readDeclaredFiles(schema.files, schema, problems);
  if (problems.size > 0) throw new Error(`errors are declared wrongly:\n${problems}`);
  const enums = files.flatMap(({ enums }) => enums);
  return new Catalog(
    files.flatMap((file) => file.enums.flatMap((declared) => classesOf(declared, file, shape))),
    categoriesOf(enums),
    dynamicClientErrors(enums),
  );
}

function classesOf(declared: DeclaredEnum, { descriptors }: DeclaredFile, shape: DetailShape): DynamicErrorClass[] {
  const base = dynamicBaseClass(declared.baseClass, declared.desc.typeName);
  return declared.errors.map((error) => dynamicErrorClass(definitionOf(error, descriptors, shape), base));
}

function definitionOf(
  { facts, detail, template }: DeclaredError,
  descriptors: FileDescriptors | undefined,
  shape: DetailShape,
): Definition {
  return {
    ...facts,
    ...(detail && { detail: shape.codec(detail) }),
    ...(detail && descriptors && !isStandardFile(detail.file) && { descriptors }),
    message: templateText(template, (path) => shape.property(path)),
  };
}
