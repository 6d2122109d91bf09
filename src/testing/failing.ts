import type { Interceptor, ServerInterceptor } from "@grpc/grpc-js";
import { Code } from "../code.js";
import { checkOptions, type OptionNames, refuseOption } from "../platform/options.js";
import { RichError } from "../rich-error.js";
import { failingClient, failingServer } from "./failing-calls.js";
import { CountingRule, type FailingRule, type Injection } from "./failing-rules.js";
import { atTestEnd } from "./test-end.js";

/** Options of {@link failing}. */
export interface FailingOptions {
  /** The seed of the rules with a `rate`. The same seed fails the same calls. By default, 1. */
  readonly seed?: number;
}

const OPTIONS: OptionNames<FailingOptions> = { seed: true };

/** Interceptors that fail calls: see {@link failing}. */
export interface Failing {
  /** Fails calls on a server, before their handlers run. Put it after `richErrorServerInterceptor`. */
  readonly server: ServerInterceptor;
  /** Fails calls on a client, without the network. */
  readonly client: Interceptor;
  /** The number of calls that failed. */
  readonly fired: number;
  /**
   * Checks that every rule failed a call.
   *
   * @throws Error that says why each of the other rules did not
   */
  verify(): void;
  /** Calls {@link verify}. */
  [Symbol.dispose](): void;
}

/**
 * Returns interceptors that fail chosen calls with declared errors, to test how your program reacts:
 *
 * ```ts
 * const faults = failing([
 *   { method: "GetOrder", error: new ServerBusyError(), nth: 1 },
 *   { method: "/shop.orders.v1.Orders/*", error: new NotLeaderError({ leader }), rate: 0.1 },
 * ]);
 * const client = new OrdersClient(address, credentials, {
 *   ...richErrorClientOptions({ catalogs: [catalog] }),
 *   interceptors: [faults.client],
 * });
 * ```
 *
 * - Each rule counts the calls of its methods. The first rule that chooses a call fails it.
 * - On a server, the errors pass through `richErrorServerInterceptor` as if a handler had thrown them, unmasked.
 * - One object may be used on several servers and clients, which then count together.
 * - If a rule never fired, the test fails at its end, and the file if its tests share the rule. For this, import `grpc-rich-errors/vitest` or
 *   `grpc-rich-errors/jest`. With any other test runner, call {@link Failing.verify} or declare it with `using`.
 *
 * @throws TypeError for a malformed rule or an unknown option
 */
export function failing(rules: FailingRule | readonly FailingRule[], options: FailingOptions = {}): Failing {
  checkOptions("failing", options, OPTIONS);
  const { seed = 1 } = options;
  if (!Number.isInteger(seed)) {
    refuseOption("failing", "seed", seed, "a whole number", "write seed: 1");
  }
  const plan = new Plan(listOf(rules), seed);
  const place = new Error();
  Error.captureStackTrace(place, failing);
  const faults: Failing = {
    server: failingServer((method) => plan.next(method)),
    client: failingClient((method) => plan.next(method)),
    get fired() {
      return plan.fired;
    },
    verify: () => plan.verify(),
    [Symbol.dispose]: () => plan.verify(),
  };
  atTestEnd(() => {
    if (!plan.isVerified) plan.verify(place.stack);
  });
  return faults;
}

function listOf(rules: unknown): readonly FailingRule[] {
  const list: readonly FailingRule[] = Array.isArray(rules) ? rules : [rules];
  if (list.length > 0) return list;
  throw new TypeError("failing: the list of rules is empty; write [{ method, error }]");
}

/** The rules of {@link failing}, and the calls they have seen. */
class Plan {
  fired = 0;
  /** Whether the test has called `verify` itself. */
  isVerified = false;
  /** The number of calls by their method. */
  readonly #calls = new Map<string, number>();
  readonly #rules: readonly CountingRule[];

  constructor(rules: readonly FailingRule[], seed: number) {
    const where = (index: number) => `failing: rules[${index}]`;
    this.#rules = rules.map((rule, index) => new CountingRule(where(index), rule, seed + index));
  }

  /** Counts a call. Returns its failure, or `undefined` if no rule fails it. */
  next(method: string): Injection | undefined {
    this.#calls.set(method, (this.#calls.get(method) ?? 0) + 1);
    let taken: Injection | undefined;
    // Every rule counts the call, no matter which one fails it.
    for (const rule of this.#rules) taken = injectionOf(rule, method, taken);
    if (taken) this.fired++;
    return taken;
  }

  /**
   * @param place the stack of the test that has the rules, if it does not call this itself
   */
  verify(place?: string): void {
    this.isVerified = true;
    for (const { problem } of this.#rules) if (problem) throw problem;
    const unfired = this.#rules.filter((rule) => rule.unfired !== undefined);
    if (unfired.length === 0) return;
    const lines = unfired.map((rule) => `  ${String(rule).replace("failing: ", "")}: ${rule.unfired}`);
    const calls = [...this.#calls].map(([method, count]) => `  ${method}${count > 1 ? `, ${count} times` : ""}`);
    const made = calls.length > 0 ? `The calls were:\n${calls.join("\n")}` : "No call reached the interceptors.";
    const message = `failing: ${unfired.length} of ${this.#rules.length} rules never fired\n${lines.join("\n")}\n\n${made}`;
    const failure = new Error(message);
    if (place !== undefined) failure.stack = place.replace(/^Error.*/, `Error: ${message}`);
    throw failure;
  }
}

function injectionOf(rule: CountingRule, method: string, taken: Injection | undefined): Injection | undefined {
  try {
    return rule.next(method, taken !== undefined) ?? taken;
  } catch (thrown) {
    // The function of the rule threw. The call shows it, and so does `verify`.
    rule.problem ??= new TypeError(`${rule.where}.error threw: ${String(thrown)}`);
    return { error: new RichError(Code.INTERNAL, rule.problem.message), delay: 0 };
  }
}
