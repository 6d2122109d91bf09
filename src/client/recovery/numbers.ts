import { describeValue } from "../../platform/values.js";

/** The numbers of a recovery that a program may change. Times are in milliseconds. */
export interface RecoveryNumbers {
  /** The maximum number of attempts of one call, including the first. By default, 3. */
  readonly attempts: number;
  /** The maximum number of redirects that one call follows, in addition to its attempts. By default, 3. */
  readonly hops: number;
  /** The delay before the second attempt, which doubles with each further one. By default, 50. */
  readonly delay: number;
  /** The same after an error that says `BACK_OFF_AND_RETRY`. By default, 1,000. */
  readonly backOffDelay: number;
  /** The longest delay, unless the server asks for a longer one. By default, 20,000. */
  readonly longestDelay: number;
}

/** The defaults. `docs/recovery.md` lists them. */
export const DEFAULTS: RecoveryNumbers = {
  attempts: 3,
  hops: 3,
  delay: 50,
  backOffDelay: 1000,
  longestDelay: 20_000,
};

/** The tokens of a full retry budget. */
export const BUDGET = 500;
/** The tokens that an attempt after the first takes from the budget. */
export const COST = 14;
/** The same after an error that says `BACK_OFF_AND_RETRY`. */
export const THROTTLED_COST = 5;
/** The time in milliseconds in which half of the tokens above the reserve expire for a server that turns requests away. */
export const HALF_LIFE = 2_000;
/** The tokens that a process starts with and that never expire, for a server that turns requests away: enough for one call. */
export const RESERVE = 10;

/**
 * Returns the numbers with changes.
 *
 * @throws TypeError for a number that is negative, or not a whole number where it counts something
 */
export function withNumbers(numbers: RecoveryNumbers, changes: Partial<RecoveryNumbers>): RecoveryNumbers {
  const changed = { ...numbers };
  for (const name of Object.keys(DEFAULTS) as (keyof RecoveryNumbers)[]) {
    const value: unknown = changes[name];
    if (value === undefined) continue;
    const least = name === "attempts" ? 1 : 0;
    const isCount = name === "attempts" || name === "hops";
    if (typeof value !== "number" || !(value >= least && value < Number.POSITIVE_INFINITY) || (isCount && value % 1)) {
      const unit = isCount ? "a whole number" : "milliseconds";
      throw new TypeError(`recovery: ${name} is ${describeValue(value)}; write ${unit} from ${least}`);
    }
    changed[name] = value;
  }
  return changed;
}
