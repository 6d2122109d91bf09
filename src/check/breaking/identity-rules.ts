import type { DescEnumValue } from "@bufbuild/protobuf";
import type { Place } from "../../declaration/problems.js";
import type { Schema } from "../../declaration/schema.js";
import { classNameOf } from "../../defaults.js";
import { breakingRule, READERS } from "./breaking-rule.js";
import type { DeletedError, EnumChange } from "./change.js";
import { retirementOf } from "./reservation.js";

const ADD = "deprecate the error and add another one";

/** Rules about what makes an error the same error: for readers on the wire, and for code. */
export const IDENTITY_RULES = [
  breakingRule(
    "ERROR_NO_DELETE_UNLESS_RETIRED",
    "Checks that an error is deprecated before it is deleted, and that its number and name are reserved.",
    ["old servers", "stored data", "generated code"],
    ({ deletedErrors }, report) => {
      for (const deleted of deletedErrors) {
        const { error, value, enum: desc, place } = deleted;
        const instead = value ? "annotate it again" : retirementOf(error.value, desc);
        if (instead)
          report(place, `${deletionText(deleted)}; ${instead}`, ["old servers", "stored data", "generated code"]);
      }
    },
  ),
  breakingRule(
    "SAME_REASON",
    "Checks that the reason of an error stays the same. Readers recognize the error by it.",
    [...READERS, "generated code"],
    ({ errors, schema }, report) => {
      for (const { before, after } of errors) {
        const [old, current] = [before.facts.reason, after.facts.reason];
        if (old === current) continue;
        const change = `the reason of ${after.value.name} changes from ${old} to ${current}`;
        const fix = `write reason: "${old}" in (richerrors.v1.error), or ${ADD}`;
        report(schema.reasonPlace(after.value), `${change}, so that nobody recognizes the error; ${fix}`, [
          ...READERS,
          "generated code",
        ]);
      }
    },
  ),
  breakingRule(
    "SAME_DOMAIN",
    "Checks that the domain of an error stays the same. Readers recognize the error by its reason and domain.",
    READERS,
    ({ errors, schema }, report) => {
      for (const { before, after } of errors) {
        const [old, current] = [before.facts.domain, after.facts.domain];
        if (old === current) continue;
        const change = `the domain of ${after.enum.desc.name} changes from "${old}" to "${current}"`;
        const fix = `write domain: "${old}" in option (richerrors.v1.error_enum)`;
        report(
          placeInEnum(after.enum, "domain", schema),
          `${change}, so that nobody recognizes its errors; ${fix}`,
          READERS,
        );
      }
    },
  ),
  breakingRule(
    "SAME_NUMBER",
    "Checks that the number of an error stays the same. With numeric_codes, clients know the error by it.",
    [...READERS, "humans"],
    ({ errors, schema }, report) => {
      for (const { before, after } of errors) {
        if (before.value.number === after.value.number) continue;
        const isSent = before.facts.numericCode === true && after.facts.numericCode === true;
        const change = `the number of ${after.value.name} changes from ${before.value.number} to ${after.value.number}`;
        const effect = isSent ? "which servers send as the error's code" : "which logs and documents may name";
        report(
          schema.place(after.value),
          `${change}, ${effect}; keep ${before.value.number}, or ${ADD}`,
          isSent ? READERS : ["humans"],
        );
      }
    },
  ),
  breakingRule(
    "SAME_NUMERIC_CODES",
    "Checks that numeric_codes stays the same: whether servers send the numbers of errors.",
    READERS,
    ({ enums, schema }, report) => {
      for (const { before, after } of enums) {
        if (before.numericCodes === after.numericCodes) continue;
        const { name } = after.desc;
        const text = after.numericCodes
          ? `${name} sets numeric_codes, but errors from before lack the number; remove numeric_codes, or let clients do without the number`
          : `${name} no longer sets numeric_codes, so that clients get no number; write numeric_codes: true`;
        report(
          placeInEnum(after, "numeric_codes", schema),
          text,
          after.numericCodes ? ["old servers", "stored data"] : ["old clients"],
        );
      }
    },
  ),
  breakingRule(
    "SAME_VALUE_NAME",
    "Checks that the enum value of an error keeps its name, which is harmless on the wire.",
    ["generated code"],
    ({ errors, schema }, report) => {
      for (const { before, after } of errors) {
        const [old, current] = [before.value.name, after.value.name];
        // The rule for reasons covers a reason that follows from the name.
        if (old === current || before.facts.reason !== after.facts.reason) continue;
        const text = `${old} is now named ${current}, which only code and documents notice; keep ${old}, or deprecate it and add ${current}`;
        report(schema.place(after.value), text, ["generated code"]);
      }
    },
  ),
  breakingRule(
    "SAME_ENUM_NAME",
    "Checks that an enum of errors keeps its name and package.",
    ["generated code"],
    ({ enums, schema }, report) => {
      for (const { before, after } of enums) {
        const [old, current] = [before.desc.typeName, after.desc.typeName];
        if (old === current) continue;
        const text = `the errors of ${old} are now in ${current}, so that imports and base classes change; keep ${old}`;
        report(schema.place(after.desc), text, ["generated code"]);
      }
    },
  ),
  breakingRule(
    "SAME_CLASS_NAME",
    "Checks that the generated class of an error keeps its name.",
    ["generated code"],
    ({ errors, schema }, report) => {
      for (const { before, after } of errors) {
        const [old, current] = [before.facts, after.facts];
        if (old.className === current.className) continue;
        // The rule for reasons covers a class that is named after the reason.
        if (old.reason !== current.reason && current.className === classNameOf(current.reason)) continue;
        const text = `the class ${old.className} is now named ${current.className}; write class_name: "${old.className}"`;
        report(placeIn(after.value, "class_name", schema), text, ["generated code"]);
      }
    },
  ),
  breakingRule(
    "SAME_BASE_CLASS",
    "Checks that the generated base class and the client error classes of an enum keep their names.",
    ["generated code"],
    ({ enums, schema }, report) => {
      for (const change of enums)
        for (const { place, text } of classMistakes(change, schema)) report(place, text, ["generated code"]);
    },
  ),
];

function deletionText({ error: { value: old }, value }: DeletedError): string {
  return value
    ? `${old.name} is no longer an error, but servers may still send it`
    : `the error ${old.name} is deleted, but servers may still send it`;
}

function* classMistakes({ before, after }: EnumChange, schema: Schema): Iterable<{ place: Place; text: string }> {
  if (before.baseClass !== after.baseClass && before.desc.typeName === after.desc.typeName) {
    const place = placeInEnum(after, "base_class", schema);
    yield {
      place,
      text: `the base class ${before.baseClass} is now named ${after.baseClass}; write base_class: "${before.baseClass}"`,
    };
  }
  const [old, current] = [before.clientErrors?.api, after.clientErrors?.api];
  if (old !== undefined && old !== current) {
    const now = current === undefined ? "no longer exist" : `are now named ${current} and so on`;
    const text = `${old} and the other client error classes of ${after.desc.name} ${now}`;
    yield {
      place: placeInEnum(after, "client_errors", schema),
      text: `${text}; write client_errors: "${old.replace(/ApiError$/, "")}"`,
    };
  }
}

/** The place of a field of an error's annotation, or of the annotation if it does not set the field. */
export function placeIn(value: DescEnumValue, field: string, schema: Schema): Place {
  const options = [schema.kurrentError(value), schema.error(value)].filter((option) => option !== undefined);
  const option = options.find((option) => option.has(field)) ?? options.at(-1);
  return option?.place(field) ?? schema.place(value);
}

function placeInEnum({ desc }: EnumChange["after"], field: string, schema: Schema): Place {
  return schema.errorEnum(desc)?.place(field) ?? schema.place(desc);
}
