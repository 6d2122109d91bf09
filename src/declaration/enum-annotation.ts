import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import type { Category } from "../category.js";
import { readCategories } from "./categories.js";
import { baseClassOf, isClassName, kurrentDomainOf } from "./names.js";
import type { OptionValue } from "./option-value.js";
import type { Problems } from "./problems.js";
import type { Schema } from "./schema.js";
import { isDomain } from "./text-checks.js";

/** What all errors of an enum have in common, with all that can be derived filled in. */
export interface EnumAnnotation {
  readonly domain: string;
  readonly numericCodes: boolean;
  readonly categories: readonly Category[];
  readonly baseClass: string;
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
