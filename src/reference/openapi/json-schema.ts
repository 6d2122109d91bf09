/** A schema of JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Base64 as protobuf writes it. */
export const base64Pattern = "^[A-Za-z0-9+/]*={0,2}$";

/** The reference to a schema of the components. */
export function refTo(name: string): string {
  return `#/components/schemas/${componentName(name)}`;
}

/** A name as a component can have it: with letters, digits, `.`, `_` and `-`. */
export function componentName(name: string): string {
  return name.replaceAll("/", ".");
}
