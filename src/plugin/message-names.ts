import type { DescField, DescFile, DescMessage, DescMethod } from "@bufbuild/protobuf";
import type { DeclaredError } from "../declaration/model.js";
import { isStandardDetail } from "../declaration/schema.js";
import { protobufEsProperty, templateEnums, templateText } from "../declaration/template.js";
import { DEFAULTS, type NamingOptions } from "./options.js";
import { esMessageName, esModulePath } from "./protobuf-es-names.js";
import { tsMessageName, tsMethodName, tsModulePath, tsPropertyPath } from "./ts-proto-names.js";

// The names in the code of the protobuf library that the option `runtime` names.

/** The path of the module that this plugin writes. */
export function richModulePath(file: DescFile): string {
  return `${tsModulePath(file)}.rich`;
}

/** The module with the messages of a file: a path relative to the output's root without `importSuffix`, or a package. */
export function messageModulePath(file: DescFile, options: NamingOptions): string {
  return options.runtime === "es" ? esModulePath(file) : `./${tsModulePath(file)}${options.fileSuffix}`;
}

/** The name of a message's type: `"Outer_Inner"`. */
export function messageName(message: DescMessage, options: NamingOptions): string {
  return options.runtime === "es" ? esMessageName(message) : tsMessageName(message, options);
}

/** The name of a method in a contract, which is that in a client. */
export function methodName(method: DescMethod, options: NamingOptions): string {
  return options.runtime === "es" ? method.localName : tsMethodName(method);
}

/** The path of the property for a field in the message of an error: `"currentLeader.host"`. */
export function propertyPath(
  path: readonly DescField[],
  { detail }: Pick<DeclaredError, "detail">,
  options: NamingOptions,
): string {
  // The package's own types do not depend on options.
  if (detail && isStandardDetail(detail.typeName)) return tsPropertyPath(path, DEFAULTS);
  return options.runtime === "es" ? protobufEsProperty(path) : tsPropertyPath(path, options);
}

/** The message of an error with the properties of its detail. */
export function messageText(error: DeclaredError, options: NamingOptions): string {
  return templateText(error.template, (path) => propertyPath(path, error, options));
}

/** The address that an error redirects to, with the properties of its detail. */
export function redirectText(error: DeclaredError, options: NamingOptions): { readonly redirectTo?: string } {
  const { redirectTo } = error;
  return redirectTo ? { redirectTo: templateText(redirectTo, (path) => propertyPath(path, error, options)) } : {};
}

/** The enums of the fields in the message of an error, by the text in their braces. */
export function messageEnums(error: DeclaredError, options: NamingOptions): ReturnType<typeof templateEnums> {
  return templateEnums(error.template, (path) => propertyPath(path, error, options));
}
