import type { DescEnumValue, DescFile, DescMethod } from "@bufbuild/protobuf";
import type { DeclaredMethod, DeclaredService } from "./model.js";
import { isReason, reasonOf, scopesOf } from "./names.js";
import type { OptionValue } from "./option-value.js";
import { oneOf, type Problems } from "./problems.js";
import { enumsOf, type Schema } from "./schema.js";

/**
 * Reports names in `(richerrors.v1.errors)` that are not names of declared errors.
 *
 * A name is looked up from the package of the file outwards, in all files that
 * are known: to import a file for the sake of a name would be an unused import.
 */
export function checkMethodErrors(files: readonly DescFile[], schema: Schema, problems: Problems): void {
  const values = valuesByName(schema);
  const findValue = finderIn(values);
  let byLastName: ReadonlyMap<string, readonly string[]> | undefined;
  for (const file of files) {
    for (const service of file.services) {
      for (const method of service.methods) {
        const option = schema.methodErrors(method);
        if (option) checkNames(option, file.proto.package);
      }
    }
  }

  function checkNames(option: OptionValue, scope: string): void {
    const names = option.texts("error");
    if (names.length === 0) {
      problems.report(option.place(), "(richerrors.v1.errors) names no error; name one, or take it away");
    }
    const seen = new Set<DescEnumValue>();
    for (const [index, name] of names.entries()) {
      const value = findValue(name, scope);
      const mistake = mistakeIn(name, value, scope);
      if (mistake) problems.report(option.place("error", index), mistake);
      else if (value && seen.has(value)) {
        problems.report(option.place("error", index), `the method names ${name} twice; leave one of them out`);
      }
      if (value) seen.add(value);
    }
  }

  function mistakeIn(name: string, value: DescEnumValue | undefined, scope: string): string | undefined {
    if (!value) return `${JSON.stringify(name)} is not the name of an enum value; ${alternatives(name, scope)}`;
    if (schema.isError(value)) return unnameable(name, value);
    return `${name} is not an error; annotate it with (richerrors.v1.error), or name a value that is`;
  }

  /** Of errors in other files, those that read them report nothing here. */
  function unnameable(name: string, { name: valueName, parent }: DescEnumValue): string | undefined {
    const reason = reasonOf(valueName, parent.name);
    if (isReason(reason) || files.includes(parent.file)) return undefined;
    return `the reason of ${name} would be ${JSON.stringify(reason)}, which is none; rename the value`;
  }

  function alternatives(name: string, scope: string): string {
    const wanted = name.slice(name.lastIndexOf(".") + 1);
    byLastName ??= errorsByLastName(values, schema);
    const near = byLastName.get(wanted) ?? [];
    const nearest = near.filter((fullName) => fullName.startsWith(`${scope}.`));
    const names = nearest.length > 0 ? nearest : near.slice(0, 3);
    return names.length > 0
      ? `write ${oneOf(names)}`
      : "write it as in an option, such as ORDER_ERROR_ORDER_NOT_FOUND, with its package if that is another one, and import its file";
  }
}

/** Finds the enum value that a name in a package stands for. */
type ValueFinder = (name: string, scope: string) => DescEnumValue | undefined;

/** Finds the errors that methods name. */
function errorFinder(schema: Schema): ValueFinder {
  return finderIn(valuesByName(schema));
}

function finderIn(values: ReadonlyMap<string, DescEnumValue>): ValueFinder {
  return (name, scope) =>
    scopesOf(name, scope)
      .map((fullName) => values.get(fullName))
      .find((value) => value !== undefined);
}

/** The full names of errors by the last part of their names, and by their reasons. */
function errorsByLastName(values: ReadonlyMap<string, DescEnumValue>, schema: Schema): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const [fullName, value] of values) {
    if (!schema.isError(value)) continue;
    for (const name of new Set([value.name, reasonOf(value.name, value.parent.name)])) {
      const known = names.get(name);
      if (known) known.push(fullName);
      else names.set(name, [fullName]);
    }
  }
  return names;
}

/** All enum values by their full names, which have the scope that the enum stands in. */
function valuesByName(schema: Schema): Map<string, DescEnumValue> {
  const values = new Map<string, DescEnumValue>();
  for (const file of schema.files) {
    for (const desc of enumsOf(file)) {
      const scope = desc.parent?.typeName ?? file.proto.package;
      for (const value of desc.values) values.set(scope === "" ? value.name : `${scope}.${value.name}`, value);
    }
  }
  return values;
}

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
