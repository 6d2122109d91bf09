import { Code, fromStatus, RichError, toStatus } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import type { Definition, Outcome, Recovery } from "../../../src/definition.js";
import { pushbackOf } from "../../../src/server/extras/extras.js";
import { CornersBusyError, catalog, tooManySides } from "../../support/errors.js";

function error(recovery?: Recovery, outcome?: Outcome, retryDelay?: number): RichError {
  const definition: Definition = {
    ...CornersBusyError.definition,
    ...(recovery && { recovery }),
    ...(outcome && { outcome }),
  };
  return new RichError(definition, undefined, retryDelay === undefined ? {} : { retryDelay });
}

describe("pushbackOf", () => {
  const STOPS: readonly Recovery[] = [
    "NONE",
    "FIX_REQUEST",
    "AUTHENTICATE",
    "REFRESH_AND_RETRY",
    "REDIRECT",
    "TREAT_AS_SUCCESS",
    "HOLD_AND_RETRY",
    "CONTACT_OPERATOR",
  ];
  it.each(STOPS)("forbids a retry if the declaration asks for %s, whatever the delay", (recovery) => {
    expect(pushbackOf(error(recovery, undefined, 100))).toBe("-1");
  });

  it.each(["MAYBE_APPLIED", "ALREADY_APPLIED"] as const)("forbids a retry if the request is %s", (outcome) => {
    expect(pushbackOf(error("RETRY", outcome, 100))).toBe("-1");
  });

  it.each(["RETRY", "BACK_OFF_AND_RETRY"] as const)("returns the delay if the declaration asks for %s", (recovery) => {
    expect(pushbackOf(error(recovery, "NOT_APPLIED", 100))).toBe("100");
    expect(pushbackOf(error(recovery))).toBe("1500");
  });

  it.each([
    [0, "0"],
    [0.2, "1"],
    [1500.5, "1501"],
    [-5, "0"],
    [1e15, "2147483647"],
  ])("rounds and limits a delay of %d to what a timer takes", (retryDelay, expected) => {
    expect(pushbackOf(new RichError(Code.UNAVAILABLE, "x", { retryDelay }))).toBe(expected);
  });

  it("returns undefined without a delay, or if it is not a number", () => {
    expect(pushbackOf(new RichError(Code.UNAVAILABLE, "x"))).toBeUndefined();
    expect(pushbackOf(new RichError(Code.UNAVAILABLE, "x", { retryDelay: Number.NaN }))).toBeUndefined();
  });

  it("also follows the declaration of a received error", () => {
    const received = fromStatus(toStatus(tooManySides({ retryDelay: 5 })), { catalogs: [catalog] });
    expect(pushbackOf(received)).toBe("-1");
    expect(pushbackOf(fromStatus(toStatus(tooManySides({ retryDelay: 5 }))))).toBe("5");
  });
});
