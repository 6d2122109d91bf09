/** The message `google.protobuf.Duration`, as ts-proto has it. */
export interface Duration {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** The most that a Duration can hold: 10,000 years. */
const MOST_SECONDS = 315_576_000_000;

/** A number of milliseconds as a Duration. What a Duration cannot hold becomes the nearest that it can. */
export function durationFromMs(ms: number): Duration {
  if (Number.isNaN(ms)) return { seconds: 0n, nanos: 0 };
  const limit = MOST_SECONDS * 1000;
  const bounded = Math.min(Math.max(ms, -limit), limit);
  const seconds = Math.trunc(bounded / 1000);
  const nanos = Math.round((bounded - seconds * 1000) * 1e6);
  // A fraction just below a second is rounded up to it.
  const carry = Math.trunc(nanos / 1e9);
  return { seconds: BigInt(seconds + carry), nanos: nanos - carry * 1e9 || 0 };
}

/** A Duration in milliseconds. */
export function durationToMs(duration: Duration): number {
  return Number(duration.seconds) * 1000 + duration.nanos / 1e6;
}

/** The longest delay that a timer takes, in milliseconds. A longer one would fire at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** A Duration from a peer as a delay that a timer takes, in milliseconds. */
export function timerDelayOf(duration: Duration | undefined): number | undefined {
  return duration && Math.min(Math.max(durationToMs(duration), 0), LONGEST_TIMER);
}
