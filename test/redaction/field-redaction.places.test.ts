import { inspect } from "node:util";
import { Code, pack, type RichError, toStatus, unpack } from "grpc-rich-errors";
import { fromHttp, toHttp } from "grpc-rich-errors/http";
import { serializeError } from "grpc-rich-errors/logging";
import { toToolResult } from "grpc-rich-errors/mcp";
import { describe, expect, it } from "vitest";
import { decodeReport } from "../../src/decode/report.js";
import { type ErrorDetail, typeUrlOf } from "../../src/detail/detail.js";
import { SealedErrorDetails } from "../gen/vault/v1/vault.js";
import { ClosedError, catalog, SealedError } from "../gen/vault/v1/vault.rich.js";
import { FORMATS } from "../support/over-http.js";
import { AUDIT, anyOf, SECRET, STATUS_WITH_AUDIT, secretsIn, withoutAnnotations } from "../support/vault.js";

// Places where bytes or JSON hold a redacted field that no detail of an error usually has there.

const ANY = "type.googleapis.com/google.protobuf.Any";
const FORWARDED = ["vault.v1.AuditRecord", "google.rpc.Status", "google.protobuf.Any"];
const OPTIONS = { catalogs: [catalog], forwardDetails: FORWARDED };

const DOORS: readonly (readonly [string, (error: RichError) => string])[] = [
  ["JSON", (error) => JSON.stringify(error)],
  ["the console", (error) => inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })],
  ["a log", (error) => JSON.stringify(serializeError(error))],
  ["the result of a tool", (error) => JSON.stringify(toToolResult(error, OPTIONS))],
  ["pack", (error) => Buffer.from(pack(error)).toString("latin1")],
  [
    "toStatus",
    (error) =>
      toStatus(error)
        .details.map(({ value }) => Buffer.from(value).toString("latin1"))
        .join(),
  ],
  ["rich-errors decode", (error) => JSON.stringify(decodeReport(base64(error), { catalogs: [catalog] }))],
  ...FORMATS.map(
    (format) =>
      [`HTTP, ${format}`, (error: RichError) => JSON.stringify(toHttp(error, { ...OPTIONS, format }))] as const,
  ),
];

function base64(error: RichError): string {
  return Buffer.from(pack(error, { sendRedacted: true })).toString("base64");
}

/** An error with a detail beside its own. */
function withDetail(detail: ErrorDetail): RichError {
  return new ClosedError({ vault: "v-7" }, { errorDetails: [detail] });
}

/** An error whose own detail has the group 7 in place of the field `card`, between two tags. */
function withGroup(first: readonly number[], last: readonly number[]): RichError {
  const value = Buffer.concat([Buffer.from([...first, 0x12, SECRET.length]), Buffer.from(SECRET), Buffer.from(last)]);
  return withDetail({ typeUrl: typeUrlOf("vault.v1.SealedErrorDetails"), value });
}

const PLACES: readonly (readonly [string, () => RichError])[] = [
  ["an Any as a detail", () => withDetail({ typeUrl: ANY, value: anyOf(AUDIT) })],
  ["an Any in an Any", () => withDetail({ typeUrl: ANY, value: anyOf({ typeUrl: ANY, value: anyOf(AUDIT) }) })],
  [
    "an Any in a field of the type Any",
    () => {
      const attachment = { typeUrl: ANY, value: Buffer.from(anyOf(AUDIT)) };
      return new SealedError({ ...SealedErrorDetails.decode(new Uint8Array()), attachment });
    },
  ],
  ["a status as a detail", () => withDetail(STATUS_WITH_AUDIT)],
  ["a status in an Any", () => withDetail({ typeUrl: ANY, value: anyOf(STATUS_WITH_AUDIT) })],
  ["a type URL without a slash", () => withDetail({ ...AUDIT, typeUrl: "vault.v1.AuditRecord" })],
  [
    "a type URL with a dot before the name",
    () => withDetail({ ...AUDIT, typeUrl: typeUrlOf(".vault.v1.AuditRecord") }),
  ],
  ["a type URL that ends with a slash", () => withDetail({ ...AUDIT, typeUrl: `${AUDIT.typeUrl}/` })],
  ["a group whose first tag is longer than its last", () => withGroup([0xbb, 0x80, 0x80, 0x80, 0x00], [0x3c])],
  ["a group whose last tag is longer than its first", () => withGroup([0x3b], [0xbc, 0x80, 0x80, 0x80, 0x00])],
];

describe.each(PLACES)("a redacted field in %s", (_, place) => {
  const received = () => unpack(pack(place(), { sendRedacted: true }), { catalogs: [catalog] });
  const unknown = () => unpack(pack(place(), { sendRedacted: true }));

  it.each(DOORS)("is not in %s", (_, door) => {
    for (const error of [place(), received(), unknown()]) expect(secretsIn(door(error))).toEqual([]);
  });

  it("is there without the annotation", () => {
    expect(secretsIn(withoutAnnotations(() => JSON.stringify(place())))).not.toEqual([]);
  });
});

describe("a redacted field in JSON", () => {
  const record = { "@type": AUDIT.typeUrl, action: "open", actor: SECRET };
  const details = {
    "that does not match its type": { ...record, action: { [SECRET]: SECRET } },
    "in a message of an unknown type": { "@type": "example.com/audit.v1.Log", entries: [{ record }] },
    "in a status": { "@type": STATUS_WITH_AUDIT.typeUrl, code: 5, details: [record] },
  };

  it.each(Object.entries(details))("%s is in nothing that is printed or forwarded", (_, detail) => {
    const body = { error: { code: 404, status: "NOT_FOUND", message: "x", details: [detail] } };
    const error = fromHttp(404, {}, JSON.stringify(body), { catalogs: [catalog] });
    expect(error.jsonDetails).toHaveLength(1);
    for (const [, door] of DOORS) expect(secretsIn(door(error))).toEqual([]);
    const report = () => JSON.stringify(decodeReport(JSON.stringify(body), { catalogs: [catalog] }));
    expect(secretsIn(report())).toEqual([]);
    expect(report()).toContain("[redacted]");
    expect(secretsIn(withoutAnnotations(report))).not.toEqual([]);
  });
});

it("reads a message in 2,000 Anys without an exception", () => {
  let detail: ErrorDetail = AUDIT;
  for (let depth = 0; depth < 2_000; depth++) detail = { typeUrl: ANY, value: anyOf(detail) };
  const error = withDetail(detail);
  expect(secretsIn(JSON.stringify(error))).toEqual([]);
  expect(unpack(pack(error), { catalogs: [catalog] }).code).toBe(Code.UNAVAILABLE);
});
