import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import { type Categories, type Category, categoriesHolding, width } from "../definition.js";
import type { DeclaredEnum } from "./model.js";
import { baseClassOf, type ClientErrorNames, clientErrorNamesOf, isClassName, kurrentDomainOf } from "./names.js";
import type { OptionValue } from "./option-value.js";
import { isDomain, lineMistake, type Problems } from "./problems.js";
import { enumsOf, type Schema } from "./schema.js";

/** The properties that all errors of an enum share, with the defaults filled in. */
export interface EnumAnnotation {
  readonly domain: string;
  readonly numericCodes: boolean;
  readonly categories: readonly Category[];
  readonly baseClass: string;
  readonly clientErrors: ClientErrorNames | undefined;
}

/** Reads `(richerrors.v1.error_enum)` of an enum and reports mistakes in it. */
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

/** The domain of an enum's errors. By default, Kurrent's convention if a value has Kurrent's annotation, else the package. */
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
  const example = 'a lower-case name such as "orders.shop.example"';
  if (option?.text("domain")) {
    const mistake = `domain ${JSON.stringify(domain)} of ${desc.name} is not a valid domain`;
    problems.report(option.place("domain"), `${mistake}; write ${example}`, "DOMAIN_FORM");
    return;
  }
  const mistake = domain
    ? `the domain of ${desc.name} would be ${JSON.stringify(domain)}, which is not a valid domain`
    : `${desc.name} has no domain`;
  const place = option?.place() ?? schema.place(desc);
  const fix = `set domain in option (richerrors.v1.error_enum) to ${example}`;
  problems.report(place, `${mistake}; ${fix}`, "DOMAIN_FORM");
}

function readBaseClass(desc: DescEnum, option: OptionValue | undefined, problems: Problems): string {
  const byDefault = baseClassOf(desc.name);
  const written = option?.text("base_class");
  if (!option || !written) return byDefault;
  if (isClassName(written)) return written;
  const mistake = `base_class ${JSON.stringify(written)} of ${desc.name} cannot be the name of a class`;
  problems.report(option.place("base_class"), `${mistake}; write a name such as ${byDefault}`, "GENERATED_NAMES");
  return byDefault;
}

function readClientErrors(
  desc: DescEnum,
  option: OptionValue | undefined,
  schema: Schema,
  problems: Problems,
): ClientErrorNames | undefined {
  const prefix = option?.text("client_errors");
  if (!option || !prefix) return undefined;
  const place = option.place("client_errors");
  const names = clientErrorNamesOf(prefix);
  if (!isClassName(names.api)) {
    const mistake = `client_errors ${JSON.stringify(prefix)} of ${desc.name} cannot be the prefix of class names`;
    const fix = `write a prefix such as ${desc.name.replace(/Error$/, "") || desc.name}`;
    problems.report(place, `${mistake}; ${fix}`, "GENERATED_NAMES");
  }
  const first = enumsOf(desc.file).find((other) => schema.errorEnum(other)?.text("client_errors"));
  if (first && first !== desc) {
    const mistake = `${first.name} and ${desc.name} both set client_errors, but the catalog of a file takes only one`;
    const fix = "remove client_errors from one of them, or move one enum to another file";
    problems.report(place, `${mistake}; ${fix}`, "GENERATED_NAMES");
  }
  return names;
}

function readCategories(option: OptionValue, problems: Problems): Category[] {
  const categories: Category[] = [];
  for (const [index, item] of option.messages("categories").entries()) {
    const category = { name: item.text("name"), first: item.number("first"), last: item.number("last") };
    for (const mistake of mistakesIn(category, categories)) {
      problems.report(option.place("categories", index), mistake, "CATEGORIES");
    }
    categories.push(category);
  }
  return categories;
}

function* mistakesIn({ name, first, last }: Category, others: readonly Category[]): Iterable<string> {
  const quoted = JSON.stringify(name);
  const mistake = lineMistake(name);
  if (name.trim() === "") yield `the category from ${first} to ${last} has no name; write what its numbers are about`;
  else if (mistake) yield `the category name ${quoted} ${mistake}`;
  const other = others.find((other) => other.first === first && other.last === last);
  if (last < first) {
    yield `the category ${quoted} has first: ${first} and last: ${last}; write first: ${last} last: ${first}`;
  } else if (other) {
    const names = `${JSON.stringify(other.name)} and ${quoted}`;
    yield `the categories ${names} both cover ${first} to ${last}; remove one of them`;
  }
}

/** The categories of enums, by domain. */
export function categoriesOf(enums: readonly DeclaredEnum[]): Categories {
  const categories = new Map<string, Category[]>();
  for (const { domain, categories: declared } of enums) {
    if (declared.length > 0) categories.set(domain, [...(categories.get(domain) ?? []), ...declared]);
  }
  return Object.fromEntries(categories);
}

/** The name of the narrowest category that contains the number of an error. Reports a number without one, or with two. */
export function categoryOf(
  value: DescEnumValue,
  categories: readonly Category[],
  schema: Schema,
  problems: Problems,
): string | undefined {
  const number = `the number ${value.number} of ${value.name}`;
  const [narrowest, next] = categoriesHolding(value.number, categories);
  if (!narrowest) {
    if (categories.length > 0 && categories.every(({ first, last }) => first <= last)) {
      const ranges = categories.map(rangeText).join(", ");
      const mistake = `${number} is in no category`;
      const fix = `write a number in ${ranges}, or widen a category`;
      problems.report(schema.place(value), `${mistake}; ${fix}`, "NUMBER_CATEGORY");
    }
    return undefined;
  }
  if (next && width(next) === width(narrowest) && next.first !== narrowest.first) {
    const mistake = `${number} is in ${rangeText(narrowest)} and ${rangeText(next)}, which are equally wide`;
    problems.report(schema.place(value), `${mistake}; narrow one of them`, "NUMBER_CATEGORY");
  }
  return narrowest.name;
}

function rangeText({ name, first, last }: Category): string {
  return `${JSON.stringify(name)} (${first} to ${last})`;
}
