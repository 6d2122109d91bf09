import { Code as ConnectCode, ConnectError } from "@connectrpc/connect";
import { RpcError } from "@protobuf-ts/runtime-rpc";
import { GoogleError } from "google-gax";
import { Code, fromStatus, RichError } from "grpc-rich-errors";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { endError, endOf, isCausedByEnd } from "../../src/masking/call-end.js";

const HOUR = 3_600_000;

function coded(code: unknown, more: object = {}): Error {
  return Object.assign(new Error("x"), { code, ...more });
}

describe("endOf", () => {
  it.each([
    ["runs without a deadline", false, Number.POSITIVE_INFINITY, undefined],
    ["runs until its deadline", false, Date.now() + HOUR, undefined],
    ["is over before its deadline", true, new Date(Date.now() + HOUR), Code.CANCELLED],
    [
      "runs a few milliseconds before its deadline, because timers fire early",
      false,
      Date.now() + 9,
      Code.DEADLINE_EXCEEDED,
    ],
    ["is over and has no deadline", true, Number.POSITIVE_INFINITY, Code.CANCELLED],
    ["is over at its deadline", true, Date.now() - 1, Code.DEADLINE_EXCEEDED],
    ["still runs at its deadline, because the timer is late", false, new Date(), Code.DEADLINE_EXCEEDED],
  ])("returns how a call ended that %s", (_, over, deadline, expected) => {
    expect(endOf(over, deadline)).toBe(expected);
  });
});

describe("a deadline counts as passed", () => {
  it.each([
    [10, Code.DEADLINE_EXCEEDED],
    [11, undefined],
    [-10, Code.DEADLINE_EXCEEDED],
  ])("%d milliseconds before it: %s", (ms, expected) => {
    vi.useFakeTimers({ now: 1_700_000_000_000 });
    onTestFinished(() => void vi.useRealTimers());
    expect(endOf(false, Date.now() + ms)).toBe(expected);
    expect(endOf(false, new Date(Date.now() + ms))).toBe(expected);
  });
});

it("endError says how a call ended and keeps the cause", () => {
  const cause = new Error("x");
  expect(endError(Code.CANCELLED, cause)).toMatchObject({ code: 1, message: "the call was cancelled", cause });
  const withoutCause = endError(Code.DEADLINE_EXCEEDED);
  expect(withoutCause).toMatchObject({ code: 4, message: "the deadline of the call has passed" });
  expect(Object.hasOwn(withoutCause, "cause")).toBe(false);
});

describe("isCausedByEnd", () => {
  it.each([
    ["an AbortError", new DOMException("x", "AbortError")],
    ["a TimeoutError", new DOMException("x", "TimeoutError")],
    ["an error of a grpc-js client that was cancelled", coded(1, { details: "Cancelled on client" })],
    ["an error of a grpc-js client at its deadline", coded(4, { details: "Deadline exceeded" })],
    ["an error of a Connect client at its deadline", new ConnectError("x", ConnectCode.DeadlineExceeded)],
    ["an error of a protobuf-ts client at its deadline", new RpcError("x", "DEADLINE_EXCEEDED")],
    ["an error of a protobuf-ts client that was cancelled", new RpcError("x", "CANCELLED")],
    ["an error of a gax client at its deadline", Object.assign(new GoogleError("x"), { code: 4 })],
    ["a RichError of another server that was cancelled", fromStatus({ code: 1, message: "x", details: [] })],
    ["an AbortError that RichError.from wrapped", RichError.from(new DOMException("x", "AbortError"))],
    ["a stream that was closed too early", coded("ERR_STREAM_PREMATURE_CLOSE")],
    ["a stream that was destroyed", coded("ERR_STREAM_DESTROYED")],
    ["a stream that was written to after its end", coded("ERR_STREAM_WRITE_AFTER_END")],
  ])("returns true for %s", (_, thrown) => {
    expect(isCausedByEnd(thrown)).toBe(true);
  });

  it.each([
    ["any error", new Error("AbortError")],
    ["an error of a protobuf-ts client", new RpcError("x", "UNAVAILABLE")],
    ["an error with the name of a code", coded("CANCELLED")],
    ["an error with the name of a code and details", coded("CANCELLED", { details: "x" })],
    ["an error of another server", coded(14, { details: "no connection" })],
    ["a RichError of another server", fromStatus({ code: 5, message: "x", details: [] })],
    ["an error of a database with the number of such a code", coded(4)],
    ["an error of the operating system", coded("ECONNRESET")],
    ["a plain status", { code: 1, details: "x" }],
    ["undefined", undefined],
    ["a string", "AbortError"],
  ])("returns false for %s", (_, thrown) => {
    expect(isCausedByEnd(thrown)).toBe(false);
  });

  it("returns false for a RichError made in this process and for a value that throws on access", () => {
    const { proxy, revoke } = Proxy.revocable(new Error("x"), {});
    revoke();
    expect([new RichError(Code.CANCELLED, "x"), proxy].map(isCausedByEnd)).toEqual([false, false]);
  });
});
