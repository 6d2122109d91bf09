import { printable } from "../../declaration/problems.js";
import type { ListedEnum, ListedError, ListedField, Listing } from "../../reference/listing.js";

type Cell = string | number | boolean | undefined;

/** The cells of an error, by the headers of their columns. A list is one cell with a line for each item. */
const COLUMNS: Readonly<Record<string, (error: ListedError, of: ListedEnum) => Cell>> = {
  domain: ({ domain }) => domain,
  number: ({ number }) => number,
  reason: ({ reason }) => reason,
  displayName: ({ displayName }) => displayName,
  category: ({ category }) => category?.name,
  categoryFirst: ({ category }) => category?.first,
  categoryLast: ({ category }) => category?.last,
  code: ({ code }) => code.name,
  codeNumber: ({ code }) => code.number,
  httpStatus: ({ httpStatus }) => httpStatus,
  summary: ({ documentation }) => documentation.summary,
  causes: ({ documentation }) => documentation.causes.join("\n"),
  clientAction: ({ documentation }) => documentation.clientAction,
  recovery: ({ recovery }) => recovery,
  redirectTo: ({ redirectTo }) => redirectTo,
  retryDelay: ({ retryDelay }) => retryDelay,
  outcome: ({ outcome }) => outcome,
  fault: ({ fault }) => fault,
  origin: ({ origin }) => origin,
  message: ({ message }) => message,
  detail: ({ detail }) => detail?.type,
  detailFields: ({ detail }) => detail?.fields.map(fieldText).join("\n"),
  since: ({ since }) => since,
  labels: ({ labels }) =>
    Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join("\n"),
  helpUrl: ({ helpUrl }) => helpUrl,
  deprecated: ({ deprecated }) => deprecated,
  className: ({ className }) => className,
  baseClass: (_, { baseClass }) => baseClass,
  numericCodes: (_, { numericCodes }) => numericCodes,
  enum: (error) => error.enum,
  name: ({ name }) => name,
  file: ({ file }) => file,
  line: ({ line }) => line,
};

/**
 * A listing as CSV: a line of headers, then a line for each error.
 *
 * - A text that a spreadsheet would run as a formula starts with `'`.
 * - Characters that control a terminal become visible.
 *
 * Programs that need the exact texts read JSON instead.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvOf({ enums }: Listing): string {
  const rows = enums.flatMap((listed) =>
    listed.errors.map((error) => Object.values(COLUMNS).map((cellOf) => cellOf(error, listed))),
  );
  return [Object.keys(COLUMNS), ...rows].map((row) => `${row.map(cellText).join(",")}\r\n`).join("");
}

function cellText(cell: Cell): string {
  if (cell === undefined) return "";
  const shown = String(cell).replace(/[^\t\n]+/g, printable);
  const text = typeof cell === "string" && FORMULA.test(cell) ? `'${shown}` : shown;
  // Some spreadsheets split cells at semicolons.
  return /[",;\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Some spreadsheets also run formulas that start with white space or with full-width characters. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

function fieldText({ name, type, label, documentation }: ListedField): string {
  const typeText = label === "singular" || label === "map" ? type : `${label} ${type}`;
  return `${name}: ${typeText}${documentation === "" ? "" : ` (${documentation.replaceAll("\n", " ")})`}`;
}
