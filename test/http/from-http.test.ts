import { Code, codeName, RichError } from "grpc-rich-errors";
import { catalog as aerospike } from "grpc-rich-errors/catalogs/aerospike";
import {
  HapndApiError,
  HapndConcurrencyError,
  HapndValidationError,
  catalog as hapnd,
  NotFoundError,
} from "grpc-rich-errors/catalogs/hapnd";
import { typeNameOf } from "grpc-rich-errors/details";
import { fromHttp, toHttp } from "grpc-rich-errors/http";
import { describe, expect, it } from "vitest";
import { SIDES, catalog as shapes, TooManySidesError, tooManySides } from "../support/errors.js";

const catalogs = [hapnd, shapes];
const CONFLICT = { error: "no", errorCode: "CONCURRENCY_CONFLICT", expectedVersion: 5, actualVersion: 7 };
const VERSIONS = { expectedVersion: 5n, actualVersion: 7n };

function kindsOf(error: RichError): string[] {
  return error.issues.map(({ kind }) => kind);
}

describe("the body of a response", () => {
  const text = JSON.stringify(CONFLICT);
  const bytes = new TextEncoder().encode(text);

  it.each<[string, unknown]>([
    ["parsed", CONFLICT],
    ["text", text],
    ["bytes", bytes],
    ["a Buffer", Buffer.from(text)],
    ["an ArrayBuffer", bytes.buffer],
    ["text with a byte order mark", Buffer.from(`\ufeff${text}`)],
  ])("is accepted as %s", (_, body) => {
    const error = fromHttp(409, {}, body, { catalogs });
    expect(error).toBeRichError(HapndConcurrencyError, VERSIONS);
    expect(error.issues).toEqual([]);
  });

  it("keeps integers exact that a double cannot hold", () => {
    const body =
      '{"error": "9007199254740993", "errorCode": "CONCURRENCY_CONFLICT", "actualVersion": 9007199254740993}';
    expect(fromHttp(409, {}, body, { catalogs })).toBeRichError(HapndConcurrencyError, {
      expectedVersion: 0n,
      actualVersion: 9_007_199_254_740_993n,
    });
  });

  it("has U+FFFD in place of a lone surrogate", () => {
    const body =
      '{"error": "\\ud83d", "errorCode": "VALIDATION_ERROR", "violations": [{"field": "a\\ud83d\\ude00\\ud83d"}]}';
    const error = fromHttp(400, {}, body, { catalogs });
    expect(error.message).toBe("\ufffd");
    expect(error).toBeRichError(HapndValidationError, { violations: [{ field: "a😀\ufffd" }] });
  });

  const hostile = new Proxy(
    {},
    {
      getPrototypeOf: () => {
        throw new Error("no");
      },
    },
  );
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  const deep = "[".repeat(100_000) + "]".repeat(100_000);

  it.each<[string, unknown]>([
    ["is missing", undefined],
    ["is null", null],
    ["is empty", ""],
    ["is the page of a proxy", "<html><head><title>502 Bad Gateway</title></head></html>"],
    ["is truncated", '{"error": {"code": 404, "mess'],
    ["is a string", '"no"'],
    ["is a number", "404"],
    ["is an array", "[1, 2]"],
    ["is an object of another kind", '{"ok": true}'],
    ["is an empty object", "{}"],
    ["is 10 MB of text", `{"error": "${"x".repeat(10_000_000)}"}`],
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
    ["is a proxy without a prototype", hostile],
    ["refers to itself", circle],
    ["is a function", () => {}],
    ["is a Symbol", Symbol("x")],
  ])("yields no more than the HTTP status if it %s", (_, body) => {
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

describe("the headers of a response", () => {
  it.each([
    ["of fetch", new Headers({ "Retry-After": "3" })],
    ["of Node", { "retry-after": "3", "set-cookie": ["a", "b"] }],
    ["with capitalized names", { "Retry-After": "3" }],
    ["with numbers", { "retry-after": 3 }],
    ["with arrays", { "retry-after": ["3", "4"] }],
    ["in a Map", new Map([["retry-after", "3"]])],
  ])("are accepted %s", (_, headers) => {
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
    ["of odd values", { "retry-after": {}, "content-type": null } as never],
  ])("are ignored if they are %s", (_, headers) => {
    expect(fromHttp(409, headers, CONFLICT, { catalogs })).toBeRichError(HapndConcurrencyError, VERSIONS);
  });
});

describe("the retry delay", () => {
  const body = toHttp(tooManySides({ retryDelay: 1500 })).body;

  it("is the exact one in the body", () => {
    expect(fromHttp(422, { "retry-after": "2" }, body, { catalogs }).retryDelay).toBe(1500);
  });

  it("is the one in the header if the body has none, and becomes a RetryInfo", () => {
    const error = fromHttp(409, { "retry-after": "2" }, CONFLICT, { catalogs });
    expect(error.retryDelay).toBe(2000);
    expect(error.errorDetails.map(({ typeUrl }) => typeNameOf(typeUrl))).toEqual([
      "google.rpc.ErrorInfo",
      "google.rpc.RetryInfo",
      "hapnd.v1.ConcurrencyConflictErrorDetails",
    ]);
    expect(error.issues).toEqual([]);
  });

  it("is missing if the header is malformed", () => {
    const error = fromHttp(409, { "retry-after": "soon" }, CONFLICT, { catalogs });
    expect(error.retryDelay).toBeUndefined();
    expect(kindsOf(error)).toEqual(["malformed-header"]);
  });

  it("is the one in the header of a proxy's page", () => {
    expect(fromHttp(503, { "retry-after": "60" }, "<html>").retryDelay).toBe(60_000);
  });
});

describe("the code", () => {
  const info = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "NOT_FOUND", domain: "hapnd" };

  it("comes from the body, even if the declaration or the HTTP status implies another", () => {
    const error = fromHttp(500, {}, { error: { status: "ABORTED", details: [info] } }, { catalogs });
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.code).toBe(Code.ABORTED);
  });

  it.each<[string, object]>([
    ["a google.rpc.Status", { error: { message: "no", details: [info] } }],
    ["a problem", { type: "about:blank", reason: "NOT_FOUND", domain: "hapnd" }],
    ["a compact body", { error: "no", errorCode: "NOT_FOUND" }],
  ])("comes from the declaration if %s names none", (_, body) => {
    const error = fromHttp(409, {}, body, { catalogs });
    expect([error.constructor, error.code, error.issues]).toEqual([NotFoundError, Code.NOT_FOUND, []]);
  });

  const STATUSES: readonly [number, string, string][] = [
    [200, "UNKNOWN", "UNKNOWN"],
    [302, "UNKNOWN", "UNKNOWN"],
    [399, "UNKNOWN", "UNKNOWN"],
    [400, "INVALID_ARGUMENT", "INTERNAL"],
    [401, "UNAUTHENTICATED", "UNAUTHENTICATED"],
    [402, "INVALID_ARGUMENT", "UNKNOWN"],
    [403, "PERMISSION_DENIED", "PERMISSION_DENIED"],
    [404, "NOT_FOUND", "UNIMPLEMENTED"],
    [405, "UNIMPLEMENTED", "UNKNOWN"],
    [408, "DEADLINE_EXCEEDED", "UNKNOWN"],
    [409, "ABORTED", "UNKNOWN"],
    [410, "NOT_FOUND", "UNKNOWN"],
    [412, "FAILED_PRECONDITION", "UNKNOWN"],
    [413, "RESOURCE_EXHAUSTED", "UNKNOWN"],
    [416, "OUT_OF_RANGE", "UNKNOWN"],
    [429, "RESOURCE_EXHAUSTED", "UNAVAILABLE"],
    [499, "CANCELLED", "UNKNOWN"],
    [500, "INTERNAL", "UNKNOWN"],
    [501, "UNIMPLEMENTED", "UNKNOWN"],
    [502, "UNAVAILABLE", "UNAVAILABLE"],
    [503, "UNAVAILABLE", "UNAVAILABLE"],
    [504, "DEADLINE_EXCEEDED", "UNAVAILABLE"],
    [505, "INTERNAL", "UNKNOWN"],
    [599, "INTERNAL", "UNKNOWN"],
    [600, "UNKNOWN", "UNKNOWN"],
  ];

  const OF_APPLICATIONS: readonly [string, string, unknown][] = [
    ["a compact body", "application/json", { error: "no", errorCode: "NEW" }],
    ["a status without a name", "application/json", { error: { message: "no" } }],
    ["a problem", "application/problem+json", { title: "no" }],
    ["JSON of another kind", "application/json", '{"message":"no"}'],
    ["JSON with the media type of a page", "text/html", ' {"message":"no"}'],
    ["an array", "application/json", '["no"]'],
    ["truncated JSON", "application/json", Buffer.from('{"error": "n')],
    ["a text", "text/plain", "no such thing"],
    ["a text about a page", "text/plain", "see <html> and <?xml?> <html>"],
    ["a text about a proxy", "text/plain", "there was no healthy upstream"],
    ["a media type that mentions that of a page", "text/x; profile=text/html", "no such thing"],
    ["a media type that begins like that of a page", "text/html5", "no such thing"],
    ["a tag that begins like that of a page", "text/xml", "<headers/>"],
    ["XML", "application/xml", new TextEncoder().encode("<Error><Code>NoSuchKey</Code></Error>").buffer],
  ];

  const OF_PROXIES: readonly [string, string | undefined, unknown][] = [
    ["a page", "text/html", "<html><body>no</body></html>"],
    ["a page by its media type alone", "Text/HTML; charset=utf-8", "no such page"],
    ["a page by its text alone", undefined, "\r\n<!DOCTYPE HTML PUBLIC>"],
    ["a page in bytes", "text/plain", Buffer.from("<html>")],
    ["a page in XHTML", "application/xhtml+xml", "<x/>"],
    ["a page that is XML", undefined, '<?xml version="1.0"?>\n<!DOCTYPE html>'],
    ["a heading", undefined, new TextEncoder().encode("<h1>no</h1>").buffer],
    ["nothing", "application/json", ""],
    ["no bytes", undefined, new Uint8Array()],
    ["no body", undefined, undefined],
    ["null", undefined, null],
    ["white space", "text/plain", " \n"],
    ["a text of Envoy", "text/plain", "no healthy upstream"],
    ["Envoy's text for a failed connection", "text/plain", "upstream connect error or disconnect/reset before headers"],
    ["Envoy's text for a timeout", "text/plain", "upstream request timeout"],
    ["Envoy's text for a denied request", "text/plain", "RBAC: access denied"],
    ["nginx's default backend", "text/plain", "default backend - 404"],
  ];

  it.each(OF_APPLICATIONS)(
    "follows from the meaning of the status in HTTP if an application names none: %s",
    (_, type, body) => {
      for (const [status, name] of STATUSES) {
        const error = fromHttp(status, { "content-type": type }, body, { catalogs });
        expect([status, codeName(error.code)]).toEqual([status, name]);
        expect(kindsOf(error)).toContain("missing-code");
      }
    },
  );

  it.each(OF_PROXIES)("follows from gRPC's own table if a proxy sent the response: %s", (_, type, body) => {
    for (const [status, , name] of STATUSES) {
      const error = fromHttp(status, { "content-type": type }, body, { catalogs });
      expect([status, codeName(error.code)]).toEqual([status, name]);
      expect(kindsOf(error)).toContain("missing-code");
      expect(kindsOf(error).includes("http-status")).toBe(status < 400 || status > 599);
    }
  });

  it("follows from the status in the body if the response began as a success", () => {
    const body = [{ result: 1 }, { error: { code: 404, message: "no" } }];
    expect(fromHttp(200, {}, JSON.stringify(body)).code).toBe(Code.NOT_FOUND);
    expect(fromHttp(200, {}, { title: "no", status: 409 }).code).toBe(Code.ABORTED);
    expect(fromHttp(200, {}, { title: "no", reason: "X", domain: "x", status: 412 }).code).toBe(
      Code.FAILED_PRECONDITION,
    );
    expect(fromHttp(403, {}, { error: { code: 404, message: "no" } }).code).toBe(Code.PERMISSION_DENIED);
    expect(fromHttp(200, {}, { error: { code: 200, message: "no" } }).code).toBe(Code.UNKNOWN);
  });

  it.each<[string, string, object, string, string[]]>([
    ["counts if the body names no code", "9", { message: "no" }, "FAILED_PRECONDITION", []],
    ["takes precedence over the declaration", "16", { details: [info] }, "UNAUTHENTICATED", []],
    ["does not count if the body names a code", "9", { status: "ABORTED" }, "ABORTED", []],
    ["is not that of an error", "0", { message: "no" }, "NOT_FOUND", ["invalid-code", "missing-code"]],
    ["is not a code", "17", { message: "no" }, "NOT_FOUND", ["invalid-code", "missing-code"]],
    ["is not an integer", "5.5", { message: "no" }, "NOT_FOUND", ["invalid-code", "missing-code"]],
    ["has a sign", "+5", { message: "no" }, "NOT_FOUND", ["invalid-code", "missing-code"]],
    ["has too many digits", "005", { message: "no" }, "NOT_FOUND", ["invalid-code", "missing-code"]],
    ["has an exponent", "5e0", { message: "no" }, "NOT_FOUND", ["invalid-code", "missing-code"]],
    [
      "has an exponent and a value of two digits",
      "1e1",
      { message: "no" },
      "NOT_FOUND",
      ["invalid-code", "missing-code"],
    ],
  ])("in the header grpc-status %s: %s", (_, value, error, name, kinds) => {
    const read = fromHttp(404, { "Grpc-Status": value }, { error }, { catalogs });
    expect([codeName(read.code), kindsOf(read)]).toEqual([name, kinds]);
  });

  it("and the message come from gRPC's headers if a gateway sends no body", () => {
    const headers = new Headers({ "grpc-status": "5", "grpc-message": "kein Schl%C3%BCssel" });
    const error = fromHttp(404, headers, "");
    expect(error).toMatchObject({ code: Code.NOT_FOUND, message: "kein Schlüssel", origin: "SERVER" });
    expect(kindsOf(error)).toEqual(["malformed-body"]);
    expect(fromHttp(404, { "grpc-status": "5", "grpc-message": "100%" }, "").message).toBe("100%");
    expect(fromHttp(404, { "grpc-message": "other" }, { error: "own" }).message).toBe("own");
  });
});

describe("the message", () => {
  it.each<[string, string | undefined, object, string]>([
    ["is the one in the body", "other", { error: "own" }, "own"],
    ["is the one in the header if the body has none", "a%20b", { errorCode: "X" }, "a b"],
    ["is the HTTP status if there is no other", undefined, { errorCode: "X" }, "HTTP 409"],
    ["is the HTTP status if the header is empty", "", { errorCode: "X" }, "HTTP 409"],
  ])("%s", (_, header, body, message) => {
    expect(fromHttp(409, { "grpc-message": header }, body).message).toBe(message);
  });
});

describe("an array from Google's APIs", () => {
  const last = { error: { code: 404, message: "no", status: "NOT_FOUND" } };

  it.each<[string, unknown[]]>([
    ["of one error", [last]],
    ["whose last entry is an error", [{ result: 1 }, { result: 2 }, last]],
  ])("%s is read as that error", (_, list) => {
    for (const body of [list, JSON.stringify(list), Buffer.from(JSON.stringify(list))]) {
      const error = fromHttp(404, { "content-type": "application/json" }, body);
      expect(error).toMatchObject({ code: Code.NOT_FOUND, message: "no", issues: [] });
    }
  });

  it.each<[string, unknown[]]>([
    ["that is empty", []],
    ["of something else", [{ message: "no" }]],
    ["whose last entry is not an error", [last, { result: 1 }]],
    ["of a compact body", [{ error: "no" }]],
    ["of arrays", [[last]]],
  ])("%s is not an error", (_, list) => {
    expect(kindsOf(fromHttp(404, {}, list))).toEqual(["malformed-body", "missing-code"]);
  });
});

describe("the HTTP status", () => {
  it.each([200, 204, 301, 100, 0, -1, 600, 404.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "%d is not that of an error",
    (status) => {
      const error = fromHttp(status, {}, CONFLICT, { catalogs });
      expect(error).toBeRichError(HapndConcurrencyError, VERSIONS);
      expect(kindsOf(error)).toEqual(["http-status"]);
    },
  );
});

describe("the identity", () => {
  it("follows from the reason if exactly one error has it", () => {
    const error = fromHttp(422, {}, toHttp(tooManySides(), { format: "compact" }).body, { catalogs });
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(error.info).toEqual({ reason: "TOO_MANY_SIDES", domain: "shapes.example.com", metadata: { code: "1" } });
  });

  it("is not guessed if several errors have the reason", () => {
    const error = fromHttp(
      404,
      {},
      { error: "no", errorCode: "NOT_FOUND", extra: 1 },
      { catalogs: [hapnd, aerospike] },
    );
    expect(error.definition).toBeUndefined();
    expect(error).toMatchObject({ reason: "NOT_FOUND", domain: undefined, code: Code.NOT_FOUND });
    expect(kindsOf(error)).toEqual(["ambiguous-reason", "missing-code"]);
    expect(error.jsonDetails).toEqual([{ "@type": "type.googleapis.com/google.protobuf.Struct", value: { extra: 1 } }]);
  });

  it("follows from the reason if the same error is in two catalogs", () => {
    expect(fromHttp(404, {}, { error: "no", errorCode: "NOT_FOUND" }, { catalogs: [hapnd, hapnd] })).toBeInstanceOf(
      NotFoundError,
    );
  });

  it("is only the reason if there are no catalogs", () => {
    const error = fromHttp(404, {}, { error: "no", errorCode: "NOT_FOUND" });
    expect(error).toMatchObject({ reason: "NOT_FOUND", message: "no" });
    expect(kindsOf(error)).toEqual(["missing-code"]);
  });
});

describe("a reason or domain that is not UTF-8", () => {
  const bad = ["CONCURRENCY_CONFLICT\ufffd", "\ud800CONCURRENCY_CONFLICT"];
  const error = (reason: string, domain: string) => ({
    details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain }],
  });

  it.each<[string, (text: string) => object, string]>([
    ["of a compact body", (errorCode) => ({ error: "no", errorCode }), "malformed-body"],
    ["of a problem", (reason) => ({ title: "no", reason, domain: "x" }), "malformed-body"],
    ["of a problem's domain", (domain) => ({ title: "no", reason: "X", domain }), "malformed-body"],
    ["of a status", (reason) => ({ error: error(reason, "x") }), "malformed-detail"],
    ["of a status's domain", (domain) => ({ error: error("X", domain) }), "malformed-detail"],
  ])("%s is ignored", (_, make, kind) => {
    for (const text of bad) {
      for (const body of [make(text), JSON.stringify(make(text)), Buffer.from(JSON.stringify(make(text)))]) {
        const read = fromHttp(409, {}, body, { catalogs });
        expect([read.reason, read.domain, read.info]).toEqual([undefined, undefined, undefined]);
        expect(kindsOf(read)).toEqual([kind, "missing-code"]);
      }
    }
  });

  it("is ignored in the bytes of a body too", () => {
    const body = Buffer.from('{"error":"no","errorCode":"CONCURRENCY_CONFLICT_"}');
    body[body.indexOf('_"}')] = 0xff;
    expect(fromHttp(409, {}, body, { catalogs })).toMatchObject({ reason: undefined, message: "no" });
  });
});

describe("a detail without a type", () => {
  it.each(["google.rpc.ErrorInfo", "shapes.v1.TooManySidesErrorDetails", ""])("stays as it came: %j", (type) => {
    const detail = { "@type": type, reason: "TOO_MANY_SIDES", domain: "shapes.example.com", shape: "x" };
    const error = fromHttp(400, {}, { error: { status: "INVALID_ARGUMENT", details: [detail] } }, { catalogs });
    expect([error.reason, error.definition, error.errorDetails]).toEqual([undefined, undefined, []]);
    expect(error.jsonDetails).toEqual([detail]);
    expect(error.issues).toEqual([
      {
        kind: "unknown-type",
        message: `the type URL "${type}" has no type name after a slash`,
        typeUrl: type,
      },
    ]);
  });

  it("keeps its bytes there and back", () => {
    const sent = new RichError(Code.ABORTED, "no", { errorDetails: [{ typeUrl: "x", value: Uint8Array.of(8, 1) }] });
    const error = fromHttp(409, {}, toHttp(sent).body, { catalogs });
    expect(error.errorDetails).toEqual(sent.errorDetails);
    expect(kindsOf(error)).toEqual(["unknown-type"]);
  });
});

describe("a detail in a body that the caller parsed", () => {
  const hostile = new Proxy(
    { "@type": "x/y" },
    {
      get: () => {
        throw new Error("no");
      },
      ownKeys: () => {
        throw new Error("no");
      },
    },
  );
  let shared: unknown = [];
  for (let depth = 0; depth < 60; depth++) shared = [shared, shared];

  it.each<[string, unknown, string[]]>([
    ["throws on access", hostile, ["malformed-detail"]],
    ["contains an object that throws on access", { "@type": "x/y", hostile }, ["unknown-type", "malformed-detail"]],
    [
      "contains one array in more places than memory can hold",
      { "@type": "x/y", shared },
      ["unknown-type", "malformed-detail"],
    ],
  ])("is left out alone if it %s", (_, detail, kinds) => {
    const fact = { "@type": "x/z", a: 1 };
    const error = fromHttp(409, {}, { error: { status: "ABORTED", details: [detail, fact] } }, { catalogs });
    expect(error.jsonDetails).toEqual([fact]);
    expect(kindsOf(error)).toEqual([...kinds, "unknown-type"]);
  });

  it("is left out of a compact body too", () => {
    const error = fromHttp(409, {}, { error: "no", hostile }, { catalogs });
    expect([error.message, error.jsonDetails, kindsOf(error)]).toEqual([
      "no",
      [],
      ["malformed-detail", "missing-code"],
    ]);
  });
});

describe("the error that fromHttp returns", () => {
  it("has the stack of the caller", () => {
    const { stack = "" } = fromHttp(409, {}, CONFLICT, { catalogs });
    expect(stack).toMatch(/^HapndConcurrencyError: no\n {4}at /);
    expect(stack).toContain("from-http.test.ts");
  });

  it("counts as received", () => {
    expect(fromHttp(409, {}, CONFLICT).received).toBe(true);
  });

  it.each<[string, number, unknown, object]>([
    ["the server if the body describes it", 503, CONFLICT, { origin: "SERVER", outcome: undefined }],
    [
      "a proxy that got no response",
      504,
      "<html>",
      { origin: "TRANSPORT", outcome: "MAYBE_APPLIED", recovery: "BACK_OFF_AND_RETRY" },
    ],
    ["an unknown sender", 500, "<html>", { origin: undefined, outcome: undefined, recovery: undefined }],
    ["a proxy that sends a page as a success", 200, "<html>", { origin: "TRANSPORT", outcome: undefined }],
    ["a proxy that redirects", 302, "<!doctype html>", { origin: "TRANSPORT", outcome: undefined }],
    ["an unknown sender without a page", 200, "", { origin: undefined }],
    ["an unknown sender with other JSON", 200, "{}", { origin: undefined }],
  ])("comes from %s", (_, status, body, known) => {
    const error = fromHttp(status, {}, body);
    expect(error.constructor).toBe(RichError);
    expect(error).toMatchObject(known);
  });

  it("has the client's own class for API errors if the catalog has one", () => {
    for (const body of [{ error: "no", errorCode: "NEW" }, "<html>"]) {
      expect(fromHttp(418, {}, body, { catalogs })).toBeInstanceOf(HapndApiError);
    }
  });
});
