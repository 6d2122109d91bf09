import type { DescField, DescOneof } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { Affected } from "../finding.js";
import { breakingRule, READERS } from "./breaking-rule.js";
import { cardinalityOf, isSameInCode, typeEffect, typeText } from "./field-type.js";
import { placeIn } from "./identity-rules.js";
import { type FieldChange, fieldEnumChangesOf, type MessageChange } from "./message-change.js";
import { retirementOf } from "./reservation.js";

const EVERYBODY = [...READERS, "generated code"] as const satisfies readonly Affected[];

const ADD = "deprecate the field and add another one";

/** Rules about the data that an error carries: the type of its detail, and the fields in it at any depth. */
export const DETAIL_RULES = [
  breakingRule(
    "SAME_DETAIL_TYPE",
    "Checks that an error keeps the type of its detail.",
    EVERYBODY,
    ({ errors, schema }, report) => {
      for (const { before, after } of errors) {
        const [old, current] = [before.detail?.typeName, after.detail?.typeName];
        if (old === current) continue;
        const { name } = after.value;
        const place = placeIn(after.value, after.detail ? "detail_type" : "has_details", schema);
        if (old === undefined) {
          const text = `${name} now has the detail ${current}, but errors from before lack it and read as an empty one; add another error with the detail`;
          report(place, text, ["old servers", "stored data"]);
        } else if (current === undefined) {
          const text = `${name} no longer has the detail ${old}, so that old clients read an empty one; restore it`;
          report(place, text, ["old clients", "generated code"]);
        } else {
          const text = `the detail of ${name} changes from ${old} to ${current}, so that readers get an empty one; write detail_type: "${old}" and add fields to it`;
          report(place, text, EVERYBODY);
        }
      }
    },
  ),
  breakingRule(
    "DETAIL_FIELD_NO_DELETE_UNLESS_RETIRED",
    "Checks that a field of a detail is deprecated before it is deleted, and that its number and name are reserved.",
    ["old clients", "generated code"],
    ({ messages, schema }, report) => {
      for (const { after, deletedFields } of messages) {
        for (const field of deletedFields) {
          const instead = retirementOf(field, after);
          const text = `the field ${field.name} of ${after.typeName} is deleted, so that old clients read an empty value; ${instead}`;
          if (instead) report(schema.place(after), text, ["old clients", "generated code"]);
        }
      }
    },
  ),
  fieldRule("NUMBER", "Checks that a field of a detail keeps its number.", READERS, (old, current) => {
    if (old.number === current.number) return undefined;
    return [`changes its number from ${old.number} to ${current.number}; keep ${old.number}`, READERS];
  }),
  fieldRule(
    "NAME",
    "Checks that a field of a detail keeps its name, and its name in JSON.",
    EVERYBODY,
    (old, current) => {
      const code: readonly Affected[] = old.name === current.name ? [] : ["generated code"];
      const json: readonly Affected[] = old.jsonName === current.jsonName ? [] : READERS;
      if (code.length + json.length === 0) return undefined;
      const text =
        code.length === 0
          ? `is now named "${current.jsonName}" in JSON; write json_name = "${old.jsonName}"`
          : `was named ${old.name}, ${json.length === 0 ? "which only code notices" : "also in JSON"}; keep ${old.name}`;
      return [text, [...json, ...code]];
    },
  ),
  fieldRule(
    "TYPE",
    "Checks that a field of a detail keeps its type, or gets one with the same bytes.",
    EVERYBODY,
    (old, current) => {
      if (cardinalityOf(old) !== cardinalityOf(current) || typeEffect(old, current) !== "wire") return undefined;
      const text = `changes its type from ${typeText(old)} to ${typeText(current)}, which others cannot read; ${ADD}`;
      return [text, isSameInCode(old, current) ? READERS : EVERYBODY];
    },
  ),
  fieldRule(
    "JSON_TYPE",
    "Checks that a field of a detail gets no type with the same bytes that differs in JSON and in code.",
    EVERYBODY,
    (old, current) => {
      if (cardinalityOf(old) !== cardinalityOf(current) || typeEffect(old, current) !== "json") return undefined;
      const text = `changes its type from ${typeText(old)} to ${typeText(current)}, which differ in JSON and in code, and in which values fit; ${ADD}`;
      return [text, EVERYBODY];
    },
  ),
  fieldRule(
    "CARDINALITY",
    "Checks that a field of a detail stays singular, repeated or a map.",
    EVERYBODY,
    (old, current) => {
      const [was, is] = [cardinalityOf(old), cardinalityOf(current)];
      return was === is ? undefined : [`was ${was} and is now ${is}; ${ADD}`, EVERYBODY];
    },
  ),
  fieldRule(
    "PRESENCE",
    "Checks that a field of a detail still tells a missing value from an empty one, or still does not.",
    EVERYBODY,
    (old, current) => {
      const [was, is] = [hasPresence(old), hasPresence(current)];
      if (was === is || old.oneof || current.oneof || cardinalityOf(old) !== cardinalityOf(current)) return undefined;
      return is
        ? [
            "is now optional, and an empty value from before reads as a missing one; remove optional",
            ["old servers", "stored data", "generated code"],
          ]
        : [
            "is no longer optional, and an empty value reads as a missing one in old clients; write optional",
            ["old clients"],
          ];
    },
  ),
  breakingRule(
    "DETAIL_FIELD_SAME_ONEOF",
    "Checks that the fields of a detail stay in their oneofs, or outside.",
    EVERYBODY,
    ({ messages, schema }, report) => {
      for (const { fields } of messages) {
        for (const change of fields) {
          const [old, current] = [change.before.oneof, change.after.oneof];
          if (old?.name === current?.name || change.before.proto.proto3Optional) continue;
          const text = `the field ${change.after.name} of ${change.after.parent.typeName} was ${oneofText(old)} and is now ${oneofText(current)}; keep it ${oneofText(old)}`;
          const isLossy = [...companionsOf(change, fields)].length > 0;
          report(schema.place(change.after), text, isLossy ? EVERYBODY : ["generated code"]);
        }
      }
    },
  ),
  breakingRule(
    "DETAIL_ENUM_VALUE_NO_DELETE_UNLESS_RETIRED",
    "Checks that a value of an enum in a detail is deprecated before it is deleted, and that its number and name are reserved.",
    ["old servers", "stored data", "generated code"],
    ({ messages, schema }, report) => {
      for (const { after, deletedValues } of fieldEnumChangesOf(messages)) {
        for (const value of deletedValues) {
          const instead = retirementOf(value, after);
          const text = `the value ${value.name} of ${after.typeName} is deleted, but old servers may still send it; ${instead}`;
          if (instead) report(schema.place(after), text, ["old servers", "stored data", "generated code"]);
        }
      }
    },
  ),
  breakingRule(
    "DETAIL_ENUM_VALUE_SAME_NUMBER",
    "Checks that the values of an enum in a detail keep their numbers.",
    READERS,
    ({ messages, schema }, report) => {
      for (const [before, after] of fieldEnumChangesOf(messages).flatMap(({ values }) => values)) {
        if (before.number === after.number) continue;
        const change = `the number of ${after.name} changes from ${before.number} to ${after.number}`;
        report(schema.place(after), `${change}, but details store the number; keep ${before.number}`, READERS);
      }
    },
  ),
  breakingRule(
    "DETAIL_ENUM_VALUE_SAME_NAME",
    "Checks that the values of an enum in a detail keep their names, which stand in JSON.",
    EVERYBODY,
    ({ messages, schema }, report) => {
      for (const [before, after] of fieldEnumChangesOf(messages).flatMap(({ values }) => values)) {
        if (before.name === after.name) continue;
        const text = `the value ${before.name} of ${after.parent.typeName} is now named ${after.name}, also in JSON; keep ${before.name}`;
        report(schema.place(after), text, EVERYBODY);
      }
    },
  ),
];

/** Makes a rule about the fields of details. `mistakeIn` returns what follows the name of the field, and whom it breaks. */
function fieldRule(
  id: string,
  purpose: string,
  mayBreak: readonly Affected[],
  mistakeIn: (old: DescField, current: DescField) => readonly [text: string, breaks: readonly Affected[]] | undefined,
) {
  return breakingRule(`DETAIL_FIELD_SAME_${id}`, purpose, mayBreak, ({ messages, schema }, report) => {
    for (const { before, after } of messages.flatMap(({ fields }) => fields)) {
      const [text, breaks] = mistakeIn(before, after) ?? [];
      if (text) report(schema.place(after), `the field ${after.name} of ${after.parent.typeName} ${text}`, breaks);
    }
  });
}

function hasPresence({ presence }: DescField): boolean {
  return presence !== FeatureSet_FieldPresence.IMPLICIT;
}

function oneofText(oneof: DescOneof | undefined): string {
  return oneof ? `in the oneof ${oneof.name}` : "in no oneof";
}

/** The other fields that exclude a field in one version but not in the other, so that one of the two is lost. */
function* companionsOf({ before, after }: FieldChange, fields: MessageChange["fields"]): Iterable<DescField> {
  for (const other of fields) {
    const excludes = (one: DescField, two: DescField) => one.oneof !== undefined && one.oneof === two.oneof;
    if (other.before !== before && excludes(before, other.before) !== excludes(after, other.after)) yield other.after;
  }
}
