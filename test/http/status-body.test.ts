import { Code, RichError, StandardDetails } from "grpc-rich-errors";
import { fromHttp, toHttp } from "grpc-rich-errors/http";
import { describe, expect, it } from "vitest";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";

const INFO = {
  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
  reason: "TOO_MANY_SIDES",
  domain: "shapes.example.com",
  metadata: { code: "1" },
};
const DETAIL = {
  "@type": "type.googleapis.com/shapes.v1.TooManySidesErrorDetails",
  shape: "chiliagon",
  sides: "9007199254740993",
  limit: { most: "12" },
};

function read(body: object, status = 422) {
  return fromHttp(status, { "content-type": "application/json; charset=utf-8" }, body, { catalogs: [catalog] });
}

function kindsOf(error: RichError): string[] {
  return error.issues.map(({ kind }) => kind);
}

describe("a status body", () => {
  it("has the form of an error of Google's APIs", () => {
    const problems = new StandardDetails().addFieldViolation("sides", "too many").setRequestInfo("r-1");
    const { body } = toHttp(tooManySides({ retryDelay: 1500, errorDetails: problems }));
    expect(body).toEqual({
      error: {
        code: 422,
        message: "chiliagon has 9007199254740993 sides, 12 {at most}",
        status: "INVALID_ARGUMENT",
        details: [
          INFO,
          { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "1.500s" },
          {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            fieldViolations: [{ field: "sides", description: "too many" }],
          },
          { "@type": "type.googleapis.com/google.rpc.RequestInfo", requestId: "r-1" },
          DETAIL,
        ],
      },
    });
  });

  it("has an empty list of details if the error has none", () => {
    const { body } = toHttp(new RichError(Code.NOT_FOUND, "no such order"));
    expect(body).toEqual({ error: { code: 404, message: "no such order", status: "NOT_FOUND", details: [] } });
  });

  it("is read as Google's APIs send it", () => {
    // As in https://google.aip.dev/193, with another text.
    const error = read(
      {
        error: {
          code: 400,
          message: "key expired",
          status: "INVALID_ARGUMENT",
          details: [
            {
              "@type": "type.googleapis.com/google.rpc.ErrorInfo",
              reason: "API_KEY_INVALID",
              domain: "googleapis.com",
              metadata: { service: "translate.googleapis.com" },
            },
            { "@type": "type.googleapis.com/google.rpc.LocalizedMessage", locale: "en-US", message: "Renew the key." },
          ],
        },
      },
      400,
    );
    expect(error).toMatchObject({
      code: Code.INVALID_ARGUMENT,
      message: "key expired",
      reason: "API_KEY_INVALID",
      domain: "googleapis.com",
      info: { metadata: { service: "translate.googleapis.com" } },
      issues: [],
    });
    expect(error.standardDetails.localizedMessage?.message).toBe("Renew the key.");
  });

  it("is read as grpc-gateway sends it, with the gRPC code as its number", () => {
    const error = read({ code: 3, message: "no", details: [INFO, DETAIL] });
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect([error.code, error.message, error.issues]).toEqual([Code.INVALID_ARGUMENT, "no", []]);
    expect(read({ error: { code: 5, message: "no" } }).code).toBe(Code.NOT_FOUND);
  });

  it("identifies the error by the type of its detail if it has no ErrorInfo", () => {
    const error = read({ error: { status: "INVALID_ARGUMENT", message: "no", details: [DETAIL] } });
    expect(error).toBeRichError(TooManySidesError, SIDES);
  });

  const good = { code: 422, status: "INVALID_ARGUMENT", message: "no", details: [INFO, DETAIL] };

  it.each<[object, string[]]>([
    [{ ...good, message: 5 }, ["malformed-body"]],
    [{ ...good, message: null }, []],
    [{ ...good, details: {} }, ["malformed-body"]],
    [{ ...good, details: null }, []],
    [{ ...good, status: "OK" }, ["invalid-code"]],
    [{ ...good, status: "toString" }, ["invalid-code"]],
    [{ ...good, status: "x".repeat(1e4) }, ["invalid-code"]],
    [{ ...good, status: 5 }, ["invalid-code"]],
    [{ ...good, code: 404 }, ["http-status"]],
    [{ ...good, code: "422" }, ["http-status"]],
    [{ ...good, code: undefined }, []],
    [{ ...good, details: [null, ...good.details] }, ["malformed-detail"]],
    [{ ...good, details: ["x", 5, [], {}, { "@type": 5 }, ...good.details] }, Array(5).fill("malformed-detail")],
    [{ ...good, details: [INFO, INFO, DETAIL] }, ["duplicate-detail"]],
    [{ ...good, details: [{ ...INFO, domain: 5 }, INFO, DETAIL] }, ["malformed-detail"]],
    [{ ...good, details: [INFO] }, ["missing-detail"]],
    [{ ...good, details: [INFO, { ...DETAIL, shape: 5 }] }, ["malformed-detail", "missing-detail"]],
    [{ ...good, details: [INFO, { "@type": DETAIL["@type"], "@bytes": "CA==" }] }, ["malformed-detail"]],
    [{ ...good, details: [{ "@type": INFO["@type"], "@bytes": "CA==" }, DETAIL] }, ["malformed-detail"]],
    [{ ...good, extra: {} }, []],
  ])("keeps the valid members of a malformed body: %o", (error, kinds) => {
    const found = read({ error });
    expect(kindsOf(found)).toEqual(kinds);
    expect(found.code).toBe(Code.INVALID_ARGUMENT);
    expect(JSON.stringify(found.issues).length).toBeLessThan(1000);
  });
});
