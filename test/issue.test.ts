import { type IssueKind, unpack } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { receiveTrailer } from "../src/received.js";
import { catalog } from "./gen/shapes/v1/shapes.rich.js";
import { concat, hex } from "./support/bytes.js";
import { writeErrorInfo, writeStatus } from "./support/oracle.js";

const info = { typeUrl: "t/google.rpc.ErrorInfo", value: writeErrorInfo("TOO_MANY_SIDES", "shapes.example.com") };
const sides = { typeUrl: "t/shapes.v1.TooManySidesErrorDetails", value: hex("10 05") };
const unknownReason = { typeUrl: info.typeUrl, value: writeErrorInfo("NEW", "shapes.example.com") };
const sent = (...details: (typeof info)[]) => writeStatus({ code: 3, message: "no", details });

/** Of every kind, the least that has it. */
const LEAST: Record<IssueKind, Uint8Array> = {
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
};

describe("an issue", () => {
  it.each(Object.entries(LEAST))("is of the kind %s", (kind, trailer) => {
    const beside = ["code-mismatch", "message-mismatch"].includes(kind);
    // Only beside the status of the call can a trailer contradict it.
    const issues = beside
      ? receiveTrailer({ code: 3, message: "no" }, trailer, [catalog]).issues
      : unpack(trailer, { catalogs: [catalog] }).issues;
    expect(issues.map((issue) => issue.kind)).toEqual([kind]);
    expect(issues[0]?.message).toMatch(/^\S.*[^.]$/);
  });
});
