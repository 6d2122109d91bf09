import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COST, DEFAULTS, THROTTLED_COST } from "../../../src/client/recovery/numbers.js";
import {
  type Action,
  type CallTraits,
  decide,
  type Effect,
  type Failure,
  type Readings,
  type RecoveryState,
  START,
} from "../../../src/client/recovery/resend-decision.js";
import { type Outcome, RECOVERIES, type Recovery } from "../../../src/definition.js";

const ALL: CallTraits = { effect: "keyed", refresh: true, verify: true, redirect: true, authenticate: true };
const READINGS: Readings = { remaining: Number.POSITIVE_INFINITY, tokens: 500, jitter: 1 };
const names = Object.keys(RECOVERIES) as Recovery[];
const OUTCOMES: readonly (Outcome | undefined)[] = ["NOT_APPLIED", "MAYBE_APPLIED", "ALREADY_APPLIED", undefined];
const EFFECTS: readonly Effect[] = ["reads", "idempotent", "keyed", "once"];

function failure(recovery: Recovery, changes: Partial<Failure> = {}): Failure {
  return { recovery, outcome: "NOT_APPLIED", sent: true, retryDelay: 0, pushback: 0, ...changes };
}

function decideOn(given: Failure, { call = ALL, state = START, readings = READINGS, numbers = DEFAULTS } = {}) {
  return decide(state, { type: "failed", failure: given }, call, numbers, readings);
}

function actionAfter(given: Failure, situation: Parameters<typeof decideOn>[1] = {}): Action {
  return decideOn(given, situation).action;
}

describe("decide", () => {
  it("returns a response", () => {
    expect(decide(START, { type: "responded" }, ALL, DEFAULTS, READINGS).action).toEqual({ type: "return" });
  });

  it.each([
    ["NONE", "fail"],
    ["FIX_REQUEST", "fail"],
    ["CONTACT_OPERATOR", "fail"],
    ["AUTHENTICATE", "authenticate"],
    ["RETRY", "wait"],
    ["BACK_OFF_AND_RETRY", "wait"],
    ["REFRESH_AND_RETRY", "refresh"],
    ["REDIRECT", "redirect"],
    ["TREAT_AS_SUCCESS", "verify"],
    ["HOLD_AND_RETRY", "hold"],
  ] as const)("answers %s with %s", (recovery, type) => {
    expect(actionAfter(failure(recovery)).type).toBe(type);
  });

  it.each([
    ["AUTHENTICATE", "authenticate"],
    ["REFRESH_AND_RETRY", "refresh"],
    ["REDIRECT", "redirect"],
    ["TREAT_AS_SUCCESS", "verify"],
  ] as const)("fails for %s without the callback", (recovery, callback) => {
    expect(actionAfter(failure(recovery), { call: { ...ALL, [callback]: false } })).toEqual({
      type: "fail",
      stopped: "no-callback",
    });
  });

  it("waits up to a doubling delay, which has a limit", () => {
    const delays = (recovery: Recovery, jitter = 1) =>
      [0, 1, 2, 20].map((attempts) => {
        const numbers = { ...DEFAULTS, attempts: 100 };
        const state = { ...START, attempts };
        const action = actionAfter(failure(recovery), { state, numbers, readings: { ...READINGS, jitter } });
        return "delay" in action ? action.delay : undefined;
      });
    expect(delays("RETRY")).toEqual([50, 100, 200, 20_000]);
    expect(delays("BACK_OFF_AND_RETRY")).toEqual([1000, 2000, 4000, 20_000]);
    expect(delays("RETRY", 0)).toEqual([0, 0, 0, 0]);
  });

  it("waits at least as long as the server asks for", () => {
    const delay = (changes: Partial<Failure>) =>
      actionAfter(failure("RETRY", changes), { readings: { ...READINGS, jitter: 0 } });
    expect(delay({ retryDelay: 30_000 })).toMatchObject({ delay: 30_000 });
    expect(delay({ retryDelay: -30_000 })).toMatchObject({ delay: 0 });
    expect(delay({ retryDelay: 10, pushback: 20 })).toMatchObject({ delay: 20 });
    expect(actionAfter(failure("REDIRECT", { retryDelay: 10 }))).toMatchObject({ delay: 10 });
  });

  it("obeys a pushback that forbids the same request, but not a changed one", () => {
    const stopped = (recovery: Recovery) => actionAfter(failure(recovery, { pushback: "stop" }));
    expect(stopped("RETRY")).toEqual({ type: "fail", stopped: "pushback" });
    expect(stopped("REDIRECT").type).toBe("redirect");
    expect(stopped("REFRESH_AND_RETRY").type).toBe("refresh");
  });

  it("takes from the budget what each retry costs", () => {
    expect(actionAfter(failure("RETRY"))).toMatchObject({ cost: COST });
    expect(actionAfter(failure("BACK_OFF_AND_RETRY"))).toMatchObject({ cost: THROTTLED_COST });
    expect(actionAfter(failure("RETRY", { sent: false }))).toMatchObject({ cost: 0 });
    const poor = { ...READINGS, tokens: 13 };
    expect(actionAfter(failure("RETRY"), { readings: poor })).toEqual({
      type: "fail",
      stopped: "budget",
      retryDelay: 50,
    });
    expect(actionAfter(failure("RETRY", { sent: false }), { readings: { ...READINGS, tokens: 0 } }).type).toBe("wait");
  });

  it("does not wait beyond the deadline", () => {
    const readings = { ...READINGS, remaining: 50 };
    expect(actionAfter(failure("RETRY"), { readings })).toEqual({ type: "fail", stopped: "deadline", retryDelay: 50 });
    expect(actionAfter(failure("RETRY"), { readings: { ...readings, remaining: 51 } }).type).toBe("wait");
  });

  it("counts neither redirects nor holds as attempts, but limits the redirects", () => {
    const state = { ...START, attempts: 5, hops: 2, holds: 2 };
    expect(actionAfter(failure("RETRY"), { state }).type).toBe("wait");
    expect(actionAfter(failure("REDIRECT"), { state: { ...state, hops: 3 } })).toMatchObject({ stopped: "hops" });
    expect(actionAfter(failure("HOLD_AND_RETRY"), { state: { ...START, attempts: 50 } }).type).toBe("hold");
  });

  it("authenticates once", () => {
    const { state } = decideOn(failure("AUTHENTICATE"));
    expect(actionAfter(failure("AUTHENTICATE"), { state })).toMatchObject({ stopped: "not-recoverable" });
  });

  it("sends nothing again with one attempt", () => {
    for (const recovery of names) {
      const action = actionAfter(failure(recovery), { numbers: { ...DEFAULTS, attempts: 1 } });
      expect(["fail", "verify"]).toContain(action.type);
    }
  });

  it("verifies before it fails with an unknown outcome, and keeps the reason", () => {
    const call: CallTraits = { ...ALL, effect: "once" };
    const { state, action } = decideOn(failure("RETRY", { outcome: "MAYBE_APPLIED" }), { call });
    expect(action).toEqual({ type: "verify" });
    const verified = (landed: "ours" | "another" | "unknown") =>
      decide(state, { type: "verified", landed }, call, DEFAULTS, READINGS);
    expect(verified("ours").action).toEqual({ type: "return" });
    expect(verified("unknown")).toMatchObject({ action: { stopped: "may-be-applied" }, state: { mayBeApplied: true } });
    expect(verified("another")).toMatchObject({ action: { stopped: "conflict" }, state: { mayBeApplied: true } });
  });

  it("knows that a keyed request whose place another one has is not applied", () => {
    const { state } = decideOn(failure("TREAT_AS_SUCCESS", { outcome: "ALREADY_APPLIED" }));
    const { action, state: end } = decide(state, { type: "verified", landed: "another" }, ALL, DEFAULTS, READINGS);
    expect(action).toEqual({ type: "fail", stopped: "conflict" });
    expect(end.mayBeApplied).toBe(false);
  });
});

const arbitraryFailure: fc.Arbitrary<Failure> = fc.record({
  recovery: fc.constantFrom(...names),
  outcome: fc.constantFrom(...OUTCOMES),
  sent: fc.boolean(),
  retryDelay: fc.nat(30_000),
  pushback: fc.oneof(fc.nat(30_000), fc.constant("stop" as const)),
});
const arbitraryCall: fc.Arbitrary<CallTraits> = fc.record({
  effect: fc.constantFrom(...EFFECTS),
  refresh: fc.boolean(),
  verify: fc.boolean(),
  redirect: fc.boolean(),
  authenticate: fc.boolean(),
});
const arbitraryReadings: fc.Arbitrary<Readings> = fc.record({
  remaining: fc.integer({ min: -100, max: 100_000 }),
  tokens: fc.nat(500),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe("for any sequence of failures", () => {
  it("a request that may have been applied is sent again only if that is harmless, in time and within the budget", () => {
    const sequence = fc.array(fc.record({ failure: arbitraryFailure, readings: arbitraryReadings }), { maxLength: 12 });
    fc.assert(
      fc.property(arbitraryCall, sequence, (call, steps) => {
        let state: RecoveryState = START;
        let maybe = false;
        for (const { failure, readings } of steps) {
          const { state: next, action } = decideOn(failure, { call, state, readings });
          maybe ||= failure.outcome !== "NOT_APPLIED";
          expect(next.mayBeApplied).toBe(maybe && call.effect !== "reads");
          if (!("cost" in action)) return;
          expect(action.delay).toBeLessThan(readings.remaining);
          expect(action.delay).toBeGreaterThanOrEqual(failure.retryDelay);
          expect(action.cost).toBeLessThanOrEqual(readings.tokens);
          if (maybe) expect(call.effect).not.toBe("once");
          if (maybe && action.type === "refresh") expect(["reads", "keyed"]).toContain(call.effect);
          state = next;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
