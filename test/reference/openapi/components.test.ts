import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import type { RichError } from "grpc-rich-errors";
import * as aerospike from "grpc-rich-errors/catalogs/aerospike";
import * as eventlog from "grpc-rich-errors/catalogs/eventlog";
import * as hapnd from "grpc-rich-errors/catalogs/hapnd";
import * as kurrent from "grpc-rich-errors/catalogs/kurrent";
import * as kurrentdb from "grpc-rich-errors/catalogs/kurrentdb";
import { toHttp } from "grpc-rich-errors/http";
import { beforeAll, describe, expect, it } from "vitest";
import type { ErrorClass } from "../../../src/catalog.js";
import type { OpenApiDocument } from "../../../src/reference/openapi/components.js";
import { run } from "../../cli/fake-terminal.js";
import { runs } from "../../fuzz/runs.js";
import * as shapes from "../../gen/shapes/v1/shapes.rich.js";
import { ROOT } from "../../plugin/compile.js";
import { detailsOf } from "../../support/details.js";

const SYSTEMS = { aerospike, eventlog, hapnd, kurrent, kurrentdb };
const FORMATS = ["status", "problem", "compact"] as const;

describe("OpenAPI components", () => {
  let document: OpenApiDocument;
  let own: Schemas;
  let ofShapes: Schemas;
  beforeAll(async () => {
    const [five, others] = await Promise.all(["proto", "test/proto/shapes"].map(documentOf));
    if (!five || !others) throw new Error("there is no document");
    document = five;
    own = new Schemas(five);
    ofShapes = new Schemas(others);
  });

  it("are a valid OpenAPI 3.1 document", async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  describe.each(Object.entries(SYSTEMS))("for %s", (_, { catalog }) => {
    it.each(FORMATS)("describe the body of every error in the format %s", (format) => {
      for (const errorClass of catalog) expectDescribed(errorClass, format, own);
    });

    it.each(FORMATS)("describe no body of another error, in the format %s", (format) => {
      const [first, second] = [...catalog];
      if (!first || !second) throw new Error("the catalog has less than two errors");
      const body = bodyOf(errorsOf(first), format);
      expect(own.problemsOf(`${anchorOf(first)}.${format}`, body)).toEqual([]);
      expect(own.problemsOf(`${anchorOf(second)}.${format}`, body)).not.toEqual([]);
    });
  });

  it.each(FORMATS)("describe details with every kind of field, in the format %s", (format) => {
    for (const errorClass of shapes.catalog) expectDescribed(errorClass, format, ofShapes);
  });

  it("find a wrong type of a field, a wrong HTTP status and a missing reason", () => {
    const { CONCURRENCY_CONFLICT: conflict } = Object.fromEntries(
      [...hapnd.catalog].map((errorClass) => [errorClass.definition.reason, errorClass]),
    );
    if (!conflict) throw new Error("Hapnd declares no conflict");
    const body = bodyOf(errorsOf(conflict), "problem") as Record<string, unknown>;
    const name = "hapnd.CONCURRENCY_CONFLICT.problem";
    const { reason: _, ...without } = body;
    expect(own.problemsOf(name, { ...body, expectedVersion: true })).toEqual([
      "/expectedVersion must be integer,string",
    ]);
    expect(own.problemsOf(name, { ...body, status: 404 })).toEqual(["/status must be equal to constant"]);
    expect(own.problemsOf(name, without)).toEqual([" must have required property 'reason'"]);
  });

  it("have a response for each HTTP status, with a discriminator if the reasons differ", () => {
    const { responses } = document.components;
    expect(responses["409.problem"]).toMatchObject({ description: expect.stringContaining("ConcurrencyConflict") });
    const { content } = JSON.parse(JSON.stringify(responses["401.compact"]));
    const { anyOf, discriminator } = content["application/json"].schema;
    expect(discriminator.propertyName).toBe("errorCode");
    expect(Object.values(discriminator.mapping)).toEqual(anyOf.map(({ $ref }: { $ref: string }) => $ref));
    expect(discriminator.mapping.UNAUTHORIZED).toBe("#/components/schemas/hapnd.UNAUTHORIZED.compact");
  });
});

async function documentOf(folder: string): Promise<OpenApiDocument> {
  const { code, out, err } = await run(["docs", join(ROOT, folder), "--format", "openapi"]);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out);
}

/** The schemas of a document, compiled. */
class Schemas {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });

  constructor(document: OpenApiDocument) {
    this.#ajv.addSchema(document, "document");
  }

  problemsOf(name: string, body: unknown): string[] {
    const validate = this.#ajv.getSchema(`document#/components/schemas/${name}`);
    if (!validate) throw new Error(`the document has no schema ${name}`);
    return validate(body)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }
}

function expectDescribed(errorClass: ErrorClass, format: (typeof FORMATS)[number], schemas: Schemas): void {
  fc.assert(
    fc.property(errorsOf(errorClass), (error) => {
      const { body } = toHttp(error, { format });
      expect(schemas.problemsOf(`${anchorOf(errorClass)}.${format}`, JSON.parse(JSON.stringify(body)))).toEqual([]);
    }),
    runs(0.0004),
  );
}

function anchorOf({ definition: { domain, reason } }: ErrorClass): string {
  return `${domain}.${reason}`.replaceAll("/", ".");
}

/** Generates errors of a class. */
function errorsOf(errorClass: ErrorClass) {
  const construct = errorClass as unknown as new (...args: unknown[]) => RichError;
  const { definition } = errorClass;
  return detailsOf(definition).map((detail) => (definition.detail ? new construct(detail) : new construct()));
}

function bodyOf(errors: fc.Arbitrary<RichError>, format: (typeof FORMATS)[number]): unknown {
  const [error] = fc.sample(errors, { numRuns: 1, seed: 1 });
  return JSON.parse(JSON.stringify(toHttp(error, { format }).body));
}
