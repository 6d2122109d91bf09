import type { DeclaredEnum } from "../declaration/model.js";
import type { ClientErrorKind } from "../identity.js";
import { emitHasInstance, emitUnion } from "./emit-class.js";
import type { Imports } from "./imports.js";
import { list, Name, Properties, quote } from "./layout.js";
import { tsdoc } from "./tsdoc.js";

const BASES = { api: "ApiError", network: "NetworkError", circuitOpen: "CircuitOpenError" } as const;

const KINDS = Object.keys(BASES) as readonly ClientErrorKind[];

/** The classes of what a client meets that is no declared error, and the union of all that a call can fail with. */
export function emitClientErrors({ desc, union, clientErrors }: DeclaredEnum, imports: Imports): string[][] {
  if (!clientErrors) return [];
  const classes = KINDS.map((kind) => {
    const name = clientErrors[kind];
    const entries = Object.entries({ className: name, enumName: desc.typeName, kind });
    const identity = entries.map(([key, value]) => `${key}: ${quote(value)}`);
    return [
      ...tsdoc([], summaryOf(kind, union)),
      `export class ${name} extends ${imports.runtime(BASES[kind])}<${quote(name)}> {`,
      ...list(`static readonly clientError: ${imports.runtime("ClientErrorIdentity")} = {`, identity, "};", {
        indent: 2,
        spaced: true,
      }),
      "",
      ...emitHasInstance(name, imports),
      "}",
    ];
  });
  const members = [union, ...KINDS.map((kind) => clientErrors[kind])];
  const summary = `All that a call of a client can fail with, but for what its caller did: {@link ${union}} or none of these.`;
  return [...classes, [...tsdoc([], summary), ...emitUnion(clientErrors.failure, members)]];
}

/** The same classes as the catalog of a file takes them; none if no enum has such. */
export function clientErrorClasses(enums: readonly DeclaredEnum[]): Properties | undefined {
  const names = enums.find(({ clientErrors }) => clientErrors)?.clientErrors;
  return names && new Properties(KINDS.map((kind) => [kind, new Name(names[kind])]));
}

function summaryOf(kind: ClientErrorKind, union: string): string {
  switch (kind) {
    case "api":
      return `The server answered an error that is none of {@link ${union}}; \`code\`, \`reason\` and \`domain\` are what came.`;
    case "network":
      return (
        "No answer came: there was no connection, or it broke, or the time ran out. " +
        "`outcome` tells whether the request may have been applied."
      );
    case "circuitOpen":
      return "Nothing was sent, because a circuit breaker is open.";
  }
}
