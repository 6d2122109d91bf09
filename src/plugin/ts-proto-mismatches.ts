import type { DescField } from "@bufbuild/protobuf";
import type { DeclaredError } from "../declaration/model.js";
import type { Problems } from "../declaration/problems.js";
import { isStandardDetail, type Schema } from "../declaration/schema.js";
import { propertyPath } from "./message-names.js";
import type { Options } from "./options.js";
import { tsMessageName } from "./ts-proto-names.js";

/** Reports a detail that ts-proto writes no code for, and names that code or a message cannot have. */
export function checkDetail(error: DeclaredError, options: Options, schema: Schema, problems: Problems): void {
  const { value, detail, template } = error;
  if (!detail || options.runtime !== "ts-proto") return;
  const report = (mistake: string) => problems.report(schema.place(value), mistake, "GENERATED_NAMES");
  if (options.typesOnly !== undefined && !isStandardDetail(detail.typeName)) {
    const fix = options.typesOnly.startsWith("nestJs") ? "write outputEncodeMethods=true beside it" : "remove it";
    report(
      `the detail ${detail.typeName} of ${value.name} needs code that ts-proto leaves out because of ` +
        `${options.typesOnly}; ${fix}, for both generators`,
    );
  }
  if (tsMessageName(detail, options) === "") {
    report(`the detail ${detail.typeName} of ${value.name} has no name in TypeScript; add a letter to its name`);
  }
  for (const path of template.filter((part) => typeof part !== "string")) {
    const mistake = mistakeIn(path, error, options);
    if (mistake) report(`the field ${path.map(({ name }) => name).join(".")} of ${value.name} ${mistake}`);
  }
}

/** Returns why the message of an error cannot use a field, or `undefined` if it can. */
function mistakeIn(path: readonly DescField[], error: DeclaredError, options: Options): string | undefined {
  const names = propertyPath(path, error, options).split(".");
  if (names.includes("")) return "has no name in TypeScript; add a letter to its name";
  const odd = names.find((name) => !/^[\w$]+$/.test(name));
  if (odd !== undefined) {
    const mistake = `is named ${JSON.stringify(odd)} by useJsonName=true, which a message cannot contain`;
    return `${mistake}; remove the field from the message`;
  }
  return undefined;
}
