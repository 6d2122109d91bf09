import { Code, RichError, StandardDetails } from "grpc-rich-errors";
import { HapndConcurrencyError, catalog as hapnd, NotFoundError } from "grpc-rich-errors/catalogs/hapnd";
import { fromHttp, toHttp } from "grpc-rich-errors/http";
import { describe, expect, it } from "vitest";
import { NamesTakenError, TooLargeError, catalog as values } from "../gen/values/v1/values.rich.js";
import { SIDES, catalog as shapes, TooManySidesError, tooManySides } from "../support/errors.js";
import { overHttp } from "../support/over-http.js";

const TYPE = { "content-type": "application/problem+json" };
const catalogs = [hapnd, shapes, values];

function write(error: RichError, instance?: string) {
  return toHttp(error, { format: "problem", instance }).body;
}

function read(body: object, status = 422, headers: object = TYPE) {
  return fromHttp(status, { ...headers }, body, { catalogs });
}

describe("a problem", () => {
  it("has the members of RFC 9457, the identity of the error and the fields of its detail", () => {
    const errorDetails = new StandardDetails().setRequestInfo("r-1");
    expect(write(tooManySides({ info: { shelf: "7" }, errorDetails }), "/shapes/9")).toEqual({
      type: "https://shapes.example.com/sides",
      title: "Too many sides",
      status: 422,
      detail: "chiliagon has 9007199254740993 sides, 12 {at most}",
      instance: "/shapes/9",
      code: "INVALID_ARGUMENT",
      reason: "TOO_MANY_SIDES",
      domain: "shapes.example.com",
      metadata: { code: "1", shelf: "7" },
      details: [{ "@type": "type.googleapis.com/google.rpc.RequestInfo", requestId: "r-1" }],
      shape: "chiliagon",
      sides: "9007199254740993",
      limit: { most: 12 },
    });
  });

  it("has all fields of the detail, even those that are 0", () => {
    expect(write(new HapndConcurrencyError({ expectedVersion: 0n, actualVersion: 7n }))).toEqual({
      type: "urn:problem:hapnd:CONCURRENCY_CONFLICT",
      title: "ConcurrencyConflict",
      status: 409,
      detail: "the aggregate is at version 7, not 0",
      code: "ABORTED",
      reason: "CONCURRENCY_CONFLICT",
      domain: "hapnd",
      expectedVersion: 0,
      actualVersion: 7,
    });
  });

  it.each<[RichError, string]>([
    [tooManySides(), "https://shapes.example.com/sides"],
    [new NotFoundError(), "urn:problem:hapnd:NOT_FOUND"],
    [new RichError(Code.ABORTED, "", { reason: "A/B", domain: "ü\ud800:x" }), "urn:problem:%C3%BC%EF%BF%BD%3Ax:A%2FB"],
    [new RichError(Code.ABORTED, "", { reason: "A" }), "about:blank"],
    [new RichError(Code.ABORTED, ""), "about:blank"],
  ])("has a type that identifies it: %s", (error, type) => {
    expect(write(error).type).toBe(type);
    expect(() => new URL(type)).not.toThrow();
  });

  it.each(Object.entries(Code))(
    "has the name of the HTTP status as its title if the error is not declared: %s",
    (_, code) => {
      const { status, body } = toHttp(new RichError(code, "no"), { format: "problem" });
      expect(body).toMatchObject({
        status,
        title: expect.stringMatching(/^[A-Z][a-z]+ ([A-Z][a-z]+ ?)*$|^Forbidden$|^Conflict$|^Unauthorized$/),
      });
    },
  );

  it("keeps fields of the detail apart from its own members", () => {
    const detail = {
      error: "e",
      errorCode: "c",
      errorEscaped: "x",
      type: "t",
      title: "ti",
      status: 9_007_199_254_740_993n,
      detail: "d",
      instance: "i",
      code: 7,
      reason: "r",
      domain: "do",
      metadata: { a: "b" },
      details: ["z"],
      requestId: "q",
    };
    const error = new NamesTakenError(detail);
    expect(write(error)).toMatchObject({
      type: "urn:problem:values.example.com:NAMES_TAKEN",
      type_: "t",
      code_: 7,
      error: "e",
    });
    const back = overHttp(error, catalogs, { format: "problem" });
    expect(back.detail).toEqual(detail);
    expect(back.issues).toEqual([]);
  });

  it("has a detail whose JSON is not an object as the member `value`", () => {
    const error = new TooLargeError({ value: 5n });
    expect(write(error)).toMatchObject({ value: 5 });
    expect(overHttp(error, catalogs, { format: "problem" }).detail).toEqual({ value: 5n });
  });
});

describe("reading a problem", () => {
  it.each([
    ["application/problem+json"],
    ["Application/Problem+JSON; charset=utf-8"],
    ["application/json"],
    [undefined],
  ])("recognizes it by its media type or by its members: %s", (type) => {
    const error = read(write(tooManySides()), 422, { "content-type": type });
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(error.issues).toEqual([]);
  });

  it("trusts the media type even if the members look like another format", () => {
    const body = { title: "Out of stock", detail: "none left", error: "x", errorCode: "NOT_FOUND" };
    expect(read(body, 404)).toMatchObject({ message: "none left", reason: undefined });
  });

  it("reads another server's problem and keeps the members that it does not know", () => {
    const error = read(
      {
        type: "https://bank.example/out-of-credit",
        title: "Out of credit",
        status: 403,
        detail: "costs 50",
        balance: 30,
        code: 42,
      },
      403,
    );
    expect(error).toMatchObject({ code: Code.PERMISSION_DENIED, message: "costs 50", reason: undefined });
    expect(error.jsonDetails).toEqual([
      {
        "@type": "type.googleapis.com/google.protobuf.Struct",
        value: { type: "https://bank.example/out-of-credit", title: "Out of credit", balance: 30, code: 42 },
      },
    ]);
    expect(error.issues.map(({ kind }) => kind)).toEqual(["missing-code"]);
  });

  it("reads the details of another server's problem if they are an array, and keeps each of them once", () => {
    const fact = { "@type": "t/new.v1.Fact", a: 1 };
    const error = read({ title: "no", detail: "none left", code: "ABORTED", details: [fact] }, 409);
    expect([error.code, error.jsonDetails]).toEqual([Code.ABORTED, [fact]]);
    const other = read({ title: "no", detail: "none left", details: "see below" }, 409);
    expect(other.jsonDetails).toEqual([
      { "@type": "type.googleapis.com/google.protobuf.Struct", value: { details: "see below" } },
    ]);
  });

  it("takes the title as the message if there is no other", () => {
    expect(read({ title: "Not Found", status: 404 }, 404)).toMatchObject({ message: "Not Found", jsonDetails: [] });
  });

  it("identifies the error by its reason if there is no domain", () => {
    const error = read({ type: "about:blank", reason: "CONCURRENCY_CONFLICT", actualVersion: 7 }, 409, {});
    expect(error).toBeRichError(HapndConcurrencyError, { expectedVersion: 0n, actualVersion: 7n });
    expect(error.message).toBe("HTTP 409");
  });

  const good = { ...write(tooManySides()), details: [] };

  it.each<[object, string[]]>([
    [{ ...good, status: 404 }, ["http-status"]],
    [{ ...good, detail: 5, title: 5 }, ["malformed-body"]],
    [{ ...good, code: "OK" }, ["invalid-code"]],
    [{ ...good, code: 3 }, ["invalid-code"]],
    [{ ...good, domain: 5 }, ["malformed-body"]],
    [{ ...good, metadata: [] }, ["malformed-body"]],
    [{ ...good, metadata: { code: "1", other: 5 } }, ["malformed-body"]],
    [{ ...good, metadata: null, details: null, instance: null }, []],
    [{ ...good, details: "x" }, ["malformed-body"]],
    [{ ...good, details: [5] }, ["malformed-detail"]],
    [{ ...good, sides: "many" }, ["malformed-detail", "missing-detail"]],
    [{ ...good, newer: { x: 1 } }, []],
  ])("keeps the valid members of a malformed body: %o", (body, kinds) => {
    const error = read(body);
    expect(error).toBeInstanceOf(TooManySidesError);
    expect(error.code).toBe(Code.INVALID_ARGUMENT);
    expect(error.issues.map(({ kind }) => kind)).toEqual(kinds);
  });
});
