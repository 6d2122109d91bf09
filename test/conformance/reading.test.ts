import { BinaryReader } from "@bufbuild/protobuf/wire";
import { Metadata } from "@grpc/grpc-js";
import { Catalog, type IssueKind, pack, RichError, unpack } from "grpc-rich-errors";
import { BadRequest, ErrorInfo, RetryInfo, tsProtoCodec } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { Numbers } from "../gen/interop/v1/interop.js";
import { declare } from "../support/declared.js";
import { toCaseDetail } from "./proto3-json.js";
import { CASES, type Sent, TRAILERS, VECTORS } from "./vectors.js";

const numbers = tsProtoCodec("interop.v1.Numbers", Numbers, BinaryReader);
const OutOfRangeError = declare({
  name: "NUMBERS",
  reason: "NUMBERS",
  code: 11,
  className: "NumbersError",
  detail: numbers,
});
const catalogs = [new Catalog([OutOfRangeError])];

/** The oddity of a case, which only the peer that wrote it calls an error. */
const ODD: Record<string, IssueKind[]> = {
  durations: ["duplicate-detail"],
  repeated_same_type: Array(2).fill("duplicate-detail"),
  unknown_type: ["unknown-type", "duplicate-detail"],
  truncated_bin: ["malformed-status"],
};

/** A peer's trailers as grpc-js shows them: the message decoded, binary values as Buffers. */
function statusOf({ grpcStatus, grpcMessage, detailsWire }: Sent) {
  const metadata = new Metadata();
  for (const value of detailsWire ?? []) metadata.add("grpc-status-details-bin", Buffer.from(value, "base64"));
  return { code: Number(grpcStatus), details: decodeURIComponent(grpcMessage ?? ""), metadata };
}

const rows = TRAILERS.map((trailer) => ({
  title: `${trailer.name} by ${trailer.language} in ${trailer.method}`,
  ...trailer,
}));

describe("the status of a peer", () => {
  it("is recorded for every case, in every language", () => {
    expect(VECTORS.map((vector) => vector.case).sort()).toEqual(CASES.map(({ name }) => name).sort());
    expect(new Set(TRAILERS.map(({ language }) => language))).toEqual(
      new Set(["cpp", "go", "goraw", "java", "python"]),
    );
  });

  it.each(rows)("is read correctly: $title", ({ meant, name, sent }) => {
    const error = RichError.from(statusOf(sent), { catalogs });
    expect([error.code, error.message]).toEqual([meant.grpc.code, meant.grpc.message]);
    expect(error.issues.map(({ kind }) => kind)).toEqual(ODD[name] ?? []);
    expect(error.name).toBe(name === "custom_sint64" ? "NumbersError" : "RichError");
    expect(error.errorDetails.map(toCaseDetail)).toEqual(meant.expect ?? meant.details ?? []);
  });

  it.each(rows)("is read as other peers read it: $title", ({ sent, seen }) => {
    const error = RichError.from(statusOf(sent), { catalogs });
    for (const { error: refused, grpcCode, status } of seen) {
      expect(error.code).toBe(grpcCode);
      // Peers disagree whether there is a status without details.
      if (refused || !status || !sent.detailsHex?.length) continue;
      expect([error.code, error.message]).toEqual([status.code, status.message]);
      expect(error.errorDetails.map(toCaseDetail)).toEqual(status.details);
    }
  });

  it.each(rows.filter(({ name, sent }) => sent.detailsHex?.length && name !== "truncated_bin"))(
    "is packed again unchanged: $title",
    ({ sent }) => {
      const bytes = Buffer.from(sent.detailsHex?.[0] ?? "", "hex");
      const [first, second] = [unpack(bytes, { catalogs }), RichError.from(statusOf(sent))];
      expect(Buffer.from(pack(first)).toString("hex")).toBe(sent.detailsHex?.[0]);
      expect(Buffer.from(pack(second)).toString("hex")).toBe(sent.detailsHex?.[0]);
    },
  );
});

describe("the codecs of the package", () => {
  const read = (name: string) =>
    TRAILERS.filter((trailer) => trailer.name === name).map(({ sent }) => RichError.from(statusOf(sent), { catalogs }));

  it("read integers that a double cannot represent", () => {
    for (const error of read("custom_sint64")) {
      expect(error).toBeInstanceOf(OutOfRangeError);
      expect(error.findDetail(numbers)).toEqual({
        s64: -9007199254740993n,
        i64: -9223372036854775808n,
        u64: 18446744073709551615n,
        sf64: 9223372036854775807n,
        f64: 9007199254740993n,
        s32: -2147483648,
        many: [9007199254740993n, -9007199254740993n, 9223372036854775807n, -9223372036854775808n, 0n, -1n],
        byName: { negative: -9007199254740995n },
      });
    }
  });

  it("read all ten standard details", () => {
    for (const error of read("all_ten")) {
      const {
        badRequest,
        preconditionFailure,
        quotaFailure,
        help,
        debugInfo,
        requestInfo,
        resourceInfo,
        localizedMessage,
      } = error.standardDetails;
      expect(error.info).toEqual({ reason: "ALL_TEN", domain: "interop.example.com", metadata: { tenant: "t-42" } });
      expect(error.retryDelay).toBe(1500);
      expect(debugInfo).toEqual({ stackEntries: ["main.go:10", "lib.go:20 (*T).f"], detail: "boom" });
      expect(quotaFailure?.violations.map(({ subject }) => subject)).toEqual(["clientip:192.0.2.1", "project:p1"]);
      expect(preconditionFailure?.violations).toEqual([
        { type: "TOS", subject: "example.com/me", description: "Terms not accepted" },
      ]);
      expect(badRequest?.fieldViolations.map(({ field }) => field)).toEqual(["user.name", "items[3].count"]);
      expect(requestInfo).toEqual({ requestId: "req-1", servingData: "shard=7" });
      expect(resourceInfo?.description).toBe("not found in shard 7");
      expect(help?.links.map(({ description }) => description)).toEqual(["Manual", "Forum <beta>"]);
      expect(localizedMessage).toEqual({ locale: "fr-FR", message: "Requête invalide : « nom » vide" });
    }
  });

  it("find every detail of a type that occurs twice, in order", () => {
    for (const error of read("repeated_same_type")) {
      expect(error.findDetails(BadRequest).map(({ fieldViolations }) => fieldViolations[0]?.description)).toEqual([
        "first",
        "second",
        "third",
      ]);
      expect(error.findDetails(ErrorInfo).map(({ reason }) => reason)).toEqual(["ONE", "TWO"]);
      expect(error.reason).toBe("ONE");
    }
  });

  it("read the shortest and the longest durations", () => {
    for (const error of read("durations")) {
      expect(error.findDetails(RetryInfo).map(({ retryDelay }) => retryDelay)).toEqual([
        { seconds: 0n, nanos: 0 },
        { seconds: 0n, nanos: 1 },
        { seconds: 0n, nanos: 1_000_000 },
        { seconds: -1n, nanos: -500_000_000 },
        { seconds: 315_576_000_000n, nanos: 999_999_999 },
      ]);
    }
  });
});
