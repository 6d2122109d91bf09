import { trace } from "@opentelemetry/api";
import type { FailedAttempt } from "../client/recovery/report.js";
import { codeName } from "../code.js";
import { errorAttributes, spanAttributes } from "./attributes.js";

/**
 * Adds a failed attempt of a call to the active span, as the event `rich_error.attempt_failed`:
 *
 * ```ts
 * const orders = promises(client, { recovery: recovery.declared.with({ onAttempt: recordAttempt }) });
 * ```
 *
 * The span is the one in which the program made the call. It gets no error status, because the call may yet succeed.
 */
export function recordAttempt(attempt: FailedAttempt): void {
  const { number, code, action, delay, error } = attempt;
  trace.getActiveSpan()?.addEvent("rich_error.attempt_failed", {
    "rpc.status_code": codeName(code),
    ...errorAttributes("client", { error }),
    ...spanAttributes({ error }),
    "rich_error.attempt": number,
    "rich_error.action": action,
    "rich_error.delay": delay / 1000,
  });
}
