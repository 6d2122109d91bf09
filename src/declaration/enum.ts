import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import { type Categories, type Category, categoriesHolding, width } from "../definition.js";
import type { DeclaredEnum } from "./model.js";
import { baseClassOf, type ClientErrorNames, clientErrorNamesOf, isClassName, kurrentDomainOf } from "./names.js";
import type { OptionValue } from "./option-value.js";
import { isDomain, lineMistake, type Place, type Problems } from "./problems.js";
import { enumsOf, type Schema } from "./schema.js";

/** What all errors of an enum have in common, with all that can be derived filled in. */
export interface EnumAnnotation {
  readonly domain: string;
  readonly numericCodes: boolean;
  readonly categories: readonly Category[];
  readonly baseClass: string;
  readonly clientErrors: ClientErrorNames | undefined;
}

/** Reads what is said of all errors of an enum, and reports what is wrong with it. */
export function readEnumAnnotation(
  desc: DescEnum,
  errors: readonly DescEnumValue[],
  schema: Schema,
  problems: Problems,
): EnumAnnotation {
  const option = schema.errorEnum(desc);
  const domain = domainOf(desc, errors, schema);
  if (!isDomain(domain)) reportDomain(domain, desc, option, schema, problems);
  return {
    domain,
    numericCodes: option?.flag("numeric_codes") ?? false,
    categories: option ? readCategories(option, problems) : [],
    baseClass: readBaseClass(desc, option, problems),
    clientErrors: readClientErrors(desc, option, schema, problems),
  };
}

/** The domain of an enum's errors: as written, else in Kurrent's convention or else the package. */
export function domainOf(desc: DescEnum, errors: readonly DescEnumValue[], schema: Schema): string {
  const written = schema.errorEnum(desc)?.text("domain");
  if (written) return written;
  return errors.some((value) => schema.kurrentError(value)) ? kurrentDomainOf(desc.name) : desc.file.proto.package;
}

function reportDomain(
  domain: string,
  desc: DescEnum,
  option: OptionValue | undefined,
  schema: Schema,
  problems: Problems,
): void {
  const instead = 'a name in lower case such as "orders.shop.example"';
  if (option?.text("domain")) {
    problems.report(option.place("domain"), `the domain ${JSON.stringify(domain)} is no name; write ${instead}`);
    return;
  }
  const found = domain ? `the domain of ${desc.name} would be ${JSON.stringify(domain)}` : `${desc.name} has no domain`;
  const place = option?.place() ?? schema.place(desc);
  problems.report(place, `${found}; write option (richerrors.v1.error_enum) = {domain: ...} with ${instead}`);
}

function readBaseClass(desc: DescEnum, option: OptionValue | undefined, problems: Problems): string {
  const derived = baseClassOf(desc.name);
  const written = option?.text("base_class");
  if (!option || !written) return derived;
  if (isClassName(written)) return written;
  const found = `base_class ${JSON.stringify(written)} cannot be the name of a class`;
  problems.report(option.place("base_class"), `${found}; write a name such as ${derived}`);
  return derived;
}

function readClientErrors(
  desc: DescEnum,
  option: OptionValue | undefined,
  schema: Schema,
  problems: Problems,
): ClientErrorNames | undefined {
  const prefix = option?.text("client_errors");
  if (!option || !prefix) return undefined;
  const names = clientErrorNamesOf(prefix);
  const report = (text: string) => problems.report(option.place("client_errors"), text);
  if (!isClassName(names.api)) {
    const found = `client_errors ${JSON.stringify(prefix)} cannot be what the name of a class begins with`;
    report(`${found}; write a name such as ${desc.name.replace(/Error$/, "") || desc.name}`);
  }
  const first = enumsOf(desc.file).find((other) => schema.errorEnum(other)?.text("client_errors"));
  if (first && first !== desc) {
    const found = `${desc.name} has client_errors, as has ${first.name} in the same file, whose errors are one catalog`;
    report(`${found}; leave it out of one of them, or move one enum to a file of its own`);
  }
  return names;
}

/** Reads the categories of an enum and reports what is wrong with them. */
function readCategories(option: OptionValue, problems: Problems): Category[] {
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
