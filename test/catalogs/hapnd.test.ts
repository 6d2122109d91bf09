import { describe, expect, it } from "vitest";
import {
  catalog,
  FileTooLargeError,
  HapndAggregateTypeMismatchError,
  HapndConcurrencyError,
  HapndError,
  HapndValidationError,
  NoReducerBoundError,
} from "../../gen/hapnd/v1/errors.rich.js";
import { pack, type RichError, unpack } from "../../src/index.js";
import { describeSurvival } from "./survival.js";

/** Error code and HTTP status as Hapnd documents them, then recovery and outcome. */
const TABLE: readonly [
  reason: string,
  httpStatus: number,
  recovery: string | undefined,
  outcome: string | undefined,
][] = [
  ["VALIDATION_ERROR", 400, "FIX_REQUEST", "NOT_APPLIED"],
  ["INVALID_REQUEST", 400, "FIX_REQUEST", "NOT_APPLIED"],
  ["INVALID_UPLOAD", 400, "FIX_REQUEST", "NOT_APPLIED"],
  ["INVALID_ZIP", 400, "FIX_REQUEST", "NOT_APPLIED"],
  ["INVALID_CONTENTS", 400, "FIX_REQUEST", "NOT_APPLIED"],
  ["FILE_TOO_LARGE", 400, "FIX_REQUEST", "NOT_APPLIED"],
  ["INVALID_REDUCER", 400, "FIX_REQUEST", "NOT_APPLIED"],
  ["REDUCER_NOT_READY", 400, "BACK_OFF_AND_RETRY", "NOT_APPLIED"],
  ["AGGREGATE_TYPE_MISMATCH", 400, "FIX_REQUEST", "NOT_APPLIED"],
  ["UNAUTHORIZED", 401, "AUTHENTICATE", "NOT_APPLIED"],
  ["NOT_FOUND", 404, undefined, undefined],
  ["NO_REDUCER_BOUND", 404, undefined, undefined],
  ["CONCURRENCY_CONFLICT", 409, "REFRESH_AND_RETRY", "NOT_APPLIED"],
  ["INTERNAL_ERROR", 500, "RETRY", undefined],
];

/** An error of each class that has a detail, and its message. */
const SAMPLES: readonly [RichError, string][] = [
  [
    new HapndValidationError({ violations: [{ field: "aggregateId", description: "is missing" }] }),
    "the request is not valid",
  ],
  [
    new FileTooLargeError({ size: 6_000_000n, maxSize: 5_242_880n }),
    "the upload has 6000000 bytes; the maximum is 5242880",
  ],
  [
    new HapndAggregateTypeMismatchError({ aggregateId: "o-7", requestedType: "invoice", actualType: "order" }),
    "o-7 is of type order, not invoice",
  ],
  [new NoReducerBoundError({ aggregateType: "order" }), "no reducer is bound for aggregates of type order"],
  [new HapndConcurrencyError({ expectedVersion: 5n, actualVersion: 7n }), "the aggregate is at version 7, not 5"],
];

const CLASSES = [...catalog];
const DEFINITIONS = CLASSES.map(({ definition }) => definition);

describe("the catalog of Hapnd", () => {
  it("has its 14 errors with the documented HTTP statuses and recoveries", () => {
    expect(catalog.size).toBe(14);
    expect(DEFINITIONS.map((d) => [d.reason, d.httpStatus, d.recovery, d.outcome])).toEqual(TABLE);
  });

  it("belongs to one domain, which does not send numbers", () => {
    expect(new Set(DEFINITIONS.map(({ domain }) => domain))).toEqual(new Set(["hapnd"]));
    expect(DEFINITIONS.filter(({ numericCode }) => numericCode)).toEqual([]);
  });

  it("finds errors by error code and by number", () => {
    for (const [index, [reason]] of TABLE.entries()) {
      expect(catalog.byReason("hapnd", reason)?.definition.reason).toBe(reason);
      expect(catalog.byNumber("hapnd", index + 1)?.definition.reason).toBe(reason);
    }
    expect(catalog.byReason("hapnd", "NETWORK_FAILURE")).toBeUndefined();
  });

  it("has the classes that an SDK distinguishes", () => {
    const names = ["CONCURRENCY_CONFLICT", "AGGREGATE_TYPE_MISMATCH", "VALIDATION_ERROR"].map(
      (reason) => catalog.byReason("hapnd", reason)?.definition.className,
    );
    expect(names).toEqual(["HapndConcurrencyError", "HapndAggregateTypeMismatchError", "HapndValidationError"]);
  });

  it("has the documentation of a client action for every error", () => {
    expect(DEFINITIONS.filter(({ documentation }) => !documentation.clientAction)).toEqual([]);
  });
});

describe("an error of Hapnd", () => {
  describeSurvival(catalog, HapndError, SAMPLES);

  it("sends both versions of a conflict exactly", () => {
    const error = new HapndConcurrencyError({ expectedVersion: 5n, actualVersion: 9_007_199_254_740_993n });
    expect(unpack(pack(error), { catalogs: [catalog] }).detail).toEqual({
      expectedVersion: 5n,
      actualVersion: 9_007_199_254_740_993n,
    });
  });
});
