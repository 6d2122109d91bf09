import fc, { type Arbitrary } from "fast-check";
import { expect, it } from "vitest";
import { decodeReport } from "../../src/decode/report.js";
import { FORMS } from "../decode/forms.js";
import { anyText, CATALOGS } from "./arbitraries.js";
import { runs, TIMEOUT } from "./runs.js";

const forms = Object.values(FORMS).map((form) =>
  typeof form === "string" ? form : Buffer.from(form).toString("latin1"),
);

/** A form of an error with a part of it cut out, repeated, or replaced by anything. */
const broken: Arbitrary<string> = fc
  .tuple(fc.constantFrom(...forms), fc.nat(2_000), fc.nat(60), fc.oneof(anyText, fc.constantFrom(...forms)))
  .map(([form, start, length, instead]) => {
    const at = start % form.length;
    return form.slice(0, at) + instead + form.slice(at + length);
  });

/** The letters of the forms, in any order. */
const letters = fc.string({
  unit: fc.constantFrom(
    ..."{}[]\"'`\\:,=%xb0aA/+-_ \n\t<>ERROR5".split(""),
    "grpc-status-details-bin",
    "CAUS",
    "\\x08",
    "<Buffer 08",
  ),
});

const input = fc.oneof(
  broken,
  letters,
  anyText,
  fc.uint8Array({ maxLength: 300 }),
  broken.map((text) => Buffer.from(text)),
);

it(
  "decodeReport explains any input, or finds nothing in it: as plain data, bounded in size",
  () => {
    fc.assert(
      fc.property(input, fc.constantFrom(undefined, "hex", "http"), (input, kind) => {
        const report = decodeReport(input, { catalogs: CATALOGS, ...(kind && { kind }) });
        const json = JSON.stringify(report);
        expect(JSON.parse(json)).toEqual(report);
        expect(json.length).toBeLessThan(20_000 + 200 * input.length);
        expect(report.errors.length).toBeLessThanOrEqual(100);
        for (const { found, code } of report.errors) {
          expect(code.number).toBeGreaterThanOrEqual(1);
          expect(code.number).toBeLessThanOrEqual(16);
          expect(found.times).toBeGreaterThanOrEqual(1);
        }
      }),
      runs(0.1),
    );
  },
  TIMEOUT,
);
