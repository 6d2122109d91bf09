import type { DescEnumValue, DescMethod } from "@bufbuild/protobuf";
import type { Place } from "../../declaration/problems.js";
import type { Schema } from "../../declaration/schema.js";
import { breakingRule } from "./breaking-rule.js";

/** Rules about the errors that methods list: their contracts, which clients switch on. */
export const METHOD_RULES = [
  breakingRule(
    "METHOD_ERROR_NO_ADD",
    "Checks that no error is added to a method that lists its errors, because clients handle only the listed ones.",
    ["old clients", "generated code"],
    ({ methods, schema }, report) => {
      for (const { desc, added } of methods) {
        for (const value of added) {
          const change = `${nameOf(desc)} now lists ${value.name}, which old clients do not handle`;
          const fix = "return a listed error until the clients know this one, or add another method";
          report(placeOf(desc, schema, value), `${change}; ${fix}`, ["old clients", "generated code"]);
        }
      }
    },
  ),
  breakingRule(
    "METHOD_ERROR_NO_DELETE",
    "Checks that no error is removed from a method that lists its errors, because old servers still return it.",
    ["old servers", "generated code"],
    ({ methods, schema }, report) => {
      for (const { desc, removed, hasContract } of methods) {
        if (!hasContract) {
          const text = `${nameOf(desc)} no longer lists its errors, which clients switch on; restore (richerrors.v1.errors)`;
          report(placeOf(desc, schema), text, ["generated code"]);
          continue;
        }
        for (const value of removed) {
          const change = `${nameOf(desc)} no longer lists ${value.name}, which old servers may still return`;
          report(placeOf(desc, schema), `${change}; restore it until no old server runs`, [
            "old servers",
            "generated code",
          ]);
        }
      }
    },
  ),
];

function nameOf({ parent, name }: DescMethod): string {
  return `${parent.name}.${name}`;
}

/** The place where a method lists an error. By default, that of its list, or else of the method. */
function placeOf(desc: DescMethod, schema: Schema, value?: DescEnumValue): Place {
  const option = schema.methodErrors(desc);
  if (!option) return schema.place(desc);
  const index = value && option.texts("error").findIndex((name) => name.split(".").at(-1) === value.name);
  return index === undefined ? option.place() : option.place("error", index);
}
