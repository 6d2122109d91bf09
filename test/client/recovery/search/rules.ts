import { DEFAULTS } from "../../../../src/client/recovery/numbers.js";
import {
  type Action,
  type CallTraits,
  decide,
  type Failure,
  type RecoveryState,
} from "../../../../src/client/recovery/state-machine.js";

/** The state and the action after a failed attempt. */
export interface Decision {
  readonly state: RecoveryState;
  readonly action: Action;
}

/** The rules by which a client of the model recovers. */
export interface Rules {
  readonly name: string;
  readonly traits: CallTraits;
  /** Whether every attempt carries the key of the write, or one of its own. */
  readonly keeps: "the key" | "the key until it refreshes" | "no key";
  /** Whether the write expects a version. */
  readonly guarded: boolean;
  failed(state: RecoveryState, failure: Failure, remaining: number): Decision;
}

const KEYED: CallTraits = { effect: "keyed", refresh: true, verify: true, redirect: true, authenticate: false };
const ONCE: CallTraits = { ...KEYED, effect: "once", verify: false };

function machine(name: string, traits: CallTraits, rest: Pick<Rules, "keeps" | "guarded">): Rules {
  return {
    name,
    traits,
    ...rest,
    failed: (state, failure, remaining) =>
      decide(state, { type: "failed", failure }, traits, DEFAULTS, { remaining, tokens: 500, jitter: 0 }),
  };
}

/** The state machine, for every kind of write. */
export const RULES: readonly Rules[] = [
  machine("keyed, guarded by a version", KEYED, { keeps: "the key", guarded: true }),
  machine("keyed", KEYED, { keeps: "the key", guarded: false }),
  machine("keyed, which cannot refresh", { ...KEYED, refresh: false }, { keeps: "the key", guarded: true }),
  machine("keyed, which cannot verify", { ...KEYED, verify: false }, { keeps: "the key", guarded: true }),
  machine("once, guarded by a version", ONCE, { keeps: "no key", guarded: true }),
  machine("once, which can verify", { ...ONCE, verify: true }, { keeps: "no key", guarded: true }),
  machine("once", ONCE, { keeps: "no key", guarded: false }),
];

const [GUARDED = machine("", KEYED, { keeps: "the key", guarded: true })] = RULES;
const AGAIN: Action = { type: "wait", delay: 0, cost: 0 };

/** Rules that clients have by hand. Each loses or doubles a write. */
export const NAIVE: readonly Rules[] = [
  {
    ...GUARDED,
    name: '"2002 is success"',
    failed(state, failure, remaining) {
      const decision = GUARDED.failed(state, failure, remaining);
      return failure.recovery === "TREAT_AS_SUCCESS" ? { ...decision, action: { type: "return" } } : decision;
    },
  },
  {
    ...GUARDED,
    name: '"2013 is success"',
    failed(state, failure, remaining) {
      const decision = GUARDED.failed(state, failure, remaining);
      return failure.recovery === "HOLD_AND_RETRY" ? { ...decision, action: { type: "return" } } : decision;
    },
  },
  {
    ...GUARDED,
    name: '"resend unchanged"',
    keeps: "the key until it refreshes",
    failed(state, failure, remaining) {
      const decision = GUARDED.failed({ ...state, mayBeApplied: false }, failure, remaining);
      return decision.action.type === "hold" ? { ...decision, action: AGAIN } : decision;
    },
  },
  {
    ...GUARDED,
    name: '"retry UNAVAILABLE"',
    keeps: "no key",
    guarded: false,
    failed(state, failure, remaining) {
      const { recovery } = failure;
      const decision = GUARDED.failed(state, failure, remaining);
      const isUnavailable = recovery === "BACK_OFF_AND_RETRY" || recovery === "HOLD_AND_RETRY";
      return isUnavailable && decision.action.type !== "fail" ? { ...decision, action: AGAIN } : decision;
    },
  },
];
