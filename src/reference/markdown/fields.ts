import type { ListedField, ListedMessage } from "../listing.js";
import { inlineProse } from "./prose.js";
import { code, table } from "./syntax.js";

/** The table of a message's fields. Empty if it has none. */
export function fieldTable({ fields }: ListedMessage): string[] {
  if (fields.length === 0) return [];
  return [
    table(
      ["Field", "Type", "Meaning"],
      fields.map((field) => [code(field.name), typeText(field), meaning(field)]),
    ),
  ];
}

function typeText({ label, type, oneof }: ListedField): string {
  const before = label === "singular" || label === "map" ? "" : `${label} `;
  return `${before}${code(type)}${oneof === undefined ? "" : `, one of ${code(oneof)}`}`;
}

function meaning({ deprecated, redacted, documentation }: ListedField): string {
  const flags = `${deprecated ? "Deprecated. " : ""}${redacted ? "Redacted: logs do not show it. " : ""}`;
  return `${flags}${inlineProse(documentation)}`.trimEnd();
}
