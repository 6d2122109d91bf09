import type { DescField, DescFile, DescMessage, DescMethod, DescService } from "@bufbuild/protobuf";
import type { DeclaredEnum, DeclaredError, DeclaredFile, DeclaredService } from "../declaration/model.js";
import { type Place, type Problems, placeText } from "../declaration/problems.js";
import type { Schema } from "../declaration/schema.js";
import { isWrapper } from "../declaration/template.js";

/** The name of the constant that holds all errors of a file. */
export const CATALOG = "catalog";

/** The name of the constant that holds the descriptors of their details; not exported. */
export const DESCRIPTORS = "descriptors";

/** The name of the table of an enum's errors, by the name of their base class; not exported. */
export function tableName(baseClass: string): string {
  return `${baseClass.slice(0, 1).toLowerCase()}${baseClass.slice(1)}Table`;
}

/** The name of the union of the errors that a method may answer. */
export function methodUnion({ name, parent }: DescMethod): string {
  const words = name.split("_").map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return `${parent.name}${words.join("")}Error`;
}

/** The name of the constant that has all of a service's contracts. */
export function contractName(service: DescService): string {
  return `${service.name}Contract`;
}

interface GeneratedName {
  readonly name: string;
  /** What has the name, for a human. */
  readonly what: string;
  readonly place: Place;
  /** What it is by other means: two of one identity are reported by those. */
  readonly identity?: string;
  /** What to write to give it another name. */
  readonly instead: string;
}

/** The names that the module of a file gives to things of its own. */
export function generatedNames({ enums, services }: DeclaredFile): Set<string> {
  const names = enums.flatMap(({ baseClass, union, errors, clientErrors }) => [
    baseClass,
    tableName(baseClass),
    union,
    ...errors.map(({ facts }) => facts.className),
    ...Object.values(clientErrors ?? {}),
  ]);
  const contracts = services.flatMap(({ desc, methods }) => [
    contractName(desc),
    ...methods.map((method) => methodUnion(method.desc)),
  ]);
  return new Set([...names, ...contracts, CATALOG, DESCRIPTORS]);
}

/** Reports names that the module of a file would export twice, or a contract would have twice. */
export function checkGeneratedNames(file: DeclaredFile, schema: Schema, problems: Problems): void {
  checkUnique(
    [
      ...file.enums.flatMap((declared) => namesOf(declared, schema)),
      ...file.services.flatMap((declared) => contractNamesOf(declared, schema)),
    ],
    problems,
  );
  for (const service of file.services) checkUnique(methodNamesOf(service, schema), problems);
  for (const error of file.enums.flatMap(({ errors }) => errors)) checkNamed(error, schema, problems);
}

/** Reports what ts-proto has no name for: it leaves underscores out, and a name may have nothing else. */
function checkNamed({ value, detail, template }: DeclaredError, schema: Schema, problems: Problems): void {
  const fields = template.filter((part) => typeof part !== "string").filter((path) => !isPath(tsPropertyPath(path)));
  const unnamed = [
    ...(detail && tsMessageName(detail) === "" ? [`the message ${detail.typeName}`] : []),
    ...fields.map((path) => `the field ${path.map(({ name }) => name).join(".")}`),
  ];
  for (const what of unnamed) {
    problems.report(
      schema.place(value),
      `${what} of ${value.name} has no name in TypeScript; give it one with a letter`,
    );
  }
}

function isPath(path: string): boolean {
  return path.split(".").every((name) => name !== "");
}

function checkUnique(names: readonly GeneratedName[], problems: Problems): void {
  const seen = new Map<string, GeneratedName>();
  for (const generated of names) {
    const { name, what, place, identity, instead } = generated;
    const twin = seen.get(name);
    if (twin) {
      if (identity !== undefined && identity === twin.identity) continue;
      const found = `${what} would have the name ${name}, as has ${twin.what} at ${placeText(twin.place)}`;
      problems.report(place, `${found}; ${instead}`);
    } else {
      seen.set(name, generated);
    }
  }
}

function namesOf({ desc, baseClass, union, errors, clientErrors }: DeclaredEnum, schema: Schema): GeneratedName[] {
  const option = schema.errorEnum(desc);
  const place = option?.place("base_class") ?? schema.place(desc);
  const instead = "write another name as base_class of (richerrors.v1.error_enum)";
  return [
    ...errors.map(({ value, facts }) => ({
      name: facts.className,
      what: `the class of ${value.name}`,
      place: schema.place(value),
      identity: `${facts.domain}/${facts.reason}`,
      instead: "rename one of the values, or move one enum to a file of its own",
    })),
    { name: baseClass, what: `the base class of ${desc.name}`, place, instead },
    // Two unions have the same name only where two base classes have.
    { name: union, what: `the union of the errors of ${desc.name}`, place, identity: "union", instead },
    {
      name: tableName(baseClass),
      what: `the table of the errors of ${desc.name}`,
      place,
      identity: baseClass,
      instead,
    },
    ...Object.values(clientErrors ?? {}).map((name: string) => ({
      name,
      what: `a class of client_errors of ${desc.name}`,
      place: option?.place("client_errors") ?? schema.place(desc),
      instead: "write another name as client_errors of (richerrors.v1.error_enum)",
    })),
  ];
}

/** The names of a service's methods, which ts-proto makes of different words. */
function methodNamesOf({ methods }: DeclaredService, schema: Schema): GeneratedName[] {
  return methods.map(({ desc }) => ({
    name: tsMethodName(desc),
    what: `the contract of the method ${desc.name}`,
    place: schema.place(desc),
    instead: "rename one of the methods",
  }));
}

function contractNamesOf({ desc, methods }: DeclaredService, schema: Schema): GeneratedName[] {
  const instead = "rename one of the two, or move the errors to a file of their own";
  return methods.flatMap((method, index) => {
    const place = schema.methodErrors(method.desc)?.place() ?? schema.place(method.desc);
    const union = {
      name: methodUnion(method.desc),
      what: `the union of the errors of ${method.desc.name}`,
      place,
      instead,
    };
    const contract = { name: contractName(desc), what: `the contract of ${desc.name}`, place, instead };
    return index === 0 ? [contract, union] : [union];
  });
}

/**
 * The names that ts-proto gives, with its default options `snakeToCamel=keys`,
 * `useSnakeTypeName=true` and `fileSuffix=` (none).
 */

/** The name of a message's interface and codec: `"Outer_Inner"`. */
export function tsMessageName(message: DescMessage): string {
  const name = nestedName(message);
  return name === "Date" || name === "Function" ? `${name}Message` : name;
}

/**
 * The name of a method in a service definition of grpc-js and in a client:
 * `"getApiValue"` for `GetAPIValue`, since runs of capitals count as one word.
 */
export function tsMethodName(method: DescMethod): string {
  const words = method.name.match(/[A-Z][a-z]+|[a-z]+|[0-9]+|[A-Z]+(?![a-z])/g) ?? [];
  return words
    .map((word) => word.toLowerCase())
    .map((word, index) => (index === 0 ? word : word.slice(0, 1).toUpperCase() + word.slice(1)))
    .join("");
}

/** The path of a file's module from the output's root, without a suffix: `"shop/orders/v1/orders"`. */
export function tsModulePath(file: DescFile): string {
  return file.proto.name.replace(".proto", "");
}

/** The path of the module that this plugin writes beside it. */
export function richModulePath(file: DescFile): string {
  return `${tsModulePath(file)}.rich`;
}

/** The property that holds a field, through messages: `"currentLeader.host"`. */
export function tsPropertyPath(path: readonly DescField[]): string {
  // A field of a wrapper's type has no property `value`: it is itself the value.
  return path
    .filter((field, index) => index === 0 || !isWrapper(field.parent))
    .map((field) => camelCase(field.name))
    .join(".");
}

function nestedName(message: DescMessage): string {
  const name = camelCase(message.name);
  return message.parent ? `${nestedName(message.parent)}_${name}` : name;
}

function camelCase(name: string): string {
  if (!name.includes("_")) return name;
  const words = /[a-z]/.test(name) ? name.split("_") : name.toLowerCase().split("_");
  return words.map((word, index) => (index === 0 ? word : word.slice(0, 1).toUpperCase() + word.slice(1))).join("");
}
