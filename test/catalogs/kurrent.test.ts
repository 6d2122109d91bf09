import { create, createFileRegistry, fromBinary, fromJson, type JsonObject, toBinary } from "@bufbuild/protobuf";
import { anyPack, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, pack, RichError, unpack } from "grpc-rich-errors";
import * as platform from "grpc-rich-errors/catalogs/kurrent";
import * as kurrentdb from "grpc-rich-errors/catalogs/kurrentdb";
import {
  AppendConsistencyViolationError,
  IndexAlreadyExistsError,
  IndexesError,
  IndexesNotReadyError,
  IndexNotFoundError,
  RegistryError,
  SchemaAlreadyExistsError,
  SchemaDeletedError,
  SchemaNotFoundError,
  SecondaryIndexingDisabledError,
  ServerError,
  StreamsError,
} from "grpc-rich-errors/catalogs/kurrentdb";
import { describe, expect, it } from "vitest";
import { bufImage } from "../support/reference-protos.js";

const { catalog } = kurrentdb;

type Row = readonly [reason: string, code: Code, recovery: string, outcome: string, retryDelay?: number];

/** The errors as KurrentDB documents them, with a retry delay if its servers send RetryInfo. */
const PLATFORM: readonly Row[] = [
  ["ACCESS_DENIED", Code.PERMISSION_DENIED, "AUTHENTICATE", "NOT_APPLIED"],
  ["BAD_REQUEST", Code.INVALID_ARGUMENT, "FIX_REQUEST", "NOT_APPLIED"],
  ["NOT_LEADER_NODE", Code.FAILED_PRECONDITION, "REDIRECT", "NOT_APPLIED"],
  ["OPERATION_TIMEOUT", Code.DEADLINE_EXCEEDED, "BACK_OFF_AND_RETRY", "MAYBE_APPLIED", 5000],
  ["SERVER_NOT_READY", Code.UNAVAILABLE, "BACK_OFF_AND_RETRY", "NOT_APPLIED", 5000],
  ["SERVER_OVERLOADED", Code.UNAVAILABLE, "BACK_OFF_AND_RETRY", "NOT_APPLIED", 5000],
  ["SERVER_MALFUNCTION", Code.INTERNAL, "CONTACT_OPERATOR", "MAYBE_APPLIED"],
  ["SERVER_SHUTTING_DOWN", Code.UNAVAILABLE, "BACK_OFF_AND_RETRY", "MAYBE_APPLIED", 5000],
];

const STREAMS: readonly Row[] = [
  ["STREAM_NOT_FOUND", Code.NOT_FOUND, "FIX_REQUEST", "NOT_APPLIED"],
  ["STREAM_ALREADY_EXISTS", Code.ALREADY_EXISTS, "FIX_REQUEST", "NOT_APPLIED"],
  ["STREAM_DELETED", Code.FAILED_PRECONDITION, "FIX_REQUEST", "NOT_APPLIED"],
  ["STREAM_TOMBSTONED", Code.FAILED_PRECONDITION, "NONE", "NOT_APPLIED"],
  ["STREAM_REVISION_CONFLICT", Code.FAILED_PRECONDITION, "REFRESH_AND_RETRY", "NOT_APPLIED"],
  ["APPEND_RECORD_SIZE_EXCEEDED", Code.INVALID_ARGUMENT, "FIX_REQUEST", "NOT_APPLIED"],
  ["APPEND_TRANSACTION_SIZE_EXCEEDED", Code.ABORTED, "FIX_REQUEST", "NOT_APPLIED"],
  ["STREAM_ALREADY_IN_APPEND_SESSION", Code.ABORTED, "FIX_REQUEST", "NOT_APPLIED"],
  ["APPEND_SESSION_NO_REQUESTS", Code.FAILED_PRECONDITION, "FIX_REQUEST", "NOT_APPLIED"],
  ["APPEND_CONSISTENCY_VIOLATION", Code.FAILED_PRECONDITION, "REFRESH_AND_RETRY", "NOT_APPLIED"],
];

const INDEXES: readonly Row[] = [
  ["INDEX_NOT_FOUND", Code.NOT_FOUND, "FIX_REQUEST", "NOT_APPLIED"],
  ["INDEX_ALREADY_EXISTS", Code.ALREADY_EXISTS, "FIX_REQUEST", "NOT_APPLIED"],
  ["INDEXES_NOT_READY", Code.FAILED_PRECONDITION, "BACK_OFF_AND_RETRY", "NOT_APPLIED"],
  ["SECONDARY_INDEXING_DISABLED", Code.FAILED_PRECONDITION, "CONTACT_OPERATOR", "NOT_APPLIED"],
];

const REGISTRY: readonly Row[] = [
  ["SCHEMA_NOT_FOUND", Code.NOT_FOUND, "FIX_REQUEST", "NOT_APPLIED"],
  ["SCHEMA_ALREADY_EXISTS", Code.ALREADY_EXISTS, "FIX_REQUEST", "NOT_APPLIED"],
  ["SCHEMA_DELETED", Code.FAILED_PRECONDITION, "FIX_REQUEST", "NOT_APPLIED"],
];

describe.each([
  ["platform", "server", PLATFORM],
  ["streams", "streams", STREAMS],
  ["indexes", "indexes", INDEXES],
  ["schema registry", "registry", REGISTRY],
] as const)("the catalog of KurrentDB has, of its %s,", (_, domain, table) => {
  const definitions = [...catalog].map(({ definition }) => definition).filter((d) => d.domain === domain);

  it("the errors with their recoveries", () => {
    const rows = definitions.map((d) => [d.reason, d.code, d.recovery, d.outcome, d.retryDelay]);
    expect(rows).toEqual(table.map((row) => [...row, undefined].slice(0, 5)));
  });

  it("no error that sends its number", () => {
    expect(definitions.filter((d) => d.numericCode)).toEqual([]);
  });

  it("the documentation of a client action for every error", () => {
    expect(definitions.filter(({ documentation }) => !documentation.clientAction)).toEqual([]);
  });
});

describe("the catalogs of Kurrent", () => {
  it("are all errors, and those of the platform alone", () => {
    expect([catalog.size, platform.catalog.size]).toEqual([25, 8]);
    expect([...catalog].filter(({ definition }) => definition.domain === "server")).toEqual([...platform.catalog]);
  });

  it("can be passed together, in any order", () => {
    const error = new platform.ServerOverloadedError();
    for (const catalogs of [
      [catalog, platform.catalog],
      [platform.catalog, catalog],
    ]) {
      expect(unpack(pack(error), { catalogs })).toBeInstanceOf(kurrentdb.ServerOverloadedError);
    }
  });

  it("export a class for each of their errors, with its base class", () => {
    for (const entry of [kurrentdb, platform]) {
      const exported = new Set<unknown>(Object.values(entry));
      expect([...entry.catalog].filter((errorClass) => !exported.has(errorClass))).toEqual([]);
      const bases = [...entry.catalog].map((errorClass) => Object.getPrototypeOf(errorClass));
      expect(bases.filter((base) => !exported.has(base))).toEqual([]);
    }
  });
});

describe("an error of KurrentDB", () => {
  it.each([...platform.catalog].filter(({ definition }) => definition.retryDelay))(
    "$definition.reason is sent with its server's retry delay",
    ({ definition }) => {
      const errorClass = platform.catalog.byReason("server", definition.reason) as unknown as new (
        options?: object,
      ) => RichError;
      const sent = (error: RichError) => unpack(pack(error), { catalogs: [platform.catalog] });
      expect(sent(new errorClass()).retryDelay).toBe(5000);
      expect(sent(new errorClass({ retryDelay: 1000 })).retryDelay).toBe(1000);
      expect(sent(new errorClass())).toBeInstanceOf(ServerError);
    },
  );

  it("lists every failed check of an append", () => {
    const value = { stream: "orders", expectedState: -1n, actualState: 9_007_199_254_740_993n };
    const violations = [
      { checkIndex: 0, type: { $case: "streamState" as const, value } },
      { checkIndex: 3, type: undefined },
    ];
    const back = unpack(pack(new AppendConsistencyViolationError({ violations })), { catalogs: [catalog] });
    expect(back).toBeInstanceOf(StreamsError);
    expect(back.detail).toEqual({ violations });
    expect(back.issues).toEqual([]);
  });
});

describe("an error of indexes or of the schema registry", () => {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, bufImage()));

  function schemaOf(typeName: string) {
    const schema = registry.getMessage(typeName);
    if (!schema) throw new Error(`the protos lack ${typeName}`);
    return schema;
  }

  const anyOf = (typeName: string, json: JsonObject) => {
    const schema = schemaOf(typeName);
    return anyPack(schema, fromJson(schema, json, { registry }));
  };

  /** The trailer that KurrentDB's servers make: ErrorInfo with the names that follow from the enum, then the detail. */
  function packedByKurrentDB(
    { code, message, definition }: RichError,
    reason: string,
    domain: string,
    detail?: JsonObject,
  ) {
    const details = [anyOf("google.rpc.ErrorInfo", { reason, domain })];
    const typeName = definition?.detail?.typeName;
    if (detail && typeName) details.push(anyOf(typeName, detail));
    const schema = schemaOf("google.rpc.Status");
    return toBinary(schema, create(schema, { code, message, details }));
  }

  const SAMPLES: readonly [RichError, reason: string, base: abstract new (...args: never) => RichError, JsonObject?][] =
    [
      [new IndexNotFoundError({ name: "orders" }), "INDEX_NOT_FOUND", IndexesError, { name: "orders" }],
      [new IndexAlreadyExistsError({ name: "orders" }), "INDEX_ALREADY_EXISTS", IndexesError, { name: "orders" }],
      [
        new IndexesNotReadyError({ currentPosition: 7n, targetPosition: 9_007_199_254_740_993n }),
        "INDEXES_NOT_READY",
        IndexesError,
        { currentPosition: "7", targetPosition: "9007199254740993" },
      ],
      [new SecondaryIndexingDisabledError(), "SECONDARY_INDEXING_DISABLED", IndexesError],
      [new SchemaNotFoundError({ schema: "order" }), "SCHEMA_NOT_FOUND", RegistryError, { schema: "order" }],
      [new SchemaAlreadyExistsError({ schema: "order" }), "SCHEMA_ALREADY_EXISTS", RegistryError, { schema: "order" }],
      [new SchemaDeletedError({ schema: "order" }), "SCHEMA_DELETED", RegistryError, { schema: "order" }],
    ];

  it.each(SAMPLES)("is packed as KurrentDB's servers pack it: %s", (error, reason, base, json) => {
    const packed = packedByKurrentDB(error, reason, base === IndexesError ? "indexes" : "registry", json);
    expect(Buffer.from(pack(error)).toString("hex")).toBe(Buffer.from(packed).toString("hex"));
    const back = unpack(packed, { catalogs: [catalog] });
    expect(back.constructor).toBe(error.constructor);
    expect(back).toBeInstanceOf(base);
    expect(back.message).toBe(error.message);
    expect(back.detail).toEqual(error.detail);
    expect(back.issues).toEqual([]);
  });

  // Their protos use edition 2023, where a field that was set is sent even if it has the default value.
  it.each([
    [new IndexNotFoundError({ name: "" }), "INDEX_NOT_FOUND", "indexes", { name: "" }],
    [
      new IndexesNotReadyError({ currentPosition: 0n, targetPosition: 5n }),
      "INDEXES_NOT_READY",
      "indexes",
      { currentPosition: "0", targetPosition: "5" },
    ],
  ] as const)("is read with fields that have default values: %s", (error, reason, domain, json) => {
    const packed = packedByKurrentDB(error, reason, domain, json);
    expect(packed.length).toBeGreaterThan(pack(error).length);
    const back = unpack(packed, { catalogs: [catalog] });
    expect(back.constructor).toBe(error.constructor);
    expect(back.detail).toEqual(error.detail);
    expect(back.issues).toEqual([]);
  });

  it("is an unknown RichError without its catalog", () => {
    const back = unpack(pack(new SchemaDeletedError({ schema: "order" })), { catalogs: [platform.catalog] });
    expect(back).not.toBeInstanceOf(RegistryError);
    expect(back).toBeInstanceOf(RichError);
    expect([back.domain, back.reason]).toEqual(["registry", "SCHEMA_DELETED"]);
  });
});
