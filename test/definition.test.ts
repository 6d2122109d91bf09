import { readFileSync } from "node:fs";
import { type Catalog, codeName, isCode } from "grpc-rich-errors";
import { catalog as kurrent } from "grpc-rich-errors/catalogs/kurrent";
import { catalog as kurrentdb } from "grpc-rich-errors/catalogs/kurrentdb";
import { describe, expect, it } from "vitest";
import { RECOVERIES } from "../src/definition.js";
import { CornersBusyError, catalog as shapes, TooManySidesError } from "./gen/shapes/v1/shapes.rich.js";

const catalogs: [string, Catalog][] = [
  ["kurrent", kurrent],
  ["kurrentdb", kurrentdb],
  ["shapes", shapes],
];

const definitions = catalogs.flatMap(([name, catalog]) =>
  [...catalog].map((error) => [name, error.definition] as const),
);

describe("a definition", () => {
  it.each(definitions)("of %s follows from its enum value: $name", (_, definition) => {
    expect(isCode(definition.code)).toBe(true);
    expect(definition.number).toBeGreaterThan(0);
    expect(definition.reason).toMatch(/^[A-Z][A-Z0-9_]+[A-Z0-9]$/);
    expect(definition.name.endsWith(definition.reason)).toBe(true);
    expect(definition.className).toMatch(/^[A-Z]\w+Error$/);
    expect(definition.domain).not.toBe("");
    expect(definition.httpStatus).toBeGreaterThanOrEqual(400);
    expect(definition.documentation.summary).not.toBe("");
  });

  it("has everything that the annotation declares", () => {
    const { detail, descriptors, ...definition } = TooManySidesError.definition;
    expect(detail?.typeName).toBe("shapes.v1.TooManySidesErrorDetails");
    expect(descriptors?.base64).toMatch(/^[\w+/]+=*$/);
    expect(definition).toEqual({
      enumName: "shapes.v1.ShapeError",
      name: "SHAPE_ERROR_TOO_MANY_SIDES",
      number: 1,
      className: "TooManySidesError",
      reason: "TOO_MANY_SIDES",
      domain: "shapes.example.com",
      code: 3,
      message: "{shape} has {sides} sides, {limit.most} {{at most}}",
      numericCode: true,
      category: "Sides",
      recovery: "FIX_REQUEST",
      outcome: "NOT_APPLIED",
      fault: "CALLER",
      origin: "SERVER",
      httpStatus: 422,
      displayName: "Too many sides",
      since: "1.2",
      labels: { edition: "EE" },
      helpUrl: "https://shapes.example.com/sides",
      documentation: {
        summary: "The shape has too many sides.",
        causes: ["The sides were counted twice."],
        clientAction: "Count again.",
      },
    });
  });

  it("has no detail if none is declared", () => {
    expect("detail" in CornersBusyError.definition).toBe(false);
  });
});

describe("the Kurrent catalogs", () => {
  it("have the codes and reasons of the protos", () => {
    const tableOf = (catalog: Catalog) =>
      [...catalog].map(({ definition: { number, reason, code, detail } }) => [
        number,
        reason,
        codeName(code),
        detail?.typeName.split(".").pop(),
      ]);
    const platform = [
      [1, "ACCESS_DENIED", "PERMISSION_DENIED", "AccessDeniedErrorDetails"],
      [2, "BAD_REQUEST", "INVALID_ARGUMENT", "BadRequest"],
      [5, "NOT_LEADER_NODE", "FAILED_PRECONDITION", "NotLeaderNodeErrorDetails"],
      [6, "OPERATION_TIMEOUT", "DEADLINE_EXCEEDED", undefined],
      [7, "SERVER_NOT_READY", "UNAVAILABLE", undefined],
      [8, "SERVER_OVERLOADED", "UNAVAILABLE", undefined],
      [9, "SERVER_MALFUNCTION", "INTERNAL", undefined],
      [10, "SERVER_SHUTTING_DOWN", "UNAVAILABLE", undefined],
    ];
    expect(tableOf(kurrent)).toEqual(platform);
    expect(tableOf(kurrentdb)).toEqual([
      [1, "STREAM_NOT_FOUND", "NOT_FOUND", "StreamNotFoundErrorDetails"],
      [2, "STREAM_ALREADY_EXISTS", "ALREADY_EXISTS", "StreamAlreadyExistsErrorDetails"],
      [3, "STREAM_DELETED", "FAILED_PRECONDITION", "StreamDeletedErrorDetails"],
      [4, "STREAM_TOMBSTONED", "FAILED_PRECONDITION", "StreamTombstonedErrorDetails"],
      [5, "STREAM_REVISION_CONFLICT", "FAILED_PRECONDITION", "StreamRevisionConflictErrorDetails"],
      [6, "APPEND_RECORD_SIZE_EXCEEDED", "INVALID_ARGUMENT", "AppendRecordSizeExceededErrorDetails"],
      [7, "APPEND_TRANSACTION_SIZE_EXCEEDED", "ABORTED", "AppendTransactionSizeExceededErrorDetails"],
      [8, "STREAM_ALREADY_IN_APPEND_SESSION", "ABORTED", "StreamAlreadyInAppendSessionErrorDetails"],
      [9, "APPEND_SESSION_NO_REQUESTS", "FAILED_PRECONDITION", undefined],
      [14, "APPEND_CONSISTENCY_VIOLATION", "FAILED_PRECONDITION", "AppendConsistencyViolationErrorDetails"],
      [1, "INDEX_NOT_FOUND", "NOT_FOUND", "IndexNotFoundErrorDetails"],
      [2, "INDEX_ALREADY_EXISTS", "ALREADY_EXISTS", "IndexAlreadyExistsErrorDetails"],
      [3, "INDEXES_NOT_READY", "FAILED_PRECONDITION", "IndexesNotReadyErrorDetails"],
      [4, "SECONDARY_INDEXING_DISABLED", "FAILED_PRECONDITION", undefined],
      [1, "SCHEMA_NOT_FOUND", "NOT_FOUND", "SchemaNotFoundErrorDetails"],
      [2, "SCHEMA_ALREADY_EXISTS", "ALREADY_EXISTS", "SchemaAlreadyExistsErrorDetails"],
      [3, "SCHEMA_DELETED", "FAILED_PRECONDITION", "SchemaDeletedErrorDetails"],
      ...platform,
    ]);
  });
});

describe("the recoveries", () => {
  const names = Object.keys(RECOVERIES);

  it("are those of the annotation, in the order of their numbers", () => {
    const proto = readFileSync("proto/richerrors/v1/annotations.proto", "utf8");
    const declared = [...proto.matchAll(/^ *RECOVERY_(\w+) = (\d+);/gm)].map(([, name, number]) => [
      name,
      Number(number),
    ]);
    expect(declared).toEqual([["UNSPECIFIED", 0], ...names.map((name, index) => [name, index + 1])]);
  });

  it("are those that the schema of catalogs in JSON allows", () => {
    const schema = JSON.parse(readFileSync("src/cli/catalog.schema.json", "utf8"));
    expect(schema.$defs.error.properties.recovery.enum).toEqual(names);
  });
});
