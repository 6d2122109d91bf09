import type { DescFile, DescMethod } from "@bufbuild/protobuf";
import { errorFinder } from "./method-errors.js";
import type { DeclaredMethod, DeclaredService } from "./model.js";
import type { Schema } from "./schema.js";

/**
 * Reads which errors the methods of files may answer.
 *
 * What it returns is whole only if `checkMethodErrors` reports nothing.
 */
export function servicesReader(schema: Schema): (file: DescFile) => DeclaredService[] {
  const findError = errorFinder(schema);
  return (file) =>
    file.services
      .map((desc) => ({ desc, methods: desc.methods.flatMap(readMethod) }))
      .filter(({ methods }) => methods.length > 0);

  function readMethod(desc: DescMethod): DeclaredMethod[] {
    const names = schema.methodErrors(desc)?.texts("error") ?? [];
    const scope = desc.parent.file.proto.package;
    const errors = names.map((name) => findError(name, scope)).filter((error) => error !== undefined);
    return errors.length > 0 ? [{ desc, errors }] : [];
  }
}
