import type { Outcome, Recovery } from "../../definition.js";

/** What a recovery asks of the caller, in a color: try again, change something, nothing, or give up. */
export type Tone = "retry" | "change" | "done" | "stop" | "neutral";

/** All tones, the most common first. */
export const TONES: readonly Tone[] = ["change", "retry", "done", "stop", "neutral"];

const BY_RECOVERY: Readonly<Record<Recovery, Tone>> = {
  NONE: "stop",
  FIX_REQUEST: "change",
  AUTHENTICATE: "change",
  RETRY: "retry",
  BACK_OFF_AND_RETRY: "retry",
  REFRESH_AND_RETRY: "retry",
  REDIRECT: "retry",
  TREAT_AS_SUCCESS: "done",
  HOLD_AND_RETRY: "retry",
  CONTACT_OPERATOR: "stop",
};

export function toneOf(recovery: Recovery | undefined): Tone {
  return recovery ? BY_RECOVERY[recovery] : "neutral";
}

const RECOVERY_TITLES: Readonly<Record<Recovery, string>> = {
  FIX_REQUEST: "Fix the request",
  AUTHENTICATE: "Authenticate",
  RETRY: "Retry",
  BACK_OFF_AND_RETRY: "Back off and retry",
  REFRESH_AND_RETRY: "Refresh and retry",
  REDIRECT: "Redirect",
  HOLD_AND_RETRY: "Hold and retry",
  TREAT_AS_SUCCESS: "Treat as success",
  NONE: "Give up",
  CONTACT_OPERATOR: "Contact the operator",
};

/** All recoveries, grouped by their tones. */
export const RECOVERIES = Object.keys(RECOVERY_TITLES) as readonly Recovery[];

/** The title of a recovery. */
export function recoveryTitle(recovery: Recovery | undefined): string {
  return recovery ? RECOVERY_TITLES[recovery] : "Not declared";
}

const OUTCOME_TITLES: Readonly<Record<Outcome, string>> = {
  NOT_APPLIED: "Not applied",
  MAYBE_APPLIED: "Maybe applied",
  ALREADY_APPLIED: "Already applied",
};

/** The title of an outcome. */
export function outcomeTitle(outcome: Outcome | undefined): string {
  return outcome ? OUTCOME_TITLES[outcome] : "Not declared";
}
