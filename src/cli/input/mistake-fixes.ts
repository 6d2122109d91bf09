import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { oneOf } from "../../declaration/problems.js";
import { nearestName } from "../../platform/names.js";
import type { Mistake } from "./buf.js";

const IMPORT = 'import "richerrors/v1/annotations.proto";';

/**
 * Returns what to write instead of a mistake that the compiler found in an annotation, or `undefined` for other mistakes.
 *
 * @param protos the folder with the annotation
 */
export function fixOf({ path, line, column, text }: Mistake, protos: string): string | undefined {
  const source = existsSync(path) ? readFileSync(path, "utf8") : "";
  const written = source.split("\n")[line - 1]?.slice(column - 1) ?? "";
  const unknown = /^cannot find `([\w.]+)` in this scope/.exec(text)?.[1];
  if (unknown !== undefined) return fixOfName(unknown, source, protos);
  if (text.startsWith("cannot find message field `richerrors`")) {
    return "write the name of the option in parentheses: (richerrors.v1.error)";
  }
  const message = /^cannot resolve message field name for `richerrors\.v1\.(\w+)`/.exec(text)?.[1];
  if (message !== undefined) {
    const fields = fieldsOf(message, protos);
    const near = nearestName(/^\w*/.exec(written)?.[0] ?? "", fields);
    return `write ${near ?? oneOf(fields)}`;
  }
  if (text.startsWith("first value of open enum must be zero")) {
    return "begin the enum with a value that is no error, such as SHOP_ERROR_UNSPECIFIED = 0";
  }
  const quoted = /^"(\w+)"/.exec(written)?.[1];
  if (text.startsWith("mismatched types") && quoted !== undefined && enumValues(protos).includes(quoted)) {
    return `write ${quoted} without quotes`;
  }
  return undefined;
}

/** The fix for a name that the compiler does not find: an option or a value in an annotation. */
function fixOfName(name: string, source: string, protos: string): string | undefined {
  if (/^richerrors\.v1\.(error|error_enum|errors)$/.test(name))
    return source.includes(IMPORT) ? undefined : `write ${IMPORT}`;
  if (/^richerrors\b/.test(name))
    return "write (richerrors.v1.error), (richerrors.v1.error_enum) or (richerrors.v1.errors)";
  if (!/^[A-Z][A-Z_]+$/.test(name)) return undefined;
  const values = enumValues(protos);
  const near = values.find((value) => value.endsWith(`_${name}`)) ?? nearestName(name, values);
  return near === undefined ? undefined : `write ${near}`;
}

function fieldsOf(message: string, protos: string): string[] {
  const text = readFileSync(join(protos, "richerrors/v1/annotations.proto"), "utf8");
  const body = new RegExp(`^message ${message} \\{\\n([\\s\\S]*?)^\\}`, "m").exec(text)?.[1] ?? "";
  return [...body.matchAll(/^ {2}[\w.<>, ]+ (\w+) = \d+;/gm)].map(([, name = ""]) => name);
}

/** The values that an annotation can have: status codes, recoveries and the like. */
function enumValues(protos: string): string[] {
  return ["google/rpc/code.proto", "richerrors/v1/annotations.proto"].flatMap((path) =>
    [...readFileSync(join(protos, path), "utf8").matchAll(/^ {2}([A-Z_]+) = \d+;/gm)].map(([, name = ""]) => name),
  );
}
