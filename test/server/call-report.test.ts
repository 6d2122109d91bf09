import { inspect } from "node:util";
import { Metadata } from "@grpc/grpc-js";
import { Code, type FailedCall, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { ServerCallInfo } from "../../src/masking/call-info.js";
import { type Report, reportFailure } from "../../src/server/call-report.js";
import { expectNothingUncaught } from "../support/watch.js";

expectNothingUncaught();

const metadata = new Metadata();
metadata.set("x-request-id", "r-7");
metadata.set("authorization", "Bearer hunter2");
const connection = { getConnectionInfo: () => ({ remoteAddress: "127.0.0.1", remotePort: 1 }) };
const info = new ServerCallInfo("/a.B/C", connection, metadata);
const sent = new RichError(Code.NOT_FOUND, "gone");
const report: Report = {
  error: sent,
  sent,
  masked: false,
  outsideContract: false,
  late: false,
  shed: [],
  problems: [],
};

describe("a listener", () => {
  it("is told of the failure and of the call, whose metadata is not printed", () => {
    const calls: FailedCall[] = [];
    reportFailure((call) => calls.push(call), info, report);
    expect(calls).toEqual([{ ...report, method: "/a.B/C", peer: "127.0.0.1:1", requestId: "r-7" }]);
    expect(calls[0]?.metadata).toBe(metadata);
    expect(inspect(calls[0], { depth: 9 }) + JSON.stringify(calls[0])).not.toContain("hunter2");
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("x");
      },
    ],
    ["rejects", async () => Promise.reject(new Error("x"))],
    ["throws nothing at all", () => Promise.reject(undefined)],
  ])("that %s is left alone with it", (_, listener) => {
    expect(() => reportFailure(listener, info, report)).not.toThrow();
  });
});
