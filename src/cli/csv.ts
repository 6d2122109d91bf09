import { printable } from "../declaration/problems.js";
import type { ListedField } from "./listed-message.js";
import type { ListedEnum, ListedError, Listing } from "./listing.js";

type Cell = string | number | boolean | undefined;

/** What stands in each column, by the column's head. A cell with several lines has one for each item. */
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
 * A listing as CSV: a line for each error, under a line of heads.
 *
 * A text that a spreadsheet would take for a formula begins with `'`, and what
 * would steer a terminal is made visible. Who reads CSV by a program, and wants
 * texts as they are, reads JSON.
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
  // Some spreadsheets take a semicolon for the end of a cell.
  return /[",;\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Some spreadsheets take the wide forms for the same, and look behind white space. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

function fieldText({ name, type, label, documentation }: ListedField): string {
  const typeText = label === "singular" || label === "map" ? type : `${label} ${type}`;
  return `${name}: ${typeText}${documentation === "" ? "" : ` (${documentation.replaceAll("\n", " ")})`}`;
}
