import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import type { Category } from "../definition.js";
import { readCategories } from "./categories.js";
import { baseClassOf, type ClientErrorNames, clientErrorNamesOf, isClassName, kurrentDomainOf } from "./names.js";
import type { OptionValue } from "./option-value.js";
import type { Problems } from "./problems.js";
import { enumsOf, type Schema } from "./schema.js";
import { isDomain } from "./text-checks.js";

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
