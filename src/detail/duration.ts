/** The message `google.protobuf.Duration`, in the shape that ts-proto generates. */
interface Duration {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** The longest Duration: 10,000 years. */
export const MAX_SECONDS = 315_576_000_000;

/** Returns milliseconds as a Duration. A value out of range becomes the nearest Duration. */
export function durationFromMs(ms: number): Duration {
  if (Number.isNaN(ms)) return { seconds: 0n, nanos: 0 };
  const limit = MAX_SECONDS * 1000;
  const bounded = Math.min(Math.max(ms, -limit), limit);
  const seconds = Math.trunc(bounded / 1000);
  const nanos = Math.round((bounded - seconds * 1000) * 1e6);
  // A fraction just below a second rounds up to a second.
  const carry = Math.trunc(nanos / 1e9);
  return { seconds: BigInt(seconds + carry), nanos: nanos - carry * 1e9 || 0 };
}

/** Returns a Duration in milliseconds. */
export function durationToMs(duration: Duration): number {
  return Number(duration.seconds) * 1000 + duration.nanos / 1e6;
}

/** The longest delay of a timer, in milliseconds. A timer with a longer one fires at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** Returns a peer's Duration in milliseconds, within the range of a timer. */
export function timerDelayOf(duration: Duration | undefined): number | undefined {
  return duration && Math.min(Math.max(durationToMs(duration), 0), LONGEST_TIMER);
}

/** Returns a number of milliseconds for people: `"1.5 s"`. */
export function delayText(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`;
}
