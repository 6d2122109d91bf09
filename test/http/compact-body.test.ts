import { Code, RichError, StandardDetails } from "grpc-rich-errors";
import {
  HapndConcurrencyError,
  HapndValidationError,
  catalog as hapnd,
  ReducerNotReadyError,
  UnauthorizedError,
} from "grpc-rich-errors/catalogs/hapnd";
import { fromHttp, toHttp } from "grpc-rich-errors/http";
import { describe, expect, it } from "vitest";
import { Values } from "../gen/values/v1/values.js";
import { BadValuesError, NamesTakenError, catalog as values } from "../gen/values/v1/values.rich.js";
import { overHttp } from "../support/over-http.js";

const catalogs = [hapnd, values];

function write(error: RichError) {
  return toHttp(error, { format: "compact" }).body;
}

function read(body: object, status = 400) {
  return fromHttp(status, {}, body, { catalogs });
}

describe("a compact body", () => {
  it.each<[RichError, object]>([
    [
      new HapndConcurrencyError({ expectedVersion: 5n, actualVersion: 7n }, { message: "Concurrency conflict" }),
      { error: "Concurrency conflict", errorCode: "CONCURRENCY_CONFLICT", expectedVersion: 5, actualVersion: 7 },
    ],
    [new UnauthorizedError(), { error: "unauthorized", errorCode: "UNAUTHORIZED" }],
    [
      new HapndValidationError({ violations: [{ field: "id", description: "is missing" }] }),
      {
        error: "the request is not valid",
        errorCode: "VALIDATION_ERROR",
        violations: [{ field: "id", description: "is missing" }],
      },
    ],
    [new RichError(Code.NOT_FOUND, "no such order"), { error: "no such order" }],
    [
      new RichError(Code.NOT_FOUND, "no", {
        reason: "GONE",
        errorDetails: new StandardDetails().setRequestInfo("r-1"),
      }),
      { error: "no", errorCode: "GONE", requestId: "r-1" },
    ],
  ])("has the message, the reason and the fields of the detail: %s", (error, body) => {
    expect(write(error)).toEqual(body);
  });

  it.each<[RichError, string | undefined]>([
    [new RichError(Code.NOT_FOUND, ""), undefined],
    [new RichError(Code.OUT_OF_RANGE, ""), "OUT_OF_RANGE"],
    [new ReducerNotReadyError(), "UNAVAILABLE"],
    [Object.assign(new UnauthorizedError(), { code: Code.ABORTED }), "ABORTED"],
  ])("names the code if neither the HTTP status nor the declaration implies it: %s", (error, name) => {
    expect(write(error).grpcStatus).toBe(name);
    expect(overHttp(error, catalogs, { format: "compact" }).code).toBe(error.code);
    expect(overHttp(error, [], { format: "compact" }).code).toBe(error.code);
  });

  it.each<[bigint, number | string]>([
    [0n, 0],
    [2n ** 53n - 1n, 2 ** 53 - 1],
    [2n ** 53n, "9007199254740992"],
    [-(2n ** 53n) + 1n, -(2 ** 53) + 1],
    [-(2n ** 63n), "-9223372036854775808"],
  ])("has the integer %s as a number if a double can hold it", (actualVersion, written) => {
    const error = new HapndConcurrencyError({ expectedVersion: 0n, actualVersion });
    expect(write(error)["actualVersion"]).toBe(written);
    expect(overHttp(error, catalogs, { format: "compact" }).detail).toEqual({ expectedVersion: 0n, actualVersion });
  });

  it("keeps fields of the detail apart from its own members", () => {
    const detail = {
      ...new NamesTakenError(EMPTY).detail,
      error: "e",
      errorCode: "c",
      errorEscaped: "x",
      requestId: "q",
    };
    const error = new NamesTakenError(detail);
    const { error: message, errorCode, error_, errorCode_, error__, requestId } = write(error);
    expect([message, errorCode, error_, errorCode_, error__, requestId]).toEqual([
      "taken",
      "NAMES_TAKEN",
      "e",
      "c",
      "x",
      "q",
    ]);
    expect(overHttp(error, catalogs, { format: "compact" }).detail).toEqual(detail);
  });

  it("has values of every type", () => {
    const detail = Values.decode(new Uint8Array());
    const error = new BadValuesError({
      ...detail,
      byNumber: new Map([[5n, "x"]]),
      byName: { __proto__x: 5n },
      longs: [1n, 2n ** 60n],
      maybeLong: 5n,
    });
    expect(write(error)).toMatchObject({
      byNumber: { 5: "x" },
      byName: { __proto__x: 5 },
      longs: [1, "1152921504606846976"],
      maybeLong: 5,
      color: "COLOR_UNSPECIFIED",
    });
    expect(overHttp(error, catalogs, { format: "compact" }).detail).toEqual(error.detail);
  });
});

const EMPTY: NamesTakenError["detail"] = {
  error: "",
  errorCode: "",
  errorEscaped: "",
  type: "",
  title: "",
  status: 0n,
  detail: "",
  instance: "",
  code: 0,
  reason: "",
  domain: "",
  metadata: {},
  details: [],
  requestId: "",
};

describe("reading a compact body", () => {
  it("reads the request id of an error that declares no detail", () => {
    const error = read({ error: "no", errorCode: "UNAUTHORIZED", requestId: "r-1" }, 401);
    expect(error).toBeInstanceOf(UnauthorizedError);
    expect(error.standardDetails.requestInfo?.requestId).toBe("r-1");
    expect([error.jsonDetails, error.issues]).toEqual([[], []]);
  });

  it("reads the code from grpcStatus only", () => {
    expect(read({ error: "no", grpcStatus: "DATA_LOSS" }, 500)).toMatchObject({ code: Code.DATA_LOSS, issues: [] });
    const body = { error: "no", code: 5, message: "hi", details: [], grpcStatus_: "DATA_LOSS" };
    const error = read(body, 403);
    expect(error).toMatchObject({ code: Code.PERMISSION_DENIED, message: "no" });
    expect(error.jsonDetails[0]?.["value"]).toEqual({ code: 5, message: "hi", details: [], grpcStatus: "DATA_LOSS" });
    expect(toHttp(error, { format: "compact" }).masked).toBe(true);
  });

  it("reads a status that repeats its message as `error`, as old versions of grpc-gateway do, as a status", () => {
    expect(read({ error: "no", code: 5, message: "no", details: [] }, 404)).toMatchObject({ code: 5, issues: [] });
    expect(read({ error: "no", code: 5, message: "no" }, 500)).toMatchObject({ code: 5, issues: [] });
  });

  it("keeps the members of an error that declares no detail, and forwards them if forwardDetails says so", () => {
    const body = { error: "no", errorCode: "UNAUTHORIZED", requestId: 7, realm: { x: [1] } };
    const error = read(body, 401);
    expect(error.jsonDetails).toEqual([
      { "@type": "type.googleapis.com/google.protobuf.Struct", value: { requestId: 7, realm: { x: [1] } } },
    ]);
    const forwardDetails = ["google.protobuf.Struct"];
    expect(toHttp(error, { format: "compact", catalogs, forwardDetails }).body).toEqual(body);
    expect(toHttp(error, { format: "compact", catalogs }).body).toEqual({ error: "no", errorCode: "UNAUTHORIZED" });
    expect(error.toJSON().errorDetails).toContainEqual(error.jsonDetails[0]);
  });

  it.each<[object, string[]]>([
    [{ errorCode: "UNAUTHORIZED" }, []],
    [{ error: 5, errorCode: "UNAUTHORIZED" }, ["malformed-body"]],
    [{ error: "no", errorCode: 5 }, ["malformed-body", "missing-code"]],
    [
      { error: "no", errorCode: "CONCURRENCY_CONFLICT", actualVersion: "seven" },
      ["malformed-detail", "missing-detail"],
    ],
    [{ error: "no", errorCode: "CONCURRENCY_CONFLICT", actualVersion: null, "@type": 5, new: 1 }, []],
    [{ error: "no", errorCode: "NEW" }, ["unknown-reason", "missing-code"]],
    [{ error: "no", errorCode: "UNAUTHORIZED", grpcStatus: 5 }, ["invalid-code"]],
    [{ error: "no", errorCode: "UNAUTHORIZED", grpcStatus: "OK" }, ["invalid-code"]],
    [{ error: "no", errorCode: "UNAUTHORIZED", grpcStatus: "NOT_FOUND" }, []],
    [{ error: "no", errorCode: "__proto__" }, ["unknown-reason", "missing-code"]],
  ])("keeps the valid members of a malformed body: %o", (body, kinds) => {
    expect(read(body).issues.map(({ kind }) => kind)).toEqual(kinds);
  });

  it("keeps a malformed detail as JSON", () => {
    const error = read({ error: "no", errorCode: "CONCURRENCY_CONFLICT", actualVersion: "seven" });
    expect(error).toBeRichError(HapndConcurrencyError, { expectedVersion: 0n, actualVersion: 0n });
    expect(error.jsonDetails).toEqual([
      { "@type": "type.googleapis.com/hapnd.v1.ConcurrencyConflictErrorDetails", actualVersion: "seven" },
    ]);
  });
});
