import { type DescExtension, type DescField, type DescFile, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";

/** Checks whether a field has the standard option `debug_redact`. */
export function isRedactedField({ proto }: DescField | DescExtension): boolean {
  return proto.options?.debugRedact === true;
}

/**
 * Returns the types with redacted fields, and those that lead to them, in the format of `readTypes`. Returns `undefined`
 * if there are none.
 *
 * @param messages the types to start from. Those of their fields are added
 * @param files the files that may extend them
 */
export function redactedFieldsOf(
  messages: Iterable<DescMessage>,
  files: Iterable<DescFile>,
): readonly string[] | undefined {
  const fields = new Map<DescMessage, readonly (DescField | DescExtension)[]>();
  const extensions = extensionsIn(files);
  const found: DescMessage[] = [...messages];
  for (const message of found) {
    if (fields.has(message) || message.typeName === ANY) continue;
    const all = [...message.fields, ...(extensions.get(message.typeName) ?? [])];
    fields.set(message, all);
    for (const { message } of all) if (message) found.push(message);
  }
  const leading = leadingTypes(fields);
  const lines = [...fields].filter(([{ typeName }]) => leading.has(typeName)).map((entry) => lineOf(...entry, leading));
  return lines.length === 0 ? undefined : lines.sort();
}

/** Returns all message types of some files. */
export function messagesOf(files: Iterable<DescFile>): DescMessage[] {
  return [...files].flatMap((file) => [...nestedTypes(file)].filter((type) => type.kind === "message"));
}

const ANY = "google.protobuf.Any";

function extensionsIn(files: Iterable<DescFile>): ReadonlyMap<string, readonly DescExtension[]> {
  const found = new Map<string, DescExtension[]>();
  for (const file of files) {
    for (const type of nestedTypes(file)) {
      if (type.kind !== "extension") continue;
      const { typeName } = type.extendee;
      found.set(typeName, [...(found.get(typeName) ?? []), type]);
    }
  }
  return found;
}

type Fields = ReadonlyMap<DescMessage, readonly (DescField | DescExtension)[]>;

/** Returns the types that have a redacted field, at any depth. An Any may contain one. */
function leadingTypes(fields: Fields): ReadonlySet<string> {
  const users = new Map<string, string[]>();
  const leading = new Set([ANY]);
  for (const [{ typeName }, all] of fields) {
    if (all.some(isRedactedField)) leading.add(typeName);
    for (const { message } of all) {
      if (message) users.set(message.typeName, [...(users.get(message.typeName) ?? []), typeName]);
    }
  }
  // Iteration over a set includes elements that are added meanwhile.
  for (const typeName of leading) for (const user of users.get(typeName) ?? []) leading.add(user);
  return leading;
}

function lineOf(
  { typeName }: DescMessage,
  fields: readonly (DescField | DescExtension)[],
  leading: ReadonlySet<string>,
): string {
  const isClosed = fields.some(isRedactedField);
  const steps = fields.map((field) => `${field.number}${stepOf(field, leading)}`);
  return [typeName, ...steps.filter((step) => isClosed || /\D/.test(step))].join(" ");
}

function stepOf(field: DescField | DescExtension, leading: ReadonlySet<string>): string {
  if (isRedactedField(field)) return `${isRequired(field) ? "!!" : "!"}${kindOf(field)}`;
  const { message } = field;
  if (!message || !leading.has(message.typeName)) return "";
  const step = message.typeName === ANY ? "@" : `:${message.typeName}`;
  return field.fieldKind === "map" ? `%${step}` : step;
}

function isRequired(field: DescField | DescExtension): boolean {
  return "presence" in field && field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED;
}

function kindOf(field: DescField | DescExtension): string {
  if (field.fieldKind === "map") return "message";
  if (field.message) return "delimitedEncoding" in field && field.delimitedEncoding ? "group" : "message";
  return KINDS.get(field.scalar ?? ScalarType.INT32) ?? "varint";
}

/** By the types of scalars, how they are encoded. All others are varints. */
const KINDS: ReadonlyMap<ScalarType, string> = new Map([
  [ScalarType.STRING, "text"],
  [ScalarType.BYTES, "text"],
  [ScalarType.DOUBLE, "fixed64"],
  [ScalarType.FIXED64, "fixed64"],
  [ScalarType.SFIXED64, "fixed64"],
  [ScalarType.FLOAT, "fixed32"],
  [ScalarType.FIXED32, "fixed32"],
  [ScalarType.SFIXED32, "fixed32"],
]);
