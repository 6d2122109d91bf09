/** A range of numbers with a name, declared by an enum for its errors. */
export interface Category {
  readonly name: string;
  /** The first number of the range. */
  readonly first: number;
  /** The last number of the range. */
  readonly last: number;
}

/** The categories of domains, by the domains' names. */
export type Categories = Readonly<Record<string, readonly Category[]>>;

/** The categories that a number lies in, the narrowest first. */
export function categoriesHolding(number: number, categories: readonly Category[]): Category[] {
  return categories.filter(({ first, last }) => first <= number && number <= last).sort((a, b) => width(a) - width(b));
}

/** The name of the narrowest category that a number lies in; none if it lies in none, or if two are as narrow. */
export function narrowestCategory(number: number, categories: readonly Category[]): string | undefined {
  const holding = categoriesHolding(number, categories);
  const narrowest = holding.filter((category, _, [first]) => first && width(category) === width(first));
  const [only, another] = new Set(narrowest.map(({ name }) => name));
  return another === undefined ? only : undefined;
}

/** How many numbers lie in a category, less one. */
export function width({ first, last }: Category): number {
  return last - first;
}
