import { anchorOf } from "../anchor.js";
import { errorKey, type ListedEnum, type ListedError, type Listing } from "../listing.js";

/** An error in the explorer, with what the page looks up for it. */
export interface Entry {
  readonly error: ListedError;
  readonly declared: ListedEnum;
  /** The name of the system that declares it: see {@link systemOf}. */
  readonly system: string;
  readonly anchor: string;
  /** The full names of the methods that answer it. */
  readonly methods: readonly string[];
}

/** Returns the errors of a listing, in the order of declaration. */
export function entriesOf({ enums, methods }: Listing): Entry[] {
  const byError = new Map<string, string[]>();
  for (const { name, errors } of methods) {
    for (const error of errors) {
      const key = errorKey(error);
      byError.set(key, [...(byError.get(key) ?? []), name]);
    }
  }
  return enums.flatMap((declared) =>
    declared.errors.map((error) => ({
      error,
      declared,
      system: systemOf(declared.name),
      anchor: anchorOf(error),
      methods: byError.get(errorKey(error)) ?? [],
    })),
  );
}

/**
 * Returns the system that an enum belongs to: its package up to the version.
 *
 * `shop.orders.v1.OrderError` and `shop.orders.v2.internal.StockError` are both of `shop.orders`.
 */
export function systemOf(enumName: string): string {
  const parts = enumName.split(".").slice(0, -1);
  const version = parts.findIndex((part) => /^v\d/.test(part));
  return (version < 1 ? parts : parts.slice(0, version)).join(".") || enumName;
}

/** The ways to filter errors: the title of each, and the value that an error has. `undefined` if it has none. */
export const FACETS = {
  system: { title: "System", valueOf: ({ system }) => system },
  recovery: { title: "Recovery", valueOf: ({ error }) => error.recovery ?? UNDECLARED },
  code: { title: "Code", valueOf: ({ error }) => error.code.name },
  category: { title: "Category", valueOf: ({ error }) => error.category?.name },
} satisfies Readonly<Record<string, { title: string; valueOf(entry: Entry): string | undefined }>>;

/** The value of errors whose recovery is not declared. */
export const UNDECLARED = "UNDECLARED";

export type Facet = keyof typeof FACETS;

export const FACET_NAMES = Object.keys(FACETS) as readonly Facet[];
