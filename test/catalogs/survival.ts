import { expect, it } from "vitest";
import type { ErrorClass } from "../../src/catalog.js";
import { type Catalog, pack, type RichError, unpack } from "../../src/index.js";

/** An error with a sample of its detail, and its message. */
export type Sample = readonly [error: RichError, message: string];

/** Tests that every error of a catalog can be constructed, has the expected message and survives the wire. */
export function describeSurvival(
  catalog: Catalog,
  base: abstract new (...args: never) => RichError,
  samples: readonly Sample[],
) {
  const classes = [...catalog];

  function sampleOf(errorClass: ErrorClass): RichError {
    const { detail, reason } = errorClass.definition;
    if (!detail) return Reflect.construct(errorClass as unknown as new () => RichError, []);
    const sample = samples.find(([error]) => error.reason === reason);
    if (!sample) throw new Error(`there is no sample of ${reason}`);
    return sample[0];
  }

  it.each(samples)("has a message made from its detail: %s", (error, message) => {
    expect(error.message).toBe(message);
  });

  it("has a sample here if it has a detail", () => {
    const withDetail = classes.filter(({ definition }) => definition.detail);
    expect(samples.map(([error]) => error.constructor)).toEqual(withDetail);
  });

  it.each(classes)("$definition.reason survives the wire", (errorClass) => {
    const { reason, domain, code, number, numericCode } = errorClass.definition;
    const error = sampleOf(errorClass);
    const back = unpack(pack(error), { catalogs: [catalog] });
    expect(back).toBeInstanceOf(errorClass);
    expect(back).toBeInstanceOf(base);
    expect(back.constructor).toBe(errorClass);
    expect(back.issues).toEqual([]);
    expect([back.code, back.message]).toEqual([code, error.message]);
    expect(back.info).toEqual({ reason, domain, metadata: numericCode ? { code: String(number) } : {} });
    expect(back.detail).toEqual(error.detail);
  });
}
