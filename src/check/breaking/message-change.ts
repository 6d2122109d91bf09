import type { DescEnum, DescEnumValue, DescField, DescMessage } from "@bufbuild/protobuf";
import { isStandardFile } from "../../declaration/schema.js";

/** A message type that both versions have: the detail of an error, or a message in one. */
export interface MessageChange {
  readonly before: DescMessage;
  readonly after: DescMessage;
  /** The fields that both versions have. */
  readonly fields: readonly FieldChange[];
  readonly deletedFields: readonly DescField[];
}

/** A field that both versions of a message have. */
export interface FieldChange {
  readonly before: DescField;
  readonly after: DescField;
}

/** An enum that a field has in both versions. */
export interface FieldEnumChange {
  readonly before: DescEnum;
  readonly after: DescEnum;
  /** The values that both versions have. */
  readonly values: readonly (readonly [before: DescEnumValue, after: DescEnumValue])[];
  readonly deletedValues: readonly DescEnumValue[];
}

/** Compares messages, and the messages in them at any depth. Each pair of types comes once. */
export function messageChangesOf(pairs: Iterable<readonly [before: DescMessage, after: DescMessage]>): MessageChange[] {
  const changes = new Map<string, MessageChange>();
  for (const pair of pairs) addMessages(...pair, changes);
  return [...changes.values()];
}

function addMessages(before: DescMessage, after: DescMessage, changes: Map<string, MessageChange>): void {
  const key = `${before.typeName}\n${after.typeName}`;
  if (changes.has(key) || isStandardFile(before.file)) return;
  const pairs = pairByNameOrNumber(before.fields, after.fields);
  const fields = [...pairs].map(([before, after]) => ({ before, after }));
  const deletedFields = before.fields.filter((field) => !pairs.has(field));
  changes.set(key, { before, after, fields, deletedFields });
  for (const { before, after } of fields) {
    if (before.message && after.message) addMessages(before.message, after.message, changes);
  }
}

/** Compares the enums of fields. Each pair of types comes once. */
export function fieldEnumChangesOf(messages: readonly MessageChange[]): FieldEnumChange[] {
  const changes = new Map<string, FieldEnumChange>();
  for (const { before, after } of messages.flatMap(({ fields }) => fields)) {
    const [old, current] = [before.enum, after.enum];
    if (!old || !current || isStandardFile(old.file)) continue;
    const pairs = pairByNameOrNumber(old.values, current.values);
    const deletedValues = old.values.filter((value) => !pairs.has(value));
    changes.set(`${old.typeName}\n${current.typeName}`, {
      before: old,
      after: current,
      values: [...pairs],
      deletedValues,
    });
  }
  return [...changes.values()];
}

/** Finds the new version of fields or values: the one of the same name, else a new name of the same number. */
function pairByNameOrNumber<Item extends DescField | DescEnumValue>(
  before: readonly Item[],
  after: readonly Item[],
): ReadonlyMap<Item, Item> {
  const byName = new Map(after.map((item) => [item.name, item]));
  const oldNames = new Set(before.map(({ name }) => name));
  const renamed = new Map(after.filter(({ name }) => !oldNames.has(name)).map((item) => [item.number, item]));
  return new Map(
    before.flatMap((item) => {
      const found = byName.get(item.name) ?? renamed.get(item.number);
      return found ? [[item, found] as const] : [];
    }),
  );
}
