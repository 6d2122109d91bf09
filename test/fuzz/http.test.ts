import { inspect } from "node:util";
import fc, { type Arbitrary } from "fast-check";
import { codeName, pack, RichError, StandardDetails } from "grpc-rich-errors";
import { fromHttp, type HeadersLike, toHttp } from "grpc-rich-errors/http";
import { describe, expect, it } from "vitest";
import { Values } from "../gen/values/v1/values.js";
import * as values from "../gen/values/v1/values.rich.js";
import { tooManySides } from "../support/errors.js";
import { expectEachOnce } from "../support/issues.js";
import { FORMATS } from "../support/over-http.js";
import { CATALOGS } from "./arbitraries.js";
import { runs, TIMEOUT } from "./runs.js";

const catalogs = [...CATALOGS, values.catalog];

/** Reads a response, every property of the error, and converts the error into every format. */
function survive(status: number, headers: HeadersLike, body: unknown): void {
  const error = fromHttp(status, headers, body, { catalogs });
  expect(error).toBeInstanceOf(RichError);
  expect(codeName(error.code)).toBeTypeOf("string");
  void [error.detail, error.info, error.retryDelay, error.standardDetails.badRequest];
  expect(JSON.stringify([error, error.issues])).toBeTypeOf("string");
  expectEachOnce(error.issues);
  expect(inspect(error)).toBeTypeOf("string");
  expect(pack(error)).toBeInstanceOf(Uint8Array);
  for (const format of FORMATS) {
    const response = toHttp(error, { format, catalogs });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(response.body)).toBeTypeOf("string");
  }
  expect({}).not.toHaveProperty("polluted");
}

const sample = [
  tooManySides({
    retryDelay: 1500,
    errorDetails: new StandardDetails()
      .addFieldViolation("a", "b", { localizedMessage: { locale: "fr", message: "m" } })
      .addQuotaViolation("s", "d", { quotaDimensions: { region: "eu" } })
      .setDebugInfo("d", ["a"])
      .setRequestInfo("r"),
  }),
  new values.BadValuesError({ ...Values.decode(new Uint8Array()), byName: { a: 1n }, object: { b: [null] } }),
  new values.TooLargeError({ value: 5n }),
];
const bodies = sample.flatMap((error) => FORMATS.map((format) => toHttp(error, { format, debugInfo: true }).body));
const texts = bodies.map((body) => JSON.stringify(body));

const status = fc.oneof(fc.constantFrom(400, 404, 409, 422, 500, 502, 503), fc.integer(), fc.double());
const headers = fc.record(
  {
    "content-type": fc.oneof(fc.constantFrom("application/json", "application/problem+json", "text/html"), fc.string()),
    "retry-after": fc.oneof(fc.nat().map(String), fc.string()),
    "grpc-status": fc.oneof(fc.nat(20).map(String), fc.string()),
    "grpc-message": fc.string({ unit: "binary" }),
  },
  { requiredKeys: [] },
);

const NAMES = [
  ...["error", "errorCode", "code", "status", "message", "details", "type", "title", "detail", "instance", "reason"],
  ...["domain", "metadata", "@type", "@bytes", "value", "retryDelay", "shape", "sides", "limit", "fieldViolations"],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "polluted",
    "error_",
    "requestId",
    "grpcStatus",
    "byName",
    "object",
    "any",
  ],
];
const TEXTS = [
  ...["TOO_MANY_SIDES", "BAD_VALUES", "shapes.example.com", "values.example.com", "NOT_FOUND", "INVALID_ARGUMENT"],
  ...["type.googleapis.com/google.rpc.ErrorInfo", "type.googleapis.com/google.rpc.RetryInfo", "t/values.v1.Values"],
  ...[
    "t/shapes.v1.TooManySidesErrorDetails",
    "t/google.protobuf.Any",
    "t/google.protobuf.Struct",
    "1s",
    "CAE=",
    "\ud800",
  ],
];

/** JSON made of the parts of error bodies. */
const { json } = fc.letrec<{ json: unknown; object: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 6, depthSize: "small" },
    fc.constantFrom<unknown>(...TEXTS, 0, 5, 404, -1, 2 ** 60, 0.5, true, null),
    tie("object"),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.jsonValue(),
  ),
  object: fc
    .array(fc.tuple(fc.constantFrom(...NAMES), tie("json")), { maxLength: 6 })
    .map((entries) => Object.fromEntries(entries)),
}));

/** A body with one value replaced, at any place. */
const changed: Arbitrary<unknown> = fc.tuple(fc.constantFrom(...texts), fc.nat(), json).map(([text, place, value]) => {
  let left = place % (text.match(/[:,[]/g)?.length ?? 1);
  return JSON.parse(text, (_, old) => (left-- === 0 ? value : old));
});

describe("an HTTP response of a hostile peer", () => {
  it(
    "does no harm with any combination of members",
    () => {
      fc.assert(fc.property(status, headers, json, survive), runs(0.03));
    },
    TIMEOUT,
  );

  it(
    "does no harm with any value replaced",
    () => {
      fc.assert(fc.property(status, headers, changed, survive), runs(0.03));
      fc.assert(
        fc.property(
          status,
          headers,
          changed.map((body) => JSON.stringify(body)),
          survive,
        ),
        runs(0.03),
      );
    },
    TIMEOUT,
  );

  it(
    "does no harm with its text cut or damaged anywhere",
    () => {
      const spoilt = fc
        .tuple(fc.constantFrom(...texts), fc.nat(), fc.nat(), fc.string({ unit: "binary" }))
        .map(([text, start, length, other]) => {
          const at = start % text.length;
          return text.slice(0, at) + other + text.slice(at + (length % 10));
        });
      fc.assert(fc.property(status, headers, fc.oneof(spoilt, fc.string(), fc.uint8Array()), survive), runs(0.03));
    },
    TIMEOUT,
  );

  const DEPTH = 50_000;
  const nested = (open: string, core: string, close: string) => open.repeat(DEPTH) + core + close.repeat(DEPTH);
  const BOMBS: readonly [string, string][] = [
    ["lists", nested("[", "", "]")],
    ["objects", nested('{"error":', "1", "}")],
    ["fields", `{"error":"x","errorCode":"NEW","a":${nested("[", "", "]")}}`],
    ["a value of JSON", `{"error":"x","errorCode":"BAD_VALUES","object":{"a":${nested("[", "", "]")}}}`],
    ["messages", `{"error":"x","errorCode":"BAD_VALUES",${nested('"chosenValues":{', '"int":1', "}")}}`],
    [
      "anything",
      `{"error":{"code":400,"details":[${nested('{"@type":"t/google.protobuf.Any","value":', "{}", "}")}]}}`,
    ],
    ["unknown details", `{"error":{"code":400,"details":[{"@type":"t/new","x":${nested("[", "", "]")}}]}}`],
    ["metadata", `{"type":"x","reason":"NEW","metadata":{"a":${nested("[", "", "]")}}}`],
    ["codes", `{"type":"x","reason":"NEW","code":${nested("[", "", "]")}}`],
    ["statuses", `{"error":{"status":${nested("[", "", "]")},"code":${nested("[", "", "]")},"message":"x"}}`],
  ];

  it.each(BOMBS)("does no harm by nesting: %s", (_, text) => {
    survive(400, {}, text);
    survive(400, {}, JSON.parse(text));
  });

  it.each<[string, string]>([
    ["details", `{"error":{"code":400,"details":[${Array(100_000).fill("{}")}]}}`],
    ["underscores", `{"error":"x","error${"_".repeat(900_000)}x":1}`],
    ["digits", `{"error":"x","a":${"1".repeat(900_000)}.5}`],
    ["escapes", `{"error":"${"\\ud800".repeat(150_000)}"}`],
    ["backslashes", `{"error":"${"\\\\".repeat(450_000)}\\ud800"}`],
    ["fields", `{"errorCode":"BAD_VALUES",${Array.from({ length: 50_000 }, (_, n) => `"f${n}":1`)}}`],
  ])("takes time in proportion to its size, with many %s", (_, text) => {
    survive(400, {}, text);
  });
});
