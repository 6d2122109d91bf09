import { create, createFileRegistry, fromBinary, type JsonValue, toJson } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import {
  FileDescriptorSetSchema,
  file_google_protobuf_duration,
  file_google_protobuf_timestamp,
} from "@bufbuild/protobuf/wkt";
import type { Catalog, Definition } from "grpc-rich-errors";
import { catalog as aerospike } from "grpc-rich-errors/catalogs/aerospike";
import { catalog as eventlog } from "grpc-rich-errors/catalogs/eventlog";
import { catalog as hapnd } from "grpc-rich-errors/catalogs/hapnd";
import { AccessDeniedError, BadRequestError, catalog as kurrent } from "grpc-rich-errors/catalogs/kurrent";
import {
  AppendConsistencyViolationError,
  catalog as kurrentdb,
  StreamRevisionConflictError,
} from "grpc-rich-errors/catalogs/kurrentdb";
import { describe, expect, it } from "vitest";
import { BadShapeError, catalog as shapes, TooManySidesError } from "./gen/shapes/v1/shapes.rich.js";

const CATALOGS: readonly [string, Catalog][] = Object.entries({
  aerospike,
  eventlog,
  hapnd,
  kurrent,
  kurrentdb,
  shapes,
});

/** Reads a detail as JSON with only the descriptors of its definition. */
function jsonOf({ descriptors, detail, name }: Definition, bytes: Uint8Array = new Uint8Array()): JsonValue {
  const { file } = fromBinary(FileDescriptorSetSchema, base64Decode(descriptors?.base64 ?? ""));
  const standard = [file_google_protobuf_duration, file_google_protobuf_timestamp].map(({ proto }) => proto);
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...standard, ...file] }));
  const schema = registry.getMessage(detail?.typeName ?? "");
  if (!schema) throw new Error(`the descriptors of ${name} lack its type`);
  return toJson(schema, fromBinary(schema, bytes), { registry });
}

describe("the descriptors of a definition", () => {
  it.each(CATALOGS)("declare the type of its detail, in the catalog %s", (_, catalog) => {
    for (const { definition } of catalog) {
      const { detail, descriptors } = definition;
      const isStandard = detail === undefined || detail.typeName.startsWith("google.rpc.");
      expect([definition.name, descriptors === undefined]).toEqual([definition.name, isStandard]);
      if (descriptors) expect(jsonOf(definition)).toBeTypeOf("object");
    }
  });

  it.each(CATALOGS)("are the same object for all errors of a file, in the catalog %s", (_, catalog) => {
    const files = new Map<string, Set<unknown>>();
    for (const { definition } of catalog) {
      const { descriptors, enumName } = definition;
      if (descriptors) files.set(enumName, (files.get(enumName) ?? new Set()).add(descriptors));
    }
    expect(files.size).toBeGreaterThan(0);
    expect([...files].filter(([, descriptors]) => descriptors.size !== 1)).toEqual([]);
  });

  it.each([
    [
      new StreamRevisionConflictError({ stream: "a", expectedRevision: -1n, actualRevision: 9_007_199_254_740_993n }),
      { stream: "a", expectedRevision: "-1", actualRevision: "9007199254740993" },
    ],
    [
      new AppendConsistencyViolationError({
        violations: [
          {
            checkIndex: 1,
            type: { $case: "streamState", value: { stream: "a", expectedState: 1n, actualState: 2n } },
          },
        ],
      }),
      { violations: [{ checkIndex: 1, streamState: { stream: "a", expectedState: "1", actualState: "2" } }] },
    ],
    [
      new AccessDeniedError({ operation: "read", username: "", permission: undefined }),
      { operation: "read", username: "" },
    ],
    [
      new TooManySidesError({ shape: "x", sides: 3n, limit: { most: 12n } }),
      { shape: "x", sides: "3", limit: { most: "12" } },
    ],
  ])("are enough to read a detail as JSON", (error, json) => {
    const [packed] = error.errorDetails.slice(-1);
    expect(error.definition && jsonOf(error.definition, packed?.value)).toEqual(json);
  });

  it("are undefined for a standard detail and without a detail", () => {
    expect(BadRequestError.definition.descriptors).toBeUndefined();
    expect(BadShapeError.definition.descriptors).toBeUndefined();
  });
});
