import type { ListedEnum, ListedError } from "../listing.js";
import { inlineProse } from "./prose.js";
import type { ReferenceLinks } from "./reference-links.js";
import { code, escapeText, table } from "./syntax.js";

/** Errors that stand in one table. */
interface Group {
  /** Undefined for the only group of an enum without categories. */
  readonly title: string | undefined;
  readonly errors: readonly ListedError[];
}

/** The errors of an enum by category, in the order of the declaration. */
export function groupsOf({ categories, errors }: ListedEnum): Group[] {
  if (categories.length === 0) return [{ title: undefined, errors }];
  const groups = categories.map(({ name, first, last }) => ({
    title: `${name} (${first} to ${last})`,
    errors: errors.filter(({ category }) => category?.first === first && category.last === last),
  }));
  return groups.filter(({ errors }) => errors.length > 0);
}

/** A column of an overview. It is left out of tables in which no error has a value for it. */
interface Column {
  readonly title: string;
  value(error: ListedError, listed: ListedEnum, reference: ReferenceLinks): string;
}

const COLUMNS: readonly Column[] = [
  { title: "Number", value: ({ number }, { numericCodes }) => (numericCodes ? String(number) : "") },
  {
    title: "Error",
    value: (error, { numericCodes }, reference) =>
      reference.toError(error, numericCodes ? escapeText(error.displayName) : code(error.reason)),
  },
  { title: "Code", value: ({ code }) => code.name },
  { title: "HTTP", value: ({ httpStatus }) => String(httpStatus) },
  {
    title: "Meaning",
    value: ({ deprecated, documentation }) =>
      `${deprecated ? "Deprecated. " : ""}${inlineProse(documentation.summary)}`,
  },
  { title: "Since", value: ({ since }) => escapeText(since ?? "") },
];

/** The table of some errors of an enum. */
export function overviewTable(listed: ListedEnum, errors: readonly ListedError[], reference: ReferenceLinks): string {
  const labels = [...new Set(errors.flatMap(({ labels }) => Object.keys(labels)))].sort();
  const columns = [
    ...COLUMNS,
    ...labels.map(
      (name): Column => ({ title: capitalized(name), value: ({ labels }) => escapeText(labels[name] ?? "") }),
    ),
  ].filter(({ value }) => errors.some((error) => value(error, listed, reference) !== ""));
  return table(
    columns.map(({ title }) => escapeText(title)),
    errors.map((error) => columns.map(({ value }) => value(error, listed, reference))),
  );
}

/** A label as a title: `Made by` for `made_by`. */
function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
}
