import { inspect } from "node:util";
import { Metadata, ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import { Code, type FailedCall, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { ServerCallInfo } from "../../src/masking/call-info.js";
import { type Report, reportFailure, type UnreportedEnd, unreportedFailure } from "../../src/server/call-report.js";
import { startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
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

describe("onError", () => {
  it("gets the failure and the call, and does not print the metadata of the call", () => {
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
    ["rejects with undefined", () => Promise.reject(undefined)],
  ])("that %s has no effect on the call", (_, listener) => {
    expect(() => reportFailure(listener, info, report)).not.toThrow();
  });
});

const REFUSAL = new TypeError("no number");
const fine = () => Buffer.alloc(5);
const refuses = () => {
  throw REFUSAL;
};
const end: UnreportedEnd = {
  deadline: Number.POSITIVE_INFINITY,
  standing: true,
  unwritten: undefined,
  serialize: fine,
};
const passed = Date.now() - 1000;
const unwritten = { response: "seven" };

describe("the report of a call that grpc-js ended", () => {
  it.each<[string, Partial<UnreportedEnd>, object | undefined]>([
    [
      "says that the deadline passed",
      { deadline: passed },
      { code: Code.DEADLINE_EXCEEDED, message: "the deadline of the call has passed" },
    ],
    [
      "says that the deadline passed if the client is gone as well",
      { deadline: passed, standing: false },
      { code: Code.DEADLINE_EXCEEDED },
    ],
    [
      "says that the deadline passed if a response is unwritten as well",
      { deadline: passed, unwritten, serialize: refuses },
      { code: 4 },
    ],
    [
      "says that the response is too large if it can be serialized and the stream stands",
      { unwritten },
      { code: Code.RESOURCE_EXHAUSTED, message: "the response is larger than grpc.max_send_message_length" },
    ],
    ["is missing if the client is gone and the response can be serialized", { unwritten, standing: false }, undefined],
    [
      "says that a request is at fault if no response is unwritten and the stream stands",
      {},
      { code: 13, message: "a request cannot be read, or is larger than grpc.max_receive_message_length" },
    ],
    ["is missing if the client is gone and no response is unwritten", { standing: false }, undefined],
  ])("%s", (_, known, sent) => {
    const report = unreportedFailure({ ...end, ...known });
    const none = { masked: false, outsideContract: false, late: false, shed: [], problems: [] };
    if (sent) expect(report).toEqual({ ...none, error: report?.sent, sent: expect.objectContaining(sent) });
    else expect(report).toBeUndefined();
  });

  it.each([true, false])("has the error of a response that cannot be serialized (stream stands: %s)", (standing) => {
    expect(unreportedFailure({ ...end, standing, unwritten, serialize: refuses })).toMatchObject({
      error: REFUSAL,
      masked: true,
      sent: { code: Code.INTERNAL, message: "Error serializing response" },
    });
  });

  it.each([null, undefined, 5, "bytes", new Uint8Array(5)])(
    "says that the serializer returned %j, not a Buffer",
    (bytes) => {
      expect(unreportedFailure({ ...end, unwritten, serialize: () => bytes as Uint8Array })).toMatchObject({
        error: new TypeError("the responseSerialize of the method did not return a Buffer"),
        masked: true,
        sent: { code: Code.INTERNAL, message: "Error serializing response" },
      });
    },
  );

  it("has the error of a response that is undefined", () => {
    const report = unreportedFailure({ ...end, unwritten: { response: undefined }, serialize: refuses });
    expect(report?.error).toBe(REFUSAL);
  });
});

describe("a failed status that another interceptor sends twice", () => {
  it("is reported once", async () => {
    const twice: ServerInterceptor = (_, call) =>
      new ServerInterceptingCall(call, {
        sendStatus: (status, next) => {
          next(status);
          next(status);
        },
      });
    const thrown = new RichError(Code.NOT_FOUND, "gone");
    const shapes = await startShapes({ unary: () => Promise.reject(thrown) }, { interceptors: [twice] });
    expect((await callOn(shapes, "unary")).error).toMatchObject({ code: 5 });
    expect([...shapes.failed, ...shapes.late]).toMatchObject([{ error: thrown }]);
  });
});
