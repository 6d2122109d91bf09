import type { Fault, Origin, Outcome, Recovery } from "../definition.js";
import { OUTCOME_MEANINGS, RECOVERY_MEANINGS } from "./meanings.js";

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
  return RECOVERY_MEANINGS[recovery].sentence;
}

/** Returns whether the request took effect, as a sentence. */
export function outcomeText(outcome: Outcome): string {
  return OUTCOME_MEANINGS[outcome].sentence;
}

/** Returns who is to blame: `"the caller"`. */
export function faultText(fault: Fault): string {
  return FAULT_TEXTS[fault];
}

/** Returns where an error arises: `"on the server"`. */
export function originText(origin: Origin): string {
  return ORIGIN_TEXTS[origin];
}

/** Returns a number of milliseconds for people: `"1.5 s"`. */
export function delayText(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`;
}
