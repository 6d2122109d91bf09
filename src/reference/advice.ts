import type { Fault, Origin, Outcome, Recovery } from "../definition.js";

/** What a client should do, as a sentence. */
const RECOVERY_TEXTS: Readonly<Record<Recovery, string>> = {
  NONE: "Give up. The client cannot recover.",
  FIX_REQUEST: "Send a different request. The same request fails again.",
  AUTHENTICATE: "Get new credentials, then send the request again.",
  RETRY: "Send the same request again.",
  BACK_OFF_AND_RETRY: "Send the same request again, after a delay that grows with each attempt.",
  REFRESH_AND_RETRY: "Read the current state, then send a new request that is based on it.",
  REDIRECT: "Send the request to the server that the detail names.",
  TREAT_AS_SUCCESS: "Continue as after a success. The requested state already exists.",
  HOLD_AND_RETRY: "Hold back all later requests, and send this one until its outcome is known.",
  CONTACT_OPERATOR: "Contact the operator of the service.",
};

const OUTCOME_TEXTS: Readonly<Record<Outcome, string>> = {
  NOT_APPLIED: "The request took no effect.",
  MAYBE_APPLIED: "The request may have taken effect.",
  ALREADY_APPLIED: "The request took effect earlier.",
};

const FAULT_TEXTS: Readonly<Record<Fault, string>> = {
  CALLER: "the caller",
  SERVER: "the server",
  DEPENDENCY: "a service that the server depends on",
};

const ORIGIN_TEXTS: Readonly<Record<Origin, string>> = {
  CLIENT: "in the client",
  TRANSPORT: "between client and server",
  SERVER: "on the server",
};

/** Returns what a client should do, as a sentence. */
export function recoveryText(recovery: Recovery): string {
  return RECOVERY_TEXTS[recovery];
}

/** Returns whether the request took effect, as a sentence. */
export function outcomeText(outcome: Outcome): string {
  return OUTCOME_TEXTS[outcome];
}

/** Returns who is to blame: `"the caller"`. */
export function faultText(fault: Fault): string {
  return FAULT_TEXTS[fault];
}

/** Returns where an error arises: `"on the server"`. */
export function originText(origin: Origin): string {
  return ORIGIN_TEXTS[origin];
}
