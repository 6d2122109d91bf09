import { checkOptions, type OptionNames } from "../platform/options.js";
import { RECEIVE } from "../platform/symbols.js";
import { describeValue, isObject } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import { checkMethodPattern, type MethodPattern, pathTest } from "./method-pattern.js";

/** A call that `failing` is about to fail. */
export interface InjectedCall {
  /** The path of the method: `"/shop.orders.v1.Orders/GetOrder"`. */
  readonly method: string;
  /** The number of the call among those of the rule's methods, counted from 1. */
  readonly index: number;
}

/**
 * A rule of `failing`: which calls fail, and with which error. By default, every call of the methods fails. Set at most one
 * of `nth`, `every` and `rate`.
 */
export interface FailingRule {
  /** The error, or a function that makes one for each call. Construct it: a received error would be masked. */
  readonly error: RichError | ((call: InjectedCall) => RichError);
  /**
   * The methods: the name (`"GetOrder"`), the path (`"/shop.orders.v1.Orders/GetOrder"`), either with `*` and `?` as
   * wildcards, or a method of a generated service, client or contract. By default, all methods.
   */
  readonly method?: MethodPattern;
  /** Fails only this call of the methods, counted from 1. */
  readonly nth?: number;
  /** Fails every second, third, … call of the methods. */
  readonly every?: number;
  /** Fails a share of the calls, chosen by the seed: more than 0, at most 1. */
  readonly rate?: number;
  /** The most calls that fail. By default, there is no limit. */
  readonly count?: number;
  /** The time in milliseconds before the call fails. By default, it fails at once. */
  readonly delay?: number;
}

const FIELDS: OptionNames<FailingRule> = {
  error: true,
  method: true,
  nth: true,
  every: true,
  rate: true,
  count: true,
  delay: true,
};

/** The call that a rule fails, and how. */
export interface Injection {
  readonly error: RichError;
  readonly delay: number;
}

/** A rule and the calls it has seen. */
export class CountingRule {
  #seen = 0;
  #fired = 0;
  /** The first mistake of the rule's function. */
  problem: TypeError | undefined;
  readonly #matches: (path: string) => boolean;
  readonly #random: () => number;

  /**
   * @param where the name of the rule in messages
   * @throws TypeError for a malformed rule
   */
  constructor(
    readonly where: string,
    private readonly rule: FailingRule,
    seed: number,
  ) {
    checkRule(where, rule);
    this.#matches = rule.method === undefined ? () => true : pathTest(rule.method);
    this.#random = randomBy(seed);
  }

  /** Counts a call, and returns how it fails, or `undefined` if the rule does not choose it. */
  next(method: string, isTaken: boolean): Injection | undefined {
    if (!this.#matches(method)) return undefined;
    const index = ++this.#seen;
    if (!this.#chooses(index) || this.#fired >= (this.rule.count ?? Number.POSITIVE_INFINITY) || isTaken) {
      return undefined;
    }
    this.#fired++;
    return { error: this.#errorFor({ method, index }), delay: this.rule.delay ?? 0 };
  }

  #chooses(index: number): boolean {
    const { nth, every, rate } = this.rule;
    if (nth !== undefined) return index === nth;
    if (every !== undefined) return index % every === 0;
    return rate === undefined || this.#random() < rate;
  }

  #errorFor(call: InjectedCall): RichError {
    const { error } = this.rule;
    if (error instanceof RichError) return error;
    const made: unknown = error(call);
    if (made instanceof RichError && !made.received) return made;
    const what = made instanceof RichError ? "a received error" : describeValue(made);
    this.problem ??= new TypeError(
      `${this.where}.error returned ${what}; return a new error, such as new OrderGoneError()`,
    );
    throw this.problem;
  }

  /** Why the rule never fired. `undefined` if it fired. */
  get unfired(): string | undefined {
    if (this.#fired > 0) return undefined;
    if (this.#seen === 0) return "no call matched";
    const { nth, every, rate } = this.rule;
    const calls = this.#seen === 1 ? "1 call" : `${this.#seen} calls`;
    if (nth !== undefined && this.#seen < nth) return `${calls} matched, too few for nth: ${nth}`;
    if (every !== undefined && this.#seen < every) return `${calls} matched, too few for every: ${every}`;
    if (rate !== undefined) return `${calls} matched, and the seed chose none of them at rate: ${rate}`;
    return `${calls} matched, and earlier rules took those that it chose`;
  }

  /** Describes the rule: its error, its methods, and its choice of calls. */
  toString(): string {
    const { error, method, nth, every, rate } = this.rule;
    const name = error instanceof RichError ? error.name : "an error";
    const methods = method === undefined ? "every method" : typeof method === "string" ? method : method.path;
    const choice = Object.entries({ nth, every, rate }).find(([, value]) => value !== undefined);
    return `${this.where} (${name} for ${methods}${choice ? `, ${choice.join(": ")}` : ""})`;
  }
}

/** @throws TypeError */
function checkRule(where: string, rule: unknown): asserts rule is FailingRule {
  if (!isObject(rule) || Array.isArray(rule)) {
    throw new TypeError(`${where} is ${describeValue(rule)}, not a rule; write { method, error }`);
  }
  checkOptions(where, rule as FailingRule, FIELDS);
  const { error, method, nth, every, rate, count, delay } = rule as Record<keyof FailingRule, unknown>;
  checkError(`${where}.error`, error);
  if (method !== undefined) checkMethodPattern(`${where}.method`, method);
  const [first, second] = Object.entries({ nth, every, rate }).filter(([, value]) => value !== undefined);
  if (first && second) {
    throw new TypeError(`${where} has both ${first[0]} and ${second[0]}; write two rules, or leave out one`);
  }
  for (const [name, value] of Object.entries({ nth, every, count })) {
    checkNumber(
      `${where}.${name}`,
      value,
      (number) => Number.isInteger(number) && number >= 1,
      "a whole number from 1",
    );
  }
  checkNumber(`${where}.rate`, rate, (number) => number > 0 && number <= 1, "a number above 0, and at most 1");
  const longest = 2 ** 31 - 1;
  checkNumber(`${where}.delay`, delay, (number) => number >= 0 && number <= longest, "a number of milliseconds");
}

function checkError(where: string, error: unknown): void {
  if (error instanceof RichError) {
    if (!error.received) return;
    throw new TypeError(`${where} was received from a server, which masks such errors; construct a new one`);
  }
  if (typeof error === "function" && !(RECEIVE in error)) return;
  const instead = typeof error === "function" ? `new ${error.name}(…)` : "an error, such as new OrderGoneError()";
  const what = typeof error === "function" ? `the class ${error.name}` : describeValue(error);
  throw new TypeError(`${where} is ${what}; write ${instead}`);
}

function checkNumber(where: string, value: unknown, isValid: (number: number) => boolean, wanted: string): void {
  if (value === undefined || (typeof value === "number" && isValid(value))) return;
  throw new TypeError(`${where} is ${describeValue(value)}; write ${wanted}`);
}

/**
 * Returns a generator of numbers from 0 to 1, which are the same for the same seed: mulberry32.
 *
 * @see https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32
 */
function randomBy(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
