import { BinaryReader } from "@bufbuild/protobuf/wire";
import { Code, fromStatus, pack, packError, RichError, StandardDetails } from "grpc-rich-errors";
import {
  BadRequest,
  DebugInfo,
  type DetailCodec,
  type ErrorDetail,
  ErrorInfo,
  Help,
  LocalizedMessage,
  PreconditionFailure,
  packDetail,
  QuotaFailure,
  RequestInfo,
  ResourceInfo,
  RetryInfo,
  tsProtoCodec,
} from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { Numbers } from "../gen/interop/v1/interop.js";
import { hex } from "../support/bytes.js";
import { readStatus } from "../support/oracle.js";
import { fromCaseDetail, toCaseDetail } from "./proto3-json.js";
import { CASES, type Case, type CaseDetail, TRAILERS } from "./vectors.js";

const CODECS: readonly DetailCodec<unknown>[] = [
  ErrorInfo,
  BadRequest,
  DebugInfo,
  Help,
  LocalizedMessage,
  PreconditionFailure,
  QuotaFailure,
  RequestInfo,
  ResourceInfo,
  RetryInfo,
  tsProtoCodec("interop.v1.Numbers", Numbers, BinaryReader),
];

/** A detail of a case in our codec's bytes: protobufjs encodes the JSON, and our codec reads and writes it. */
function written(detail: CaseDetail): ErrorDetail {
  const { typeUrl, value } = fromCaseDetail(detail);
  const codec = CODECS.find(({ typeName }) => typeUrl.endsWith(`/${typeName}`));
  return codec ? packDetail(codec, codec.decode(value)) : { typeUrl, value };
}

/** The error of a case. A status can have two details of one type, which our own errors cannot. */
function errorOf({ grpc, details = [] }: Case): RichError {
  return fromStatus({ code: grpc.code, message: grpc.message, details: details.map(written) });
}

/** The trailer that most peers sent for a case. */
function majority(name: string): string | undefined {
  const counts = new Map<string, number>();
  for (const { sent } of TRAILERS.filter((trailer) => trailer.name === name)) {
    for (const trailer of sent.detailsHex ?? []) counts.set(trailer, (counts.get(trailer) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

const whole = CASES.filter(({ binHex }) => binHex === undefined).map((meant) => [meant.name, meant] as const);

describe("a status that we write", () => {
  it.each(whole)("has the content of its case: %s", (_, meant) => {
    const { code, message, details } = readStatus(pack(errorOf(meant)));
    expect([code, message]).toEqual([meant.grpc.code, meant.grpc.message]);
    expect(details.map(toCaseDetail)).toEqual(meant.expect ?? meant.details ?? []);
  });

  it.each(whole.filter(([, { details }]) => details))("has the bytes that most peers write: %s", (name, meant) => {
    expect(Buffer.from(pack(errorOf(meant))).toString("hex")).toBe(majority(name));
  });

  it("has no trailer if it has no details, as in grpc-go", () => {
    for (const name of ["no_details", "zero_details"]) {
      const meant = CASES.find((found) => found.name === name);
      expect(meant).toBeDefined();
      if (meant) expect(packError(errorOf(meant)).metadata.getMap()).toEqual({});
      expect(TRAILERS.find((trailer) => trailer.name === name && trailer.language === "go")?.sent.detailsHex).toEqual(
        [],
      );
    }
  });
});

describe("an error made with the public interface", () => {
  const info = { reason: "ALL_TEN", domain: "interop.example.com", info: { tenant: "t-42" } };

  it.each<[string, RichError]>([
    ["code_5", new RichError(Code.NOT_FOUND, "not found", { reason: "NOT_FOUND", domain: "interop.example.com" })],
    [
      "code_16",
      new RichError(Code.UNAUTHENTICATED, "unauthenticated", {
        reason: "UNAUTHENTICATED",
        domain: "interop.example.com",
      }),
    ],
    [
      "empty_message",
      new RichError(Code.INVALID_ARGUMENT, "", { reason: "NO_MESSAGE", domain: "interop.example.com" }),
    ],
    [
      "stream_after_3",
      new RichError(Code.ABORTED, "failed after three", {
        reason: "MID_STREAM",
        domain: "interop.example.com",
        retryDelay: 2000,
      }),
    ],
    [
      "unicode_message",
      new RichError(Code.INVALID_ARGUMENT, '100% naïve\nline two\tтест 日本語 😀 %41 %zz "q" \\ end', {
        errorDetails: new StandardDetails().setLocalizedMessage("ja-JP", "失敗 😀\n二行目 100%"),
      }),
    ],
    [
      "all_ten",
      new RichError(Code.INVALID_ARGUMENT, "all ten standard details", {
        ...info,
        errorDetails: new StandardDetails()
          .setRetryDelay(1500)
          .setDebugInfo("boom", ["main.go:10", "lib.go:20 (*T).f"])
          .addQuotaViolation("clientip:192.0.2.1", "Daily limit")
          .addQuotaViolation("project:p1", "Burst limit")
          .addPreconditionViolation("TOS", "example.com/me", "Terms not accepted")
          .addFieldViolation("user.name", "must not be empty")
          .addFieldViolation("items[3].count", "must be > 0")
          .setRequestInfo("req-1", "shard=7")
          .setResourceInfo({
            resourceType: "interop.v1.Thing",
            resourceName: "things/1",
            owner: "user:ann",
            description: "not found in shard 7",
          })
          .addHelpLink("Manual", "https://example.com/manual?a=1&b=2#c")
          .addHelpLink("Forum <beta>", "https://example.com/forum")
          .setLocalizedMessage("fr-FR", "Requête invalide : « nom » vide"),
      }),
    ],
    [
      "unknown_type, less its second ErrorInfo",
      new RichError(Code.FAILED_PRECONDITION, "unknown type", {
        reason: "BEFORE",
        domain: "interop.example.com",
        errorDetails: [
          { typeUrl: "type.googleapis.com/interop.unknown.v1.Mystery", value: hex("0a067365637265741007") },
          packDetail(ErrorInfo, { reason: "AFTER", domain: "interop.example.com", metadata: {} }),
        ],
      }),
    ],
  ])("has the bytes that most peers write: %s", (name, error) => {
    const expected = majority(name.split(",")[0] ?? "") ?? "";
    const bytes = Buffer.from(pack(error)).toString("hex");
    if (name.includes(",")) expect(expected.startsWith(bytes)).toBe(true);
    else expect(bytes).toBe(expected);
    expect(error.issues.map(({ kind }) => kind)).toEqual(name.includes("second ErrorInfo") ? ["duplicate-detail"] : []);
  });
});
