/**
 * A delay in milliseconds as the header `Retry-After` has it: in whole seconds, none too few.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function toRetryAfter(ms: number): string {
  return String(Math.ceil(ms / 1000));
}

/** The delay in a header `Retry-After`, in milliseconds; none if it tells no time. */
export function fromRetryAfter(header: string): number | undefined {
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!DATE.test(text)) return undefined;
  // The third of the formats that HTTP knows leaves out that the time is GMT.
  const date = Date.parse(text.endsWith(" GMT") ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(date - Date.now(), 0);
}

/** `Date.parse` takes almost anything for a date; one of HTTP begins with the day of the week. */
const DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? [\w :-]{16,30}$/;
