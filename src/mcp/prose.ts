import { delayText } from "../detail/duration.js";
import { cutText } from "../platform/plain-value.js";
import { outcomeText } from "../reference/advice.js";
import type { ToolError } from "./tool-error.js";

/** The most characters of a part of the prose, because a model reads all of it. */
const MOST = 2_000;

/** Returns an error in prose, for a model. */
export function proseOf(error: ToolError): string {
  const { code, message, reason, domain, recovery, nextAction, outcome, retryAfterMs, requestId, detail, details } =
    error;
  const identity = reason === undefined ? code : `${code}, ${reason}${domain === undefined ? "" : ` of ${domain}`}`;
  const lines = [
    `The call failed: ${cutText(message, MOST)}`,
    `Error: ${identity}.`,
    nextAction !== undefined && `What to do next: ${nextAction}`,
    outcome !== "UNKNOWN" && outcomeText(outcome),
    // Where the declaration says what to do, the sentence would only confuse.
    outcome === "UNKNOWN" && recovery === undefined && "It is not known whether the request took effect.",
    retryAfterMs !== undefined && `Wait at least ${delayText(retryAfterMs)} before the next attempt.`,
    requestId !== undefined && `Request id: ${requestId}`,
    detail && Object.keys(detail).length > 0 && `Detail: ${cutText(JSON.stringify(detail), MOST)}`,
    details && `Further details: ${cutText(JSON.stringify(details), MOST)}`,
  ];
  return lines.filter((line) => typeof line === "string").join("\n");
}
