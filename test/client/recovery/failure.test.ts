import { Metadata } from "@grpc/grpc-js";
import { Code, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { failureOf } from "../../../src/client/recovery/failure.js";

function received(code: Code, details: string, trailers: Readonly<Record<string, string>> = {}): RichError {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return RichError.from(Object.assign(new Error(details), { code, details, metadata }));
}

const ANSWERED = { "content-type": "application/grpc" };

describe("failureOf", () => {
  it.each([
    ["a server's UNAVAILABLE", Code.UNAVAILABLE, "busy", ANSWERED, "BACK_OFF_AND_RETRY", undefined, true],
    ["a server's UNAUTHENTICATED", Code.UNAUTHENTICATED, "who?", ANSWERED, "AUTHENTICATE", undefined, true],
    ["a server's RESOURCE_EXHAUSTED", Code.RESOURCE_EXHAUSTED, "quota", ANSWERED, "NONE", undefined, true],
    ["a server's ABORTED", Code.ABORTED, "conflict", ANSWERED, "NONE", undefined, true],
    ["no connection", Code.UNAVAILABLE, "No connection established", {}, "BACK_OFF_AND_RETRY", "NOT_APPLIED", false],
    ["a refused stream", Code.UNAVAILABLE, "Stream refused by server", {}, "BACK_OFF_AND_RETRY", "NOT_APPLIED", true],
    ["a lost connection", Code.UNAVAILABLE, "Connection dropped", {}, "BACK_OFF_AND_RETRY", "MAYBE_APPLIED", true],
    [
      "a message that is too large to send",
      Code.RESOURCE_EXHAUSTED,
      "Attempted to send message with a size larger than 4",
      {},
      "NONE",
      "NOT_APPLIED",
      false,
    ],
    [
      "a message that is too large to receive",
      Code.RESOURCE_EXHAUSTED,
      "Received message larger than max (8 vs 4)",
      {},
      "NONE",
      "MAYBE_APPLIED",
      true,
    ],
    ["a closed client", Code.UNAVAILABLE, "Channel closed before call started", {}, "NONE", "NOT_APPLIED", false],
    ["a cancelled call", Code.CANCELLED, "Cancelled on client", {}, "NONE", "MAYBE_APPLIED", true],
  ] as const)("reads %s", (_, code, details, trailers, recovery, outcome, sent) => {
    expect(failureOf(received(code, details, trailers))).toEqual({
      recovery,
      outcome,
      sent,
      retryDelay: 0,
      pushback: 0,
    });
  });

  it.each([
    ["250", 250],
    ["0", 0],
    ["-1", "stop"],
    ["soon", "stop"],
    ["1.5", "stop"],
    ["", "stop"],
  ])("reads the pushback %j", (value, pushback) => {
    const trailers = { ...ANSWERED, "grpc-retry-pushback-ms": value };
    expect(failureOf(received(Code.UNAVAILABLE, "busy", trailers)).pushback).toBe(pushback);
  });
});
