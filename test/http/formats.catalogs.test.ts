import fc from "fast-check";
import { type Catalog, pack, type RichError, unpack } from "grpc-rich-errors";
import * as aerospike from "grpc-rich-errors/catalogs/aerospike";
import * as eventlog from "grpc-rich-errors/catalogs/eventlog";
import * as hapnd from "grpc-rich-errors/catalogs/hapnd";
import * as kurrent from "grpc-rich-errors/catalogs/kurrent";
import * as kurrentdb from "grpc-rich-errors/catalogs/kurrentdb";
import { describe, expect, it } from "vitest";
import type { ErrorClass } from "../../src/catalog.js";
import { recipe } from "../fuzz/arbitraries.js";
import { runs, TIMEOUT } from "../fuzz/runs.js";
import * as shapes from "../gen/shapes/v1/shapes.rich.js";
import { detailsOf } from "../support/details.js";
import { overHttp } from "../support/over-http.js";

const SYSTEMS = { aerospike, eventlog, hapnd, kurrent, kurrentdb };

/** Generates errors of a class. */
function errorsOf(errorClass: ErrorClass) {
  const construct = errorClass as unknown as new (...args: unknown[]) => RichError;
  const { definition } = errorClass;
  return detailsOf(definition).map((detail) => (definition.detail ? new construct(detail) : new construct()));
}

describe.each(Object.entries(SYSTEMS))("over HTTP, every error of %s", (_, { catalog }) => {
  const catalogs: readonly Catalog[] = [catalog];

  it.each(["status", "problem"] as const)(
    "equals the same error over gRPC, in the format %s",
    (format) => {
      for (const errorClass of catalog) {
        fc.assert(
          fc.property(errorsOf(errorClass), (error) => {
            const back = overHttp(error, catalogs, { format });
            expect(back.constructor).toBe(errorClass);
            expect(back.detail).toEqual(unpack(pack(error), { catalogs }).detail);
            expect(jsonOf(back)).toEqual(jsonOf(unpack(pack(error), { catalogs })));
          }),
          runs(0.0004),
        );
      }
    },
    TIMEOUT,
  );

  it(
    "has the same class and detail, in the format compact",
    () => {
      for (const errorClass of catalog) {
        fc.assert(
          fc.property(errorsOf(errorClass), (error) => {
            const back = overHttp(error, catalogs, { format: "compact" });
            const { code, message, info, detail } = unpack(pack(error), { catalogs });
            expect(back.constructor).toBe(errorClass);
            expect(back).toMatchObject({ code, message, info, issues: [] });
            expect(back.detail).toEqual(detail);
            expect(back.retryDelay).toBe(inSeconds(error.retryDelay));
          }),
          runs(0.0004),
        );
      }
    },
    TIMEOUT,
  );
});

/** An error as JSON without its bytes: in JSON, the entries of a map with keys such as "0" change their places. */
function jsonOf(error: RichError): object {
  const { packed: _, ...json } = error.toJSON();
  return json;
}

function inSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.ceil(ms / 1000) * 1000;
}

describe("over HTTP, an error with all kinds of extras", () => {
  const catalogs = [kurrent.catalog, kurrentdb.catalog, shapes.catalog];

  it.each(["status", "problem"] as const)(
    "equals the same error over gRPC, in the format %s",
    (format) => {
      fc.assert(
        fc.property(recipe, (make) => {
          const back = overHttp(make(), catalogs, { format, debugInfo: true });
          expect(jsonOf(back)).toEqual(jsonOf(unpack(pack(make()), { catalogs })));
        }),
        runs(0.03),
      );
    },
    TIMEOUT,
  );
});
