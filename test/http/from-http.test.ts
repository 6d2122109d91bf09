import { Code, codeName, RichError, typeNameOf } from "grpc-rich-errors";
import { catalog as aerospike } from "grpc-rich-errors/catalogs/aerospike";
import {
  ConcurrencyConflictError,
  HapndApiError,
  catalog as hapnd,
  NotFoundError,
  ValidationError,
} from "grpc-rich-errors/catalogs/hapnd";
import { fromHttp, toHttp } from "grpc-rich-errors/http";
import { describe, expect, it } from "vitest";
import { SIDES, catalog as shapes, TooManySidesError, tooManySides } from "../support/errors.js";

const catalogs = [hapnd, shapes];
const CONFLICT = { error: "no", errorCode: "CONCURRENCY_CONFLICT", expectedVersion: 5, actualVersion: 7 };
const VERSIONS = { expectedVersion: 5n, actualVersion: 7n };

function kindsOf(error: RichError): string[] {
  return error.issues.map(({ kind }) => kind);
}

describe("the body", () => {
  const text = JSON.stringify(CONFLICT);
  const bytes = new TextEncoder().encode(text);

  it.each<[string, unknown]>([
    ["parsed", CONFLICT],
    ["text", text],
    ["bytes", bytes],
    ["a Buffer", Buffer.from(text)],
    ["an ArrayBuffer", bytes.buffer],
    ["text that begins with a mark of its order of bytes", Buffer.from(`\ufeff${text}`)],
  ])("is taken as %s", (_, body) => {
    const error = fromHttp(409, {}, body, { catalogs });
    expect(error).toBeRichError(ConcurrencyConflictError, VERSIONS);
    expect(error.issues).toEqual([]);
  });

  it("tells numbers exactly that a double does not hold", () => {
    const body =
      '{"error": "9007199254740993", "errorCode": "CONCURRENCY_CONFLICT", "actualVersion": 9007199254740993}';
    expect(fromHttp(409, {}, body, { catalogs })).toBeRichError(ConcurrencyConflictError, {
      expectedVersion: 0n,
      actualVersion: 9_007_199_254_740_993n,
    });
  });

  it("tells texts of which half a character was cut", () => {
    const body =
      '{"error": "\\ud83d", "errorCode": "VALIDATION_ERROR", "violations": [{"field": "a\\ud83d\\ude00\\ud83d"}]}';
    const error = fromHttp(400, {}, body, { catalogs });
    expect(error.message).toBe("\ufffd");
    expect(error).toBeRichError(ValidationError, { violations: [{ field: "a😀\ufffd" }] });
  });

  const deep = "[".repeat(100_000) + "]".repeat(100_000);

  it.each<[string, unknown]>([
    ["is missing", undefined],
    ["is null", null],
    ["is empty", ""],
    ["is the page of a proxy", "<html><head><title>502 Bad Gateway</title></head></html>"],
    ["ends too early", '{"error": {"code": 404, "mess'],
    ["is a text", '"no"'],
    ["is a number", "404"],
    ["is a list", "[1, 2]"],
    ["is an object of something else", '{"ok": true}'],
    ["is an object without anything", "{}"],
    ["is 10 MB of a text", `{"error": "${"x".repeat(10_000_000)}"}`],
    ["is 10 MB of bytes", new Uint8Array(10_000_000)],
    ["is nested deeply", deep],
    [
      "is a proxy that throws",
      new Proxy(
        {},
        {
          get: () => {
            throw new Error("no");
          },
          has: () => {
            throw new Error("no");
          },
        },
      ),
    ],
    ["is a function", () => {}],
    ["is a Symbol", Symbol("x")],
  ])("that %s tells nothing", (_, body) => {
    const error = fromHttp(502, { "Content-Type": "text/html" }, body, { catalogs });
    expect(error).toMatchObject({
      code: Code.UNAVAILABLE,
      message: "HTTP 502",
      reason: undefined,
      definition: undefined,
    });
    expect(kindsOf(error)).toEqual(["malformed-body", "missing-code"]);
    expect(error.constructor).toBe(HapndApiError);
    expect(JSON.stringify(error.issues).length).toBeLessThan(500);
  });
});

describe("the headers", () => {
  it.each([
    ["of fetch", new Headers({ "Retry-After": "3" })],
    ["of Node", { "retry-after": "3", "set-cookie": ["a", "b"] }],
    ["with names as they were written", { "Retry-After": "3" }],
    ["with numbers", { "retry-after": 3 }],
    ["with lists", { "retry-after": ["3", "4"] }],
    ["in a Map", new Map([["retry-after", "3"]])],
  ])("are taken %s", (_, headers) => {
    expect(fromHttp(503, headers, CONFLICT).retryDelay).toBe(3000);
  });

  it.each<[string, never]>([
    ["missing", undefined as never],
    ["null", null as never],
    ["a number", 7 as never],
    [
      "a function that throws",
      {
        get: () => {
          throw new Error("no");
        },
      } as never,
    ],
    ["odd values", { "retry-after": {}, "content-type": null } as never],
  ])("do no harm if they are %s", (_, headers) => {
    expect(fromHttp(409, headers, CONFLICT, { catalogs })).toBeRichError(ConcurrencyConflictError, VERSIONS);
  });
});

describe("when to try again", () => {
  const body = toHttp(tooManySides({ retryDelay: 1500 })).body;

  it("is what the body says, exactly", () => {
    expect(fromHttp(422, { "retry-after": "2" }, body, { catalogs }).retryDelay).toBe(1500);
  });

  it("is what the header says, if the body says nothing, and is sent on", () => {
    const error = fromHttp(409, { "retry-after": "2" }, CONFLICT, { catalogs });
    expect(error.retryDelay).toBe(2000);
    expect(error.errorDetails.map(({ typeUrl }) => typeNameOf(typeUrl))).toEqual([
      "google.rpc.ErrorInfo",
      "google.rpc.RetryInfo",
      "hapnd.v1.ConcurrencyConflictErrorDetails",
    ]);
    expect(error.issues).toEqual([]);
  });

  it("is not told by a header that tells no time", () => {
    const error = fromHttp(409, { "retry-after": "soon" }, CONFLICT, { catalogs });
    expect(error.retryDelay).toBeUndefined();
    expect(kindsOf(error)).toEqual(["malformed-header"]);
  });

  it("is told to whoever got no error, but a page of a proxy", () => {
    expect(fromHttp(503, { "retry-after": "60" }, "<html>").retryDelay).toBe(60_000);
  });
});

describe("the code", () => {
  const info = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "NOT_FOUND", domain: "hapnd" };

  it("is the body's, even if the declaration has another one, and whatever the HTTP status", () => {
    const error = fromHttp(500, {}, { error: { status: "ABORTED", details: [info] } }, { catalogs });
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.code).toBe(Code.ABORTED);
  });

  it.each<[string, object]>([
    ["a google.rpc.Status", { error: { message: "no", details: [info] } }],
    ["a problem", { type: "about:blank", reason: "NOT_FOUND", domain: "hapnd" }],
    ["a compact body", { error: "no", errorCode: "NOT_FOUND" }],
  ])("is the declaration's, if %s says none", (_, body) => {
    const error = fromHttp(409, {}, body, { catalogs });
    expect([error.constructor, error.code, error.issues]).toEqual([NotFoundError, Code.NOT_FOUND, []]);
  });

  it.each([
    [400, "INTERNAL"],
    [401, "UNAUTHENTICATED"],
    [403, "PERMISSION_DENIED"],
    [404, "UNIMPLEMENTED"],
    [409, "UNKNOWN"],
    [429, "UNAVAILABLE"],
    [500, "UNKNOWN"],
    [502, "UNAVAILABLE"],
    [503, "UNAVAILABLE"],
    [504, "UNAVAILABLE"],
  ])("is what gRPC makes of the HTTP status, if nobody says one: %d is %s", (status, name) => {
    const error = fromHttp(status, {}, { error: "no", errorCode: "NEW" }, { catalogs });
    expect([codeName(error.code), error.reason]).toEqual([name, "NEW"]);
    expect(kindsOf(error)).toEqual(["unknown-reason", "missing-code"]);
  });
});

describe("the HTTP status", () => {
  it.each([200, 204, 301, 100, 0, -1, 600, 404.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "%d is not that of an error",
    (status) => {
      const error = fromHttp(status, {}, CONFLICT, { catalogs });
      expect(error).toBeRichError(ConcurrencyConflictError, VERSIONS);
      expect(kindsOf(error)).toEqual(["http-status"]);
    },
  );
});

describe("identity", () => {
  it("of a compact body is the reason, where exactly one error has it", () => {
    const error = fromHttp(422, {}, toHttp(tooManySides(), { format: "compact" }).body, { catalogs });
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(error.info).toEqual({ reason: "TOO_MANY_SIDES", domain: "shapes.example.com", metadata: { code: "1" } });
  });

  it("is not guessed where several errors have the reason", () => {
    const error = fromHttp(
      404,
      {},
      { error: "no", errorCode: "NOT_FOUND", extra: 1 },
      { catalogs: [hapnd, aerospike] },
    );
    expect(error.definition).toBeUndefined();
    expect(error).toMatchObject({ reason: "NOT_FOUND", domain: undefined, code: Code.UNIMPLEMENTED });
    expect(kindsOf(error)).toEqual(["ambiguous-reason", "missing-code"]);
    expect(error.jsonDetails).toEqual([{ "@type": "type.googleapis.com/google.protobuf.Struct", value: { extra: 1 } }]);
  });

  it("is no guess if the same error is in two catalogs", () => {
    expect(fromHttp(404, {}, { error: "no", errorCode: "NOT_FOUND" }, { catalogs: [hapnd, hapnd] })).toBeInstanceOf(
      NotFoundError,
    );
  });

  it("is not asked for, if there are no catalogs", () => {
    const error = fromHttp(404, {}, { error: "no", errorCode: "NOT_FOUND" });
    expect(error).toMatchObject({ reason: "NOT_FOUND", message: "no" });
    expect(kindsOf(error)).toEqual(["missing-code"]);
  });
});

describe("the error", () => {
  it("has the stack of whoever asked for it", () => {
    const { stack = "" } = fromHttp(409, {}, CONFLICT, { catalogs });
    expect(stack).toMatch(/^ConcurrencyConflictError: no\n {4}at /);
    expect(stack).toContain("from-http.test.ts");
  });

  it("came from a peer", () => {
    expect(fromHttp(409, {}, CONFLICT).received).toBe(true);
  });

  it.each<[string, number, unknown, object]>([
    ["the server, if it says what is wrong", 503, CONFLICT, { origin: "SERVER", outcome: undefined }],
    [
      "a proxy that got no answer",
      504,
      "<html>",
      { origin: "TRANSPORT", outcome: "MAYBE_APPLIED", recovery: "BACK_OFF_AND_RETRY" },
    ],
    ["nobody knows whom", 500, "<html>", { origin: undefined, outcome: undefined, recovery: undefined }],
  ])("is of %s", (_, status, body, known) => {
    const error = fromHttp(status, {}, body);
    expect(error.constructor).toBe(RichError);
    expect(error).toMatchObject(known);
  });

  it("is the client's own for what an API answers, where the catalog has one", () => {
    for (const body of [{ error: "no", errorCode: "NEW" }, "<html>"]) {
      expect(fromHttp(418, {}, body, { catalogs })).toBeInstanceOf(HapndApiError);
    }
  });
});
