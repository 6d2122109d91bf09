import { DEFAULTS } from "../../../../src/client/recovery/numbers.js";
import {
  type Action,
  type CallTraits,
  decide,
  type Failure,
  type RecoveryState,
} from "../../../../src/client/recovery/resend-decision.js";

/** The state and the action after a failed attempt. */
export interface Decision {
  readonly state: RecoveryState;
  readonly action: Action;
}

/** The rules by which a client of the model recovers. */
export interface Rules {
  readonly name: string;
  readonly traits: CallTraits;
  /**
   * What the server recognizes of a repeated write: its key, with a new one for each rebuilt write or not; the whole request,
   * which it answers like the first one; or nothing. `a read` stores nothing.
   */
  readonly keeps: "the key" | "the key until it refreshes" | "the request" | "nothing" | "a read";
  /** Whether the write expects a version. */
  readonly guarded: boolean;
  /** Whether a write waits while an earlier one of its client is held. */
  readonly ordered: boolean;
  failed(state: RecoveryState, failure: Failure, remaining: number): Decision;
}

const KEYED: CallTraits = { effect: "keyed", refresh: true, verify: true, redirect: true, authenticate: false };
const ONCE: CallTraits = { ...KEYED, effect: "once", verify: false };

const IDEMPOTENT: CallTraits = { ...KEYED, effect: "idempotent", verify: false };
const READ: CallTraits = { ...IDEMPOTENT, effect: "reads" };

function machine(name: string, traits: CallTraits, rest: Pick<Rules, "keeps" | "guarded">): Rules {
  return {
    name,
    traits,
    ordered: true,
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
  machine("once, guarded by a version", ONCE, { keeps: "nothing", guarded: true }),
  machine("once, which can verify", { ...ONCE, verify: true }, { keeps: "nothing", guarded: true }),
  machine("once", ONCE, { keeps: "nothing", guarded: false }),
  machine("idempotent, guarded by a version", IDEMPOTENT, { keeps: "the request", guarded: true }),
  machine("idempotent", IDEMPOTENT, { keeps: "the request", guarded: false }),
  machine("read-only", READ, { keeps: "a read", guarded: false }),
];

const [GUARDED = machine("", KEYED, { keeps: "the key", guarded: true })] = RULES;
const REPEATABLE = machine("", IDEMPOTENT, { keeps: "the request", guarded: true });
const AGAIN = { type: "wait", delay: 0, cost: 0 } as const satisfies Action;

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
    keeps: "nothing",
    guarded: false,
    failed(state, failure, remaining) {
      const { recovery } = failure;
      const decision = GUARDED.failed(state, failure, remaining);
      const isUnavailable = recovery === "BACK_OFF_AND_RETRY" || recovery === "HOLD_AND_RETRY";
      return isUnavailable && decision.action.type !== "fail" ? { ...decision, action: AGAIN } : decision;
    },
  },
  {
    ...REPEATABLE,
    name: '"idempotent, so rebuild it each time"',
    failed(state, failure, remaining) {
      const decision = REPEATABLE.failed(state, failure, remaining);
      return decision.action.type === "wait" ? { ...decision, action: { ...AGAIN, type: "refresh" } } : decision;
    },
  },
  {
    ...machine("", READ, { keeps: "nothing", guarded: false }),
    name: '"a write declared as read-only"',
  },
];

/** The state machine without the order of a client's writes. */
export const UNORDERED: Rules = {
  ...machine("", KEYED, { keeps: "the key", guarded: false }),
  name: '"no order"',
  ordered: false,
};
