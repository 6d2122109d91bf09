import type { ClientErrorKind } from "../identity.js";

/**
 * The reason of an error: the name of its enum value less the enum's name and an
 * underscore, if it begins with them.
 *
 * Underscores in the prefix do not count, since the name `OAuthError` is written
 * `OAUTH_ERROR` by some and `O_AUTH_ERROR` by others.
 */
export function reasonOf(valueName: string, enumName: string): string {
  const prefix = enumName.replaceAll("_", "").toUpperCase();
  let matched = "";
  for (const [index, character] of [...valueName].entries()) {
    if (character !== "_") matched += character;
    else if (matched === prefix) return valueName.slice(index + 1);
    if (!prefix.startsWith(matched)) break;
  }
  return valueName;
}

/** A reason as AIP-193 has it: `UPPER_SNAKE_CASE`, 3 to 63 characters. */
export function isReason(text: string): boolean {
  return text.length <= 63 && /^[A-Z][A-Z0-9_]+[A-Z0-9]$/.test(text);
}

/** The name of the class that the errors of an enum extend: the enum's, with `Error` at the end. */
export function baseClassOf(enumName: string): string {
  return enumName.endsWith(ERROR) ? enumName : enumName + ERROR;
}

/** The name of the union of all errors of an enum. */
export function unionOf(baseClass: string): string {
  return `Any${baseClass}`;
}

/** The names of what stands for a client's errors in a module. */
export interface ClientErrorNames extends Readonly<Record<ClientErrorKind, string>> {
  /** The union of all that a call can fail with. */
  readonly failure: string;
}

/** The names of a client's errors, all with one prefix. */
export function clientErrorNamesOf(prefix: string): ClientErrorNames {
  return {
    api: `${prefix}ApiError`,
    network: `${prefix}NetworkError`,
    circuitOpen: `${prefix}CircuitOpenError`,
    failure: `${prefix}Failure`,
  };
}

/** The domain of an enum's errors in Kurrent's convention: the enum's name less `Error`, in lower case. */
export function kurrentDomainOf(enumName: string): string {
  return enumName.replace(/Error$/, "").toLowerCase();
}

const ERROR = "Error";

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * Names that a class cannot have in a module, or that generated code needs for itself. Where a module exports `then`,
 * `await import(…)` calls it.
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

/** Tells whether a name can be that of a generated class. */
export function isClassName(name: string): boolean {
  return IDENTIFIER.test(name) && !RESERVED.has(name);
}

/** The full names that a name may stand for, the innermost first. */
export function scopesOf(name: string, scope: string): string[] {
  if (name.startsWith(".")) return [name.slice(1)];
  const parts = scope === "" ? [] : scope.split(".");
  return [...parts.map((_, index) => `${parts.slice(0, parts.length - index).join(".")}.${name}`), name];
}
