import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import type { Problems } from "./problems.js";
import type { Schema } from "./schema.js";

/** Reports errors of an enum that have their number in common with another of its values. */
export function checkNumbers(
  desc: DescEnum,
  errors: readonly DescEnumValue[],
  schema: Schema,
  problems: Problems,
): void {
  const byNumber = new Map<number, DescEnumValue[]>();
  for (const value of desc.values) {
    const values = byNumber.get(value.number);
    if (values) values.push(value);
    else byNumber.set(value.number, [value]);
  }
  for (const error of errors) {
    const alias = byNumber.get(error.number)?.find((value) => value !== error);
    if (!alias || error.number === 0) continue;
    const found = `${error.name} has the number ${error.number} in common with ${alias.name}`;
    problems.report(schema.place(error), `${found}; give each error a number of its own`);
  }
}
