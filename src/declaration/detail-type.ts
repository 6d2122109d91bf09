import type { DescEnumValue, DescMessage } from "@bufbuild/protobuf";
import { pascalCase } from "../definition.js";
import type { ErrorAnnotation } from "./annotation.js";
import type { Problems } from "./problems.js";
import type { Schema } from "./schema.js";
import { oneOf } from "./text-checks.js";

const ERROR_INFO = "google.rpc.ErrorInfo";

/** The type of the detail of an error; none if the error has no detail or, reported, none that was found. */
export function detailTypeOf(
  value: DescEnumValue,
  reason: string,
  annotation: ErrorAnnotation,
  schema: Schema,
  problems: Problems,
): DescMessage | undefined {
  const { option, base, detailType, hasDetails } = annotation;
  const place = () => (detailType ? option.place("detail_type") : base.place("has_details"));
  const found = detailType
    ? namedType(value, detailType, schema)
    : hasDetails
      ? derivedType(value, reason, schema)
      : undefined;
  if (typeof found === "string") {
    problems.report(place(), found);
    return undefined;
  }
  if (found?.typeName === ERROR_INFO) {
    const why = `the detail of ${reason} would be ${ERROR_INFO}, which every error carries already`;
    problems.report(
      place(),
      `${why}; write a message of your own, or leave ${detailType ? "detail_type" : "has_details"} out`,
    );
    return undefined;
  }
  return found;
}

/** The type that is written, or what is wrong with it. */
function namedType(value: DescEnumValue, written: string, schema: Schema): DescMessage | string {
  const name = written.replace(/^\./, "");
  const message = schema.message(name);
  if (message) return message;
  const kind = schema.kindOf(name);
  if (kind) return `detail_type ${name} is not a message but an ${kind}; write the full name of a message`;
  const near = inPackage(value, name);
  if (schema.message(near)) return `detail_type ${name} is not the full name of a message; write ${near}`;
  return `detail_type ${name} was not found; write the full name of a message, and import its file`;
}

/** The type that is named after the error, or what is wrong. */
function derivedType(value: DescEnumValue, reason: string, schema: Schema): DescMessage | string {
  const name = pascalCase(reason);
  const candidates = [
    inPackage(value, `${name}ErrorDetails`),
    inPackage(value, `${name}Error`),
    inPackage(value, name),
    `google.rpc.${name}`,
  ];
  for (const candidate of candidates) {
    const message = schema.message(candidate);
    if (message) return message;
  }
  const found = `${reason} has details, and none of the messages ${oneOf(candidates)} was found`;
  return `${found}; write one of them, or detail_type with the full name of another, or leave has_details out`;
}

function inPackage(value: DescEnumValue, name: string): string {
  const { package: packageName } = value.parent.file.proto;
  return packageName === "" ? name : `${packageName}.${name}`;
}
