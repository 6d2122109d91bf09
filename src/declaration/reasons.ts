import type { DescEnumValue, DescFile } from "@bufbuild/protobuf";
import { domainOf } from "./enum-annotation.js";
import { reasonOf } from "./names.js";
import { type Problems, placeText } from "./problems.js";
import { enumsOf, type Schema } from "./schema.js";

/**
 * Reports reasons that stand twice in a domain.
 *
 * Looks at all files that are known, and reports where at least one of the two
 * values is in one of the given files.
 */
export function checkReasons(files: readonly DescFile[], schema: Schema, problems: Problems): void {
  const seen = new Map<string, DescEnumValue>();
  // The given files last, so that what is reported is in one of them.
  const others = schema.files.filter((file) => !files.includes(file));
  for (const file of [...others, ...files]) {
    for (const desc of enumsOf(file)) {
      const errors = desc.values.filter((value) => schema.isError(value));
      const domain = domainOf(desc, errors, schema);
      for (const value of errors) {
        const reason = reasonOf(value.name, desc.name);
        const key = `${domain}\n${reason}`;
        const twin = seen.get(key);
        if (!twin) seen.set(key, value);
        else if (files.includes(file)) report(value, twin, reason, domain);
      }
    }
  }

  function report(value: DescEnumValue, twin: DescEnumValue, reason: string, domain: string): void {
    const found = `the reason ${reason} stands twice in the domain ${JSON.stringify(domain)}`;
    const where = `also as ${twin.name} at ${placeText(schema.place(twin))}`;
    problems.report(
      schema.place(value),
      `${found}, ${where}; rename one of the values, or give one enum a domain of its own`,
    );
  }
}
