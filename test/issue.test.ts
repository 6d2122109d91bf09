import { Metadata } from "@grpc/grpc-js";
import { type Issue, type IssueKind, RichError, unpack } from "grpc-rich-errors";
import { catalog as aerospike } from "grpc-rich-errors/catalogs/aerospike";
import { catalog as hapnd } from "grpc-rich-errors/catalogs/hapnd";
import { fromHttp } from "grpc-rich-errors/http";
import { describe, expect, it } from "vitest";
import { catalog, TooManySidesError } from "./gen/shapes/v1/shapes.rich.js";
import { concat, hex } from "./support/bytes.js";
import { SIDES } from "./support/errors.js";
import { writeErrorInfo, writeStatus } from "./support/oracle.js";

const info = { typeUrl: "t/google.rpc.ErrorInfo", value: writeErrorInfo("TOO_MANY_SIDES", "shapes.example.com") };
const sides = { typeUrl: "t/shapes.v1.TooManySidesErrorDetails", value: hex("10 05") };
const unknownReason = { typeUrl: info.typeUrl, value: writeErrorInfo("NEW", "shapes.example.com") };
const shedding = {
  typeUrl: info.typeUrl,
  value: writeErrorInfo("TOO_MANY_SIDES", "shapes.example.com", [["shed", "Help"]]),
};
const sent = (...details: (typeof info)[]) => writeStatus({ code: 3, message: "no", details });

function metadataOf(trailer: Uint8Array): Metadata {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(trailer));
  return metadata;
}

type OverHttp = "malformed-body" | "malformed-header" | "missing-code" | "http-status" | "ambiguous-reason";

/** Kinds of errors that are thrown, and of errors whose code has the type `number` for 64-bit integers. */
type NotByTrailer = "unknown-option" | "unknown-field" | "invalid-value" | "unsafe-integer";

/** For every kind, the smallest trailer that has it. */
const LEAST: Record<Exclude<IssueKind, OverHttp | NotByTrailer>, Uint8Array> = {
  "malformed-status": concat(sent(), hex("ff")),
  "several-statuses": concat(sent(), sent()),
  "invalid-code": writeStatus({ code: 17, message: "no" }),
  "code-mismatch": writeStatus({ code: 5, message: "no" }),
  "message-mismatch": writeStatus({ code: 3, message: "yes" }),
  "malformed-detail": sent(info, { ...sides, value: hex("10") }),
  "duplicate-detail": sent(info, sides, sides),
  "unknown-type": sent(info, { typeUrl: "t/new.v1.Fact", value: hex("") }, sides),
  "unknown-reason": sent(unknownReason),
  "missing-detail": sent(info),
  shed: sent(shedding, sides),
};

const status = (code: number) => ({ error: { code, status: "NOT_FOUND", message: "no" } });
const problem = { type: "about:blank", code: "NOT_FOUND", reason: "NOT_FOUND" };
const catalogs = [hapnd, aerospike];

/** The same for the kinds that only HTTP responses have. */
const LEAST_OVER_HTTP: Record<OverHttp, readonly Issue[]> = {
  "malformed-body": fromHttp(404, {}, { ...status(404).error, message: 1 }).issues,
  "malformed-header": fromHttp(404, { "retry-after": "soon" }, status(404)).issues,
  "missing-code": fromHttp(404, {}, { error: "no" }).issues,
  "http-status": fromHttp(500, {}, status(404)).issues,
  "ambiguous-reason": fromHttp(404, {}, problem, { catalogs }).issues,
};

describe("an issue", () => {
  it.each(Object.entries(LEAST_OVER_HTTP))("has the kind %s", (kind, issues) => {
    expect(issues.map((issue) => issue.kind)).toEqual([kind]);
    expect(issues[0]?.message).toMatch(/^\S.*[^.]$/);
  });

  it("has the kind unknown-option", () => {
    const options: object = { reasn: "GONE" };
    const { issues } = new RichError(5, "no", options);
    expect(issues).toEqual([{ kind: "unknown-option", message: 'the option "reasn" is unknown; write "reason"' }]);
  });

  it("has the kind unknown-field for a thrown error", () => {
    const error = new TooManySidesError({ ...SIDES, side: 5n } as never);
    expect(error.issues).toEqual([
      {
        kind: "unknown-field",
        message:
          'shapes.v1.TooManySidesErrorDetails: the field side is unknown; its value 5n is left out; write "sides"',
        typeUrl: "type.googleapis.com/shapes.v1.TooManySidesErrorDetails",
      },
    ]);
  });

  it("has the kind invalid-value for a thrown error", () => {
    const { issues } = new RichError(5, "no", { reason: "R", domain: "d", retryDelay: Number.NaN });
    expect(issues.map((issue) => issue.kind)).toEqual(["invalid-value"]);
    expect(issues[0]?.message).toMatch(/^\S.*[^.]$/);
  });

  it.each(Object.entries(LEAST))("has the kind %s", (kind, trailer) => {
    const beside = ["code-mismatch", "message-mismatch"].includes(kind);
    // A trailer contradicts the status of its call only if there is one.
    const issues = beside
      ? RichError.from({ code: 3, details: "no", metadata: metadataOf(trailer) }, { catalogs: [catalog] }).issues
      : unpack(trailer, { catalogs: [catalog] }).issues;
    expect(issues.map((issue) => issue.kind)).toEqual([kind]);
    expect(issues[0]?.message).toMatch(/^\S.*[^.]$/);
  });
});
