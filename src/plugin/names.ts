import type { DescEnumValue, DescMethod, DescService } from "@bufbuild/protobuf";
import type { DeclaredEnum, DeclaredFile, DeclaredMethod, DeclaredService } from "../declaration/model.js";
import { serverUnionOf } from "../declaration/names.js";
import { type Place, type Problems, placeText } from "../declaration/problems.js";
import type { Schema } from "../declaration/schema.js";
import { methodName } from "./message-names.js";
import type { NamingOptions } from "./options.js";

/** The name of the constant with the catalog of a file. */
export const CATALOG = "catalog";

/** The name of the constant with the descriptors of a file's details. It is not exported. */
export const DESCRIPTORS = "descriptors";

/** The name of the constant with the redacted fields of a file's messages. It is not exported. */
export const REDACTED_FIELDS = "redactedFields";

/** The name of the constant with the table of an enum's errors. It is not exported. */
export function tableName(baseClass: string): string {
  return `${baseClass.slice(0, 1).toLowerCase()}${baseClass.slice(1)}Table`;
}

/** The name of the union of a method's errors. */
export function methodUnion({ name, parent }: DescMethod): string {
  const words = name.split("_").map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return `${parent.name}${words.join("")}Error`;
}

/** Checks whether a method has a union of errors. Another one is in the contract for its `idempotency_level`. */
export function listsErrors({ errors }: Pick<DeclaredMethod, "errors">): boolean {
  return errors.length > 0;
}

/** The name of the constant with the contract of a service. */
export function contractName(service: DescService): string {
  return `${service.name}Contract`;
}

interface GeneratedName {
  readonly name: string;
  /** A description of the element with the name, for reports. */
  readonly element: string;
  readonly place: Place;
  /** Another check reports two elements with the same identity. */
  readonly identity?: string;
  /** How to give the element another name. */
  readonly fix: string;
}

/** The names that the module of a file declares. */
export function generatedNames({ enums, services }: DeclaredFile): Set<string> {
  const names = enums.flatMap(({ baseClass, union, errors, clientErrors }) => [
    baseClass,
    tableName(baseClass),
    union,
    ...errors.map(({ facts }) => facts.className),
    ...clientErrorTypes({ baseClass, clientErrors }),
  ]);
  const contracts = services.flatMap(({ desc, methods }) => [
    contractName(desc),
    ...methods.filter(listsErrors).map((method) => methodUnion(method.desc)),
  ]);
  return new Set([...names, ...contracts, CATALOG, DESCRIPTORS, REDACTED_FIELDS]);
}

/** The names of the types that exist because an enum sets `client_errors`. */
function clientErrorTypes({ baseClass, clientErrors }: Pick<DeclaredEnum, "baseClass" | "clientErrors">): string[] {
  return clientErrors ? [...Object.values<string>({ ...clientErrors }), serverUnionOf(baseClass)] : [];
}

/** Reports names that the module of a file, or a contract in it, would declare twice. */
export function checkGeneratedNames(
  file: DeclaredFile,
  options: NamingOptions,
  schema: Schema,
  problems: Problems,
): void {
  checkUnique(
    [
      ...file.enums.flatMap((declared) => namesOf(declared, schema)),
      ...file.services.flatMap((declared) => contractNamesOf(declared, schema)),
    ],
    problems,
  );
  for (const service of file.services) checkUnique(methodNamesOf(service, options, schema), problems);
}

function checkUnique(names: readonly GeneratedName[], problems: Problems): void {
  const seen = new Map<string, GeneratedName>();
  for (const generated of names) {
    const { name, element, place, identity, fix } = generated;
    const first = seen.get(name);
    if (!first) seen.set(name, generated);
    else if (identity === undefined || identity !== first.identity) {
      const mistake = `${element} would have the name ${name}, as would ${first.element} at ${placeText(first.place)}`;
      problems.report(place, `${mistake}; ${fix}`, "GENERATED_NAMES");
    }
  }
}

function namesOf({ desc, baseClass, union, errors, clientErrors }: DeclaredEnum, schema: Schema): GeneratedName[] {
  const option = schema.errorEnum(desc);
  const place = option?.place("base_class") ?? schema.place(desc);
  const fix = "set base_class in option (richerrors.v1.error_enum) to another name";
  return [
    ...errors.map(({ value, facts }) => ({
      name: facts.className,
      element: `the class of ${value.name}`,
      place: classNamePlace(value, schema),
      identity: `${facts.domain}/${facts.reason}`,
      fix: "set class_name in (richerrors.v1.error) of one of them, or move one enum to another file",
    })),
    { name: baseClass, element: `the base class of ${desc.name}`, place, fix },
    // Two unions have the same name only if their base classes do.
    { name: union, element: `the union of the errors of ${desc.name}`, place, identity: "union", fix },
    { name: tableName(baseClass), element: `the table of ${desc.name}`, place, identity: baseClass, fix },
    ...clientErrorTypes({ baseClass, clientErrors }).map((name) => ({
      name,
      element: `a client error class of ${desc.name}`,
      place: option?.place("client_errors") ?? schema.place(desc),
      fix: "set client_errors in option (richerrors.v1.error_enum) to another name",
    })),
  ];
}

function classNamePlace(value: DescEnumValue, schema: Schema): Place {
  const option = schema.error(value);
  return option?.has("class_name") ? option.place("class_name") : schema.place(value);
}

/** The names in a contract. Methods of different names can have the same one there. */
function methodNamesOf({ methods }: DeclaredService, options: NamingOptions, schema: Schema): GeneratedName[] {
  return methods.map(({ desc }) => ({
    name: methodName(desc, options),
    element: `the contract of the method ${desc.name}`,
    place: schema.place(desc),
    fix: "rename one of the methods",
  }));
}

function contractNamesOf({ desc, methods }: DeclaredService, schema: Schema): GeneratedName[] {
  const fix = "rename one of the two, or move the errors to another file";
  return methods.filter(listsErrors).flatMap((method, index) => {
    const place = schema.methodErrors(method.desc)?.place() ?? schema.place(method.desc);
    const element = `the union of the errors of the method ${method.desc.name}`;
    const union = { name: methodUnion(method.desc), element, place, fix };
    const contract = { name: contractName(desc), element: `the contract of ${desc.name}`, place, fix };
    return index === 0 ? [contract, union] : [union];
  });
}
