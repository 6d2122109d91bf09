import type { Recovery } from "../../definition.js";
import { RECOVERY_MEANINGS } from "../meanings.js";

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

/** The title of a recovery. */
export function recoveryTitle(recovery: Recovery | undefined): string {
  return recovery ? RECOVERY_MEANINGS[recovery].title : "Not declared";
}
