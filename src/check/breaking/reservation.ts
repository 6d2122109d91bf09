import type { DescEnum, DescEnumValue, DescField, DescMessage } from "@bufbuild/protobuf";
import { Edition } from "@bufbuild/protobuf/wkt";

/**
 * Returns what to write instead of a deletion, or `undefined` if the deletion is the end of a retirement: the old version
 * deprecated the value or field, and the new one reserves its number and its name.
 *
 * @param parent the enum or the message in the new version, if it still exists
 */
export function retirementOf(
  deleted: DescEnumValue | DescField,
  parent: DescEnum | DescMessage | undefined,
): string | undefined {
  const missing = parent ? missingReservations(deleted, parent) : [];
  if (deleted.deprecated) return missing.length === 0 ? undefined : `write ${missing.join(" and ")} in its place`;
  const reserved = missing.length === 0 ? "" : `, and write ${missing.join(" and ")} in its place`;
  return `restore it with deprecated = true, delete it once nobody sends it any more${reserved}`;
}

function missingReservations({ name, number }: DescEnumValue | DescField, parent: DescEnum | DescMessage): string[] {
  const { reservedName, reservedRange } = parent.proto;
  // The last number of a range is part of it in enums, but not in messages.
  const isIn = (start: number, end: number) =>
    start <= number && (parent.kind === "enum" ? number <= end : number < end);
  const quoted = parent.file.edition >= Edition.EDITION_2023 ? name : JSON.stringify(name);
  return [
    ...(reservedRange.some(({ start, end }) => isIn(start, end)) ? [] : [`reserved ${number};`]),
    ...(reservedName.includes(name) ? [] : [`reserved ${quoted};`]),
  ];
}
