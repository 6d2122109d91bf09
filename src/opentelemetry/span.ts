import { type Attributes, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { FailedAttempt } from "../client/recovery/report.js";
import { codeName } from "../code.js";
import { callAttributes, errorAttributes, type Failure, isSpanError, type Side, spanAttributes } from "./attributes.js";

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;

/**
 * Writes the failure of a call to the span that was active when the call began:
 *
 * - If the span stands for the call itself, it gets attributes, and the status that the conventions ask for.
 * - Any other span contains the call, and may succeed although the call failed. It gets an event.
 */
export function recordFailure(span: Span | undefined, side: Side, method: string, failure: Failure): void {
  if (!span?.isRecording()) return;
  const { error } = failure;
  const attributes = {
    ...callAttributes(side, method, error),
    ...errorAttributes(side, failure),
    ...spanAttributes(failure),
  };
  if (!isOfKind(span, KINDS[side])) {
    span.addEvent("rich_error.call_failed", attributes);
    return;
  }
  span.setAttributes(withoutOlder(attributes, span));
  if (isSpanError(side, error)) span.setStatus({ code: SpanStatusCode.ERROR });
}

/** A span of an SDK. Only these have a kind, and the attributes that were set. */
type SpanOfSdk = Span & { readonly kind?: unknown; readonly attributes?: Attributes };

function isOfKind(span: SpanOfSdk, kind: SpanKind): boolean {
  return span.kind === kind;
}

/** Leaves out `rpc.method` if the span has it: older conventions write another value, which its creator chose. */
function withoutOlder(attributes: Attributes, { attributes: present }: SpanOfSdk): Attributes {
  const { "rpc.method": _, ...others } = attributes;
  return present && "rpc.method" in present ? others : attributes;
}

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
