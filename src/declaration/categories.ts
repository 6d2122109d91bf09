import { type Categories, type Category, categoriesHolding, width } from "../definition.js";
import type { DeclaredEnum } from "./model.js";
import type { OptionValue } from "./option-value.js";
import type { Place, Problems } from "./problems.js";
import { lineMistake } from "./text-checks.js";

/** Reads the categories of an enum and reports what is wrong with them. */
export function readCategories(option: OptionValue, problems: Problems): Category[] {
  const categories: Category[] = [];
  for (const [index, item] of option.messages("categories").entries()) {
    const category = { name: item.text("name"), first: item.number("first"), last: item.number("last") };
    const { name, first, last } = category;
    const place = option.place("categories", index);
    const twin = categories.find((other) => other.first === first && other.last === last);
    if (name.trim() === "") {
      problems.report(place, `the category of ${first} to ${last} has no name; write what its numbers are about`);
    }
    const mistake = lineMistake(name);
    if (name.trim() !== "" && mistake)
      problems.report(place, `the name ${JSON.stringify(name)} of a category ${mistake}`);
    if (last < first) {
      const found = `the category ${JSON.stringify(name)} ends with ${last} before it begins with ${first}`;
      problems.report(place, `${found}; write first: ${last} last: ${first}`);
    } else if (twin) {
      const found = `the categories ${JSON.stringify(twin.name)} and ${JSON.stringify(name)} are both of ${first} to ${last}`;
      problems.report(place, `${found}; leave one of them out`);
    }
    categories.push(category);
  }
  return categories;
}

/** The categories of enums, by their domains. */
export function categoriesOf(enums: readonly DeclaredEnum[]): Categories {
  const categories = new Map<string, Category[]>();
  for (const { domain, categories: declared } of enums) {
    if (declared.length > 0) categories.set(domain, [...(categories.get(domain) ?? []), ...declared]);
  }
  return Object.fromEntries(categories);
}

/** The narrowest of the categories that a number lies in; reports if there is none, or more than one. */
export function categoryOf(
  number: number,
  categories: readonly Category[],
  place: Place,
  problems: Problems,
): string | undefined {
  const [narrowest, next] = categoriesHolding(number, categories);
  if (!narrowest) {
    if (categories.length > 0 && categories.every(({ first, last }) => first <= last)) {
      const ranges = categories.map(rangeText).join(", ");
      problems.report(
        place,
        `the number ${number} lies in no category; give it one of ${ranges}, or widen one of them`,
      );
    }
    return undefined;
  }
  if (next && width(next) === width(narrowest) && next.first !== narrowest.first) {
    const found = `the number ${number} lies in ${rangeText(narrowest)} and in ${rangeText(next)}, which are equally wide`;
    problems.report(place, `${found}; make one of them narrower`);
  }
  return narrowest.name;
}

function rangeText({ name, first, last }: Category): string {
  return `${JSON.stringify(name)} (${first} to ${last})`;
}
