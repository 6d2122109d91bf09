import type { DescEnumValue, DescFile, DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import type { IdempotencyLevel } from "../contract.js";
import { parseComment } from "./comment.js";
import type { DeclaredMethod, DeclaredService } from "./model.js";
import { isReason, scopesOf } from "./names.js";
import { oneOf, type Problems } from "./problems.js";
import { enumsOf, type Schema } from "./schema.js";

/**
 * Reads the errors that the methods of files list in `(richerrors.v1.errors)`, and reports names that are not declared
 * errors.
 *
 * Names are resolved from the package of the file outwards. All files of the schema count, not only imported ones,
 * because compilers warn about an import that only an option needs.
 */
export function readServices(
  files: readonly DescFile[],
  schema: Schema,
  problems: Problems,
): ReadonlyMap<DescFile, readonly DeclaredService[]> {
  const reader = new MethodReader(files, schema, problems);
  return new Map(
    files.map((file) => {
      const services = file.services.map((desc) => ({
        desc,
        methods: desc.methods.map((method) => reader.read(method)).filter((method) => method !== undefined),
      }));
      return [file, services.filter(({ methods }) => methods.some(({ errors }) => errors.length > 0))];
    }),
  );
}

/** Returns the `idempotency_level` that a method declares. */
export function idempotencyLevelOf({ idempotency }: DescMethod): IdempotencyLevel | undefined {
  if (idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS) return "NO_SIDE_EFFECTS";
  return idempotency === MethodOptions_IdempotencyLevel.IDEMPOTENT ? "IDEMPOTENT" : undefined;
}

class MethodReader {
  readonly #files: readonly DescFile[];
  readonly #schema: Schema;
  readonly #problems: Problems;
  readonly #values: ReadonlyMap<string, DescEnumValue>;
  #errorNames: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(files: readonly DescFile[], schema: Schema, problems: Problems) {
    this.#files = files;
    this.#schema = schema;
    this.#problems = problems;
    this.#values = valuesByName(schema);
  }

  /** Returns `undefined` for a method that lists no errors and declares no `idempotency_level`. */
  read(desc: DescMethod): DeclaredMethod | undefined {
    const option = this.#schema.methodErrors(desc);
    const comment = parseComment(this.#schema.comment(desc), "");
    if (!option) return idempotencyLevelOf(desc) && { desc, errors: [], comment };
    const names = option.texts("error");
    if (names.length === 0) {
      const mistake = `(richerrors.v1.errors) of the method ${desc.name} lists no error`;
      const fix = "list at least one, or remove the option";
      this.#problems.report(option.place(), `${mistake}; ${fix}`, "METHOD_ERRORS_DECLARED");
    }
    const scope = desc.parent.file.proto.package;
    const errors = new Set<DescEnumValue>();
    for (const [index, name] of names.entries()) {
      const value = this.#find(name, scope);
      const mistake = this.#mistakeIn(name, value, scope, errors);
      if (mistake) {
        const kind = value && errors.has(value) ? "METHOD_ERRORS_UNIQUE" : "METHOD_ERRORS_DECLARED";
        this.#problems.report(option.place("error", index), `the method ${desc.name} lists ${mistake}`, kind);
      }
      if (value) errors.add(value);
    }
    if (errors.size === 0) return undefined;
    return {
      desc,
      errors: [...errors].map((value) => ({
        value,
        reason: this.#schema.reason(value),
        className: this.#schema.className(value),
      })),
      comment,
    };
  }

  #find(name: string, scope: string): DescEnumValue | undefined {
    return scopesOf(name, scope)
      .map((fullName) => this.#values.get(fullName))
      .find((value) => value !== undefined);
  }

  #mistakeIn(
    name: string,
    value: DescEnumValue | undefined,
    scope: string,
    listed: ReadonlySet<DescEnumValue>,
  ): string | undefined {
    if (!value) return `${JSON.stringify(name)}, which is not the name of an enum value; ${this.#fix(name, scope)}`;
    if (!this.#schema.isError(value)) {
      return `${name}, which is not an error; annotate it with (richerrors.v1.error), or list an error instead`;
    }
    const reason = this.#schema.reason(value);
    // Errors in the given files report their reasons themselves.
    if (!isReason(reason) && !this.#files.includes(value.parent.file)) {
      return `${name}, whose reason ${JSON.stringify(reason)} is not valid; set reason in its (richerrors.v1.error)`;
    }
    return listed.has(value) ? `${name} twice; remove one of them` : undefined;
  }

  #fix(name: string, scope: string): string {
    this.#errorNames ??= errorsByLastName(this.#values, this.#schema);
    const similar = this.#errorNames.get(name.slice(name.lastIndexOf(".") + 1)) ?? [];
    const nearest = similar.filter((fullName) => fullName.startsWith(`${scope}.`));
    const names = nearest.length > 0 ? nearest : similar.slice(0, 3);
    return names.length > 0
      ? `write ${oneOf(names)}`
      : "write a name such as ORDER_ERROR_ORDER_NOT_FOUND, with its package if that is another one, and import its file";
  }
}

/** All enum values by their full names. By protobuf's rules, a value is in the scope that contains its enum. */
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

/** The full names of errors by the last parts of their names, and by their reasons. */
function errorsByLastName(values: ReadonlyMap<string, DescEnumValue>, schema: Schema): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const [fullName, value] of values) {
    if (!schema.isError(value)) continue;
    for (const name of new Set([value.name, schema.reason(value)])) {
      const known = names.get(name);
      if (known) known.push(fullName);
      else names.set(name, [fullName]);
    }
  }
  return names;
}
