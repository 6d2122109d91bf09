import type { DescriptorProto, EnumDescriptorProto, FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { inWords } from "../defaults.js";
import type { ClientErrorKind } from "../instance-of.js";

/**
 * The default reason of an error: the name of its enum value without the enum's name as prefix, if it has this prefix.
 *
 * Underscores in the prefix do not matter, because some style guides write `OAuthError` as `OAUTH_ERROR` and others
 * as `O_AUTH_ERROR`.
 */
export function defaultReason(valueName: string, enumName: string): string {
  const prefix = enumName.replaceAll("_", "").toUpperCase();
  let matched = "";
  for (const [index, character] of [...valueName].entries()) {
    if (character !== "_") matched += character;
    else if (matched === prefix) return valueName.slice(index + 1);
    if (!prefix.startsWith(matched)) break;
  }
  return valueName;
}

/** Checks whether a text is a reason by AIP-193: `UPPER_SNAKE_CASE`, 3 to 63 characters. */
export function isReason(text: string): boolean {
  return text.length <= 63 && /^[A-Z][A-Z0-9_]+[A-Z0-9]$/.test(text);
}

/** The requirements of {@link isReason} in words. */
export const REASON_RULE =
  "a reason has 3 to 63 characters of A-Z, 0-9 and _, begins with a letter and does not end with _ (AIP-193)";

/** A valid reason for an enum value in place of an invalid one: `"CONNECT_FAILED"` for `ConnectFailed`. */
export function suggestedReason(invalid: string, valueName: string): string | undefined {
  const [reason, whole] = [upperSnakeCase(invalid), upperSnakeCase(valueName)];
  return [reason, `${reason}_ERROR`, whole].find(isReason);
}

function upperSnakeCase(text: string): string {
  return inWords(text.replace(/\W+/g, "_")).replaceAll(" ", "_").toUpperCase();
}

/** The default name of the base class of an enum's errors: the enum's name, ending with `Error`. */
export function baseClassOf(enumName: string): string {
  return enumName.endsWith("Error") ? enumName : `${enumName}Error`;
}

/** The name of the union of an enum's errors. */
export function unionOf(baseClass: string): string {
  return `Any${baseClass}`;
}

/** The name of the union of an enum's errors that arise in the server. */
export function serverUnionOf(baseClass: string): string {
  return `${unionOf(baseClass)}OfServer`;
}

/** The names of the client error classes of a module. */
export interface ClientErrorNames extends Readonly<Record<ClientErrorKind, string>> {
  /** The union of all errors that a call can fail with. */
  readonly failure: string;
}

/** The names of the client error classes with a prefix. */
export function clientErrorNamesOf(prefix: string): ClientErrorNames {
  return {
    api: `${prefix}ApiError`,
    network: `${prefix}NetworkError`,
    circuitOpen: `${prefix}CircuitOpenError`,
    failure: `${prefix}Failure`,
  };
}

/** The domain of an enum's errors by Kurrent's convention: the enum's name without `Error`, in lower case. */
export function kurrentDomainOf(enumName: string): string {
  return enumName.replace(/Error$/, "").toLowerCase();
}

/**
 * The names that a generated class cannot have: keywords, and names that generated code needs itself. `then` is one
 * of them, because `await import(…)` calls an exported `then`.
 */
export const RESERVED: ReadonlySet<string> = new Set(
  (
    "any arguments as async await bigint boolean break case catalog catch class const continue debugger declare " +
    "default delete descriptors do else enum eval export extends false finally for function if implements import in infer " +
    "instanceof interface keyof let namespace never new null number object package private protected public " +
    "readonly return static string super switch symbol Symbol then this throw true try type typeof undefined unique " +
    "unknown var void while with yield"
  ).split(" "),
);

/** Checks whether a generated class can have a name. */
export function isClassName(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name) && !RESERVED.has(name);
}

/** The full names that a relative name can stand for, the innermost scope first. */
export function scopesOf(name: string, scope: string): string[] {
  if (name.startsWith(".")) return [name.slice(1)];
  const parts = scope === "" ? [] : scope.split(".");
  return [...parts.map((_, index) => `${parts.slice(0, parts.length - index).join(".")}.${name}`), name];
}

/**
 * Checks that all names in descriptors are identifiers, because generated code contains them as they are.
 *
 * Compilers check names, but other programs can write any text into a descriptor.
 *
 * @throws Error for the first name that is not an identifier
 */
export function checkIdentifiers(files: readonly FileDescriptorProto[]): void {
  for (const file of files) {
    for (const [element, name] of namesIn(file)) {
      if (IDENTIFIER.test(name)) continue;
      const mistake = `${file.name}: ${element} has the name ${JSON.stringify(name)}, which is not an identifier`;
      throw new Error(`${mistake}; compile the file with buf or protoc`);
    }
  }
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

type NamedElement = readonly [element: string, name: string];

function* namesIn(file: FileDescriptorProto): Iterable<NamedElement> {
  if (file.package !== "") for (const part of file.package.split(".")) yield ["the package", part];
  for (const message of file.messageType) yield* namesInMessage(message);
  for (const desc of file.enumType) yield* namesInEnum(desc);
  for (const { name } of file.extension) yield ["an extension", name];
  for (const { name, method } of file.service) {
    yield ["a service", name];
    for (const { name } of method) yield ["a method", name];
  }
}

function* namesInMessage(message: DescriptorProto): Iterable<NamedElement> {
  yield ["a message", message.name];
  for (const { name } of message.field) yield ["a field", name];
  for (const { name } of message.oneofDecl) yield ["a oneof", name];
  for (const nested of message.nestedType) yield* namesInMessage(nested);
  for (const desc of message.enumType) yield* namesInEnum(desc);
  for (const { name } of message.extension) yield ["an extension", name];
}

function* namesInEnum({ name, value }: EnumDescriptorProto): Iterable<NamedElement> {
  yield ["an enum", name];
  for (const { name } of value) yield ["an enum value", name];
}
