import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import { domainOf } from "../../declaration/enum.js";
import { defaultReason } from "../../declaration/names.js";
import { placeText } from "../../declaration/problems.js";
import { enumsOf, type Schema } from "../../declaration/schema.js";
import type { Category } from "../../definition.js";
import { STANDARD } from "./groups.js";
import type { LintRule } from "./subject.js";

/** The longest domain name of the Domain Name System. */
const LONGEST_DOMAIN = 253;

/** The rules about which error is which: values, domains, and what an enum reserves. */
export const IDENTITY_RULES: readonly LintRule[] = [
  {
    id: "RICH_ERRORS_VALUE_ANNOTATED",
    purpose: "Checks that every value of an enum of errors is an error, except for the one with the number 0.",
    ...STANDARD,
    check({ enums, schema }, report) {
      for (const { desc } of enums) {
        const numbers = new Set(desc.values.filter((value) => schema.isError(value)).map(({ number }) => number));
        for (const value of desc.values) {
          // An alias of an error is the same error, and 0 means that there is none.
          if (value.number === 0 || numbers.has(value.number)) continue;
          const mistake = `${value.name} is not an error, but other values of ${desc.name} are`;
          const fix = "annotate it with (richerrors.v1.error), or move it to another enum";
          report(schema.place(value), `${mistake}; ${fix}`);
        }
      }
    },
  },
  {
    id: "RICH_ERRORS_DOMAIN_QUALIFIED",
    purpose:
      "Checks that a domain can be unique among all services (AIP-193): it has a dot and at most 253 characters.",
    ...STANDARD,
    check({ enums, schema }, report) {
      for (const { desc, domain } of enums) {
        if (domain === "" || (domain.includes(".") && domain.length <= LONGEST_DOMAIN)) continue;
        const option = schema.errorEnum(desc);
        const isWritten = option?.has("domain");
        // Kurrent's convention leaves no choice.
        if (!isWritten && desc.values.some((value) => schema.kurrentError(value))) continue;
        const place = isWritten ? option?.place("domain") : undefined;
        const subject = `the domain ${JSON.stringify(domain)} of ${desc.name}`;
        const mistake = domain.includes(".")
          ? `has ${domain.length} characters, more than the ${LONGEST_DOMAIN} that a domain name can have; shorten it`
          : `may be the domain of another service as well; write the name of your service, such as "${domain}.example.com"`;
        report(place ?? schema.place(desc), `${subject} ${mistake}`);
      }
    },
  },
  {
    id: "RICH_ERRORS_NUMBER_DOMAIN",
    purpose: "Checks that no two enums of a domain send the same number for different errors.",
    ...STANDARD,
    check(subject, report) {
      const { schema } = subject;
      const seen = new Map<string, DescEnumValue>();
      const others = numericEnums(schema).filter(({ desc }) => !subject.targets.includes(desc.file));
      const key = (domain: string, { number }: DescEnumValue) => `${domain}\n${number}`;
      for (const { desc, domain } of others) {
        for (const value of desc.values) if (schema.isError(value)) seen.set(key(domain, value), value);
      }
      for (const { value, facts } of subject.errors) {
        if (!facts.numericCode) continue;
        const first = seen.get(key(facts.domain, value));
        if (!first) seen.set(key(facts.domain, value), value);
        else if (first.parent !== value.parent) {
          const where = `${first.name} at ${placeText(schema.place(first))}`;
          const mistake = `${value.name} sends the number ${value.number} in the domain ${JSON.stringify(facts.domain)}, as does ${where}`;
          report(schema.place(value), `${mistake}; give one of them another number, or one enum another domain`);
        }
      }
    },
  },
  {
    id: "RICH_ERRORS_RESERVED_NUMBER",
    purpose:
      "Checks that no error sends a number that an enum of its domain reserves, and that categories have numbers left.",
    ...STANDARD,
    check(subject, report) {
      const { schema } = subject;
      const reserving = numericEnums(schema).filter(({ desc }) => desc.proto.reservedRange.length > 0);
      for (const { value, facts } of reserving.length > 0 ? subject.errors : []) {
        if (!facts.numericCode) continue;
        const other = reserving.find(({ desc, domain }) => domain === facts.domain && isReserved(value.number, desc));
        if (!other) continue;
        const mistake = `${value.name} has the number ${value.number}, which ${other.desc.name} of the same domain reserves`;
        report(schema.place(value), `${mistake}; clients may know it as a removed error, so write another number`);
      }
      for (const { desc, categories } of subject.enums) {
        for (const [index, category] of categories.entries()) {
          if (!isUsedUp(category, desc)) continue;
          const place = schema.errorEnum(desc)?.place("categories", index) ?? schema.place(desc);
          const mistake = `${desc.name} reserves every number of the category ${JSON.stringify(category.name)}`;
          report(place, `${mistake}; widen the category, or remove it`);
        }
      }
    },
  },
  {
    id: "RICH_ERRORS_RESERVED_REASON",
    purpose: "Checks that no error has the reason of a name that an enum of its domain reserves.",
    ...STANDARD,
    check(subject, report) {
      const { schema } = subject;
      const reserved = new Map<string, readonly [name: string, desc: DescEnum]>();
      for (const { desc, domain } of errorEnums(schema)) {
        for (const name of desc.proto.reservedName) {
          reserved.set(`${domain}\n${defaultReason(name, desc.name)}`, [name, desc]);
        }
      }
      for (const { value, facts } of subject.errors) {
        const [name, desc] = reserved.get(`${facts.domain}\n${facts.reason}`) ?? [];
        if (!desc) continue;
        const mistake = `${value.name} has the reason ${facts.reason}, which ${desc.name} reserves with the name ${name}`;
        report(
          schema.reasonPlace(value),
          `${mistake}; clients may know it as a removed error, so write another reason`,
        );
      }
    },
  },
];

interface ErrorEnum {
  readonly desc: DescEnum;
  readonly domain: string;
}

/** The enums of errors in all files, imported ones included. */
function errorEnums(schema: Schema): ErrorEnum[] {
  return schema.files.flatMap((file) =>
    enumsOf(file).flatMap((desc) => {
      const errors = desc.values.filter((value) => schema.isError(value));
      return errors.length === 0 ? [] : { desc, domain: domainOf(desc, errors, schema) };
    }),
  );
}

function numericEnums(schema: Schema): ErrorEnum[] {
  return errorEnums(schema).filter(({ desc }) => schema.errorEnum(desc)?.flag("numeric_codes"));
}

/** Checks whether an enum reserves a number. In an enum, a range includes its end. */
function isReserved(number: number, { proto }: DescEnum): boolean {
  return proto.reservedRange.some(({ start, end }) => start <= number && number <= end);
}

/** Checks whether an enum reserves every number of a category. Ranges may adjoin or overlap. */
function isUsedUp({ first, last }: Category, { proto }: DescEnum): boolean {
  let next = first;
  for (const { start, end } of [...proto.reservedRange].sort((a, b) => a.start - b.start)) {
    if (start > next) break;
    next = Math.max(next, end + 1);
  }
  return first <= last && next > last;
}
