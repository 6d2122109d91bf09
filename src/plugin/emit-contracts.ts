import type { DeclaredMethod, DeclaredService } from "../declaration/model.js";
import { emitUnion } from "./emit-class.js";
import { contractName, methodUnion } from "./generated-names.js";
import type { Imports } from "./imports.js";
import { fits, keyText, Name, Properties, property } from "./layout.js";
import { tsMethodName } from "./ts-proto.js";
import { tsdoc } from "./tsdoc.js";

/** The unions of the errors that the methods of a service may answer, and the contract that has them all. */
export function emitContract({ desc, methods }: DeclaredService, imports: Imports): string[][] {
  const unions = methods.map((method) => `${keyText(tsMethodName(method.desc))}: ${methodUnion(method.desc)}`);
  const type = imports.runtime("ServiceContract");
  return [
    ...methods.map((method) => emitMethodUnion(method, imports)),
    [
      ...tsdoc([], `Which errors the methods of \`${desc.typeName}\` may answer.`, { deprecated: desc.deprecated }),
      ...emitHead(`export const ${contractName(desc)}: ${type}<{`, unions, "}> = {"),
      ...methods.flatMap((method) => property(tsMethodName(method.desc), contractOf(method, imports), 2)),
      "};",
    ],
  ];
}

function emitHead(before: string, unions: readonly string[], after: string): string[] {
  const flat = `${before} ${unions.join("; ")} ${after}`;
  return fits(flat, 0) ? [flat] : [before, ...unions.map((union) => `  ${union};`), after];
}

function emitMethodUnion({ desc, errors }: DeclaredMethod, imports: Imports): string[] {
  const { deprecated } = desc;
  return [
    ...tsdoc([], `Any error that \`${desc.parent.typeName}.${desc.name}\` may answer.`, { deprecated }),
    ...emitUnion(
      methodUnion(desc),
      errors.map((error) => imports.error(error)),
    ),
  ];
}

function contractOf({ desc, errors }: DeclaredMethod, imports: Imports): Properties {
  return new Properties([
    ["path", `/${desc.parent.typeName}/${desc.name}`],
    ["errors", errors.map((error) => new Name(imports.error(error)))],
  ]);
}
