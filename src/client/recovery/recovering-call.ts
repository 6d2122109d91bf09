import type { Metadata } from "@grpc/grpc-js";
import type { Catalog } from "../../catalog.js";
import { Code } from "../../code.js";
import { RichError } from "../../rich-error.js";
import type { Route } from "../promise-types.js";
import { failureOf } from "./failure.js";
import { isVerification, type RecoverySettings, type Verification, wrongVerification } from "./options.js";
import type { Place } from "./order.js";
import { attachReport, type FailedAttempt, finalError } from "./report.js";
import {
  type Action,
  type CallTraits,
  decide,
  type Failure,
  type RecoveryEvent,
  type RecoveryState,
  type Resend,
  START,
  type Stop,
} from "./resend-decision.js";
import { budgetOf, type RetryBudget } from "./retry-budget.js";
import { type Ended, endOf, wait } from "./wait.js";

/** One attempt of a call. */
export interface Attempt<Request, Target> {
  /** The number of the attempt, from 1. */
  readonly number: number;
  /** The request, as the latest `refresh` returned it. */
  readonly request: Request;
  /** The server, as the latest `redirect` returned it. */
  readonly target: Target | undefined;
  /** The metadata that `authenticate` returned. */
  readonly metadata: Metadata | undefined;
  /** The error of the previous attempt. */
  readonly previous: RichError | undefined;
}

/** A call as its caller describes it. */
export interface DescribedCall<Request, Response, Target> {
  readonly recovery: RecoverySettings<Request, Response, Target>;
  readonly traits: CallTraits;
  readonly request: Request;
  readonly catalogs?: readonly Catalog[];
  /** Returns the signals that end the call. Called only after a failed attempt. */
  readonly signals: () => readonly AbortSignal[];
  /** Makes an attempt. */
  readonly send: (attempt: Attempt<Request, Target>) => Promise<Response>;
  /** Returns the address of a server. */
  readonly addressOf: (target: Target | undefined) => string;
  /** Returns the deadline of all attempts, in milliseconds since 1970. */
  readonly deadline: () => number;
  /** Chooses the server of each attempt. By default, the latest `redirect` does. */
  readonly route?: Route<Target>;
  /** Checks whether the caller's own code, not the call, threw a value. */
  readonly isOwn?: (thrown: unknown) => boolean;
}

/** An attempt that failed. */
export interface Failed {
  readonly thrown: unknown;
  /** The number of times that the credentials had been renewed when the attempt began. */
  readonly renewals: number;
}

/** One call with all of its attempts. */
export class RecoveringCall<Request, Response, Target> {
  readonly #call: DescribedCall<Request, Response, Target>;
  readonly #budget: RetryBudget;
  #attempts: FailedAttempt[] | undefined;
  #state: RecoveryState = START;
  #request: Request;
  #target: Target | undefined;
  #metadata: Metadata | undefined;
  /** The cost of the latest retry. */
  #paid = 0;
  /** The cost of the next attempt, until it is sent. */
  #reserved = 0;

  constructor(call: DescribedCall<Request, Response, Target>) {
    this.#call = call;
    this.#request = call.request;
    this.#budget = budgetOf(call.addressOf(undefined));
  }

  /**
   * Makes attempts until one succeeds, or the request must not be sent again.
   *
   * @param failed the first attempt, if it has already failed
   * @throws RichError with a report
   */
  async run(failed?: Failed): Promise<Response> {
    const { order } = this.#call.recovery.callbacks;
    const place = order && this.#call.recovery.orders.enter(order(this.#request));
    try {
      for (let previous = failed; ; previous = undefined) {
        const ended = previous ?? (await this.#send(place));
        if ("response" in ended) return ended.response;
        const verified = await this.#recover(ended, place);
        if (verified) return verified.response;
      }
    } finally {
      place?.leave();
    }
  }

  /** Makes an attempt. */
  async #send(place: Place | undefined): Promise<Failed | { readonly response: Response }> {
    const { recovery, route, send } = this.#call;
    if (place?.held) await this.#waitForTurn(place);
    if (route) this.#target = this.#begin(route);
    const renewals = recovery.authentication?.renewals ?? 0;
    this.#reserved = 0;
    try {
      const response = await send(this.#attempt());
      route?.end();
      this.#budget.reward(this.#paid);
      return { response };
    } catch (thrown) {
      return { thrown, renewals };
    }
  }

  /** Chooses the server of the next attempt. On a closed cluster, the call fails with a server's last error, which says more. */
  #begin(route: Route<Target>): Target {
    try {
      return route.begin();
    } catch (thrown) {
      const previous = this.#attempts?.at(-1)?.error;
      if (!previous) throw thrown;
      throw this.#failed(previous, { type: "fail", stopped: "cancelled" }, { thrown });
    }
  }

  #attempt(): Attempt<Request, Target> {
    const attempts = this.#attempts;
    return {
      number: (attempts?.length ?? 0) + 1,
      request: this.#request,
      target: this.#target,
      metadata: this.#metadata,
      previous: attempts?.at(-1)?.error,
    };
  }

  /** Prepares the next attempt. Returns the response if the request has succeeded already. */
  async #recover(
    { thrown, renewals }: Failed,
    place: Place | undefined,
  ): Promise<{ readonly response: Response } | undefined> {
    const { catalogs, signals, recovery, route, isOwn } = this.#call;
    const error = RichError.from(thrown, catalogs && { catalogs });
    const isOfCall = error.received && !isOwn?.(thrown);
    if (!isOfCall) {
      route?.leave();
      throw thrown;
    }
    const { isMoved = false, refused } = route?.end(error) ?? {};
    const failure = { ...failureOf(error), isMoved };
    let action = this.#decide({ type: "failed", failure }, this.#tokensFor(failure, error));
    if (signals().some(({ aborted }) => aborted)) action = { type: "fail", stopped: "cancelled" };
    let verification: Verification<Response> = { landed: "unknown" };
    let failed: { readonly thrown: unknown } | undefined;
    if (action.type === "verify") {
      const ended = await this.#ask(async () => recovery.callbacks.verify?.(this.#request, error));
      if ("value" in ended && isVerification<Response>(ended.value)) verification = ended.value;
      else if ("value" in ended) failed = { thrown: wrongVerification(ended.value) };
      else if ("thrown" in ended) failed = ended;
      action = this.#decide({ type: "verified", landed: verification.landed });
      if ("stopped" in ended) action = { type: "fail", stopped: ended.stopped };
    }
    this.#note(error, action, refused);
    if (verification.landed === "ours") return verification;
    if (!isResend(action)) throw this.#failed(error, action.type === "fail" ? action : MAYBE_APPLIED, failed);
    if (action.type === "hold") place?.hold();
    await this.#wait(action, error);
    await this.#prepare(action, error, renewals);
    return undefined;
  }

  /** Returns the tokens that a retry may use. For a server that turns requests away, only recent ones count. */
  #tokensFor({ recovery }: Failure, { origin }: RichError): number {
    return recovery === "BACK_OFF_AND_RETRY" && origin === "SERVER" ? this.#budget.recent : this.#budget.tokens;
  }

  #decide(event: RecoveryEvent, tokens = this.#budget.tokens): Action {
    const { traits, recovery, deadline } = this.#call;
    const readings = { remaining: deadline() - Date.now(), tokens, jitter: Math.random() };
    const { state, action } = decide(this.#state, event, traits, recovery.numbers, readings);
    this.#state = state;
    return action;
  }

  #note(error: RichError, action: Action, refused: string | undefined): void {
    const { recovery, addressOf } = this.#call;
    const { code, reason } = error;
    const attempts = this.#attempts ?? [];
    this.#attempts = attempts;
    const attempt: FailedAttempt = {
      number: attempts.length + 1,
      code,
      reason,
      address: addressOf(this.#target),
      error,
      action: action.type === "verify" ? "fail" : action.type,
      delay: isResend(action) ? action.delay : 0,
      ...(refused !== undefined && { refused }),
    };
    attempts.push(attempt);
    const { onAttempt } = recovery.callbacks;
    if (!onAttempt) return;
    try {
      onAttempt(attempt);
    } catch (thrown) {
      // An exception in a hook must not change the result of the call, and must not get lost.
      process.nextTick(() => {
        throw thrown;
      });
    }
  }

  /** Waits before the next attempt. */
  async #wait({ type, delay, cost }: Resend, error: RichError): Promise<void> {
    this.#budget.take(cost);
    this.#reserved = cost;
    // A redirect only finds the server, so the cost stays that of the retry before it.
    if (type !== "redirect") this.#paid = cost;
    const aborted = await wait(delay, this.#call.signals());
    if (aborted) throw this.#failed(cancelled(aborted, error), { type: "fail", stopped: "cancelled" });
  }

  async #prepare({ type }: Resend, error: RichError, renewals: number): Promise<void> {
    const { recovery, route } = this.#call;
    const { refresh, redirect } = recovery.callbacks;
    const isRedirect = type === "redirect" && !route;
    const isRefresh = refresh && (type === "refresh" || type === "hold");
    if (!isRedirect && !isRefresh && type !== "authenticate") return;
    const ended = await this.#ask(async () => {
      if (type === "authenticate") this.#metadata = await recovery.authentication?.renew(error, renewals);
      if (isRefresh) this.#request = await refresh(this.#request, error);
      if (isRedirect) this.#target = await redirect?.(error, this.#request);
    });
    if ("thrown" in ended) throw this.#failed(error, { type: "fail", stopped: "callback-failed" }, ended);
    if ("stopped" in ended) {
      const { stopped, signal } = ended;
      throw this.#failed(signal ? cancelled(signal, error) : error, { type: "fail", stopped });
    }
    if (isRedirect && this.#target === undefined) throw this.#failed(error, { type: "fail", stopped: "hops" });
  }

  /** Calls a callback. The deadline and the signals of the call limit it, as they limit attempts. */
  #ask<T>(callback: () => Promise<T>): Promise<Ended<T>> {
    const { deadline, signals } = this.#call;
    return endOf(callback, deadline() - Date.now(), signals());
  }

  /** Waits until no earlier call of the same order is held. */
  async #waitForTurn(place: Place): Promise<void> {
    const { signals, deadline } = this.#call;
    for (let held = place.held; held; held = place.held) {
      const remaining = deadline() - Date.now();
      const aborted = await wait(remaining, signals(), held);
      if (!aborted && remaining > 0 && deadline() > Date.now()) continue;
      const previous = this.#attempts?.at(-1)?.error;
      if (aborted) throw this.#failed(cancelled(aborted, previous), { type: "fail", stopped: "cancelled" });
      const late = new RichError(Code.DEADLINE_EXCEEDED, "an earlier request of the same order was held too long");
      throw this.#failed(previous ?? late, { type: "fail", stopped: "deadline" });
    }
  }

  /** Returns the error that ends the call, and gives back the cost of an attempt that does not happen. */
  #failed(error: RichError, { stopped, retryDelay }: Stop, failed: object = {}): RichError {
    this.#budget.giveBack(this.#reserved);
    const attempts = this.#attempts ?? [];
    const { mayBeApplied } = this.#state;
    const outcome = mayBeApplied
      ? "MAYBE_APPLIED"
      : this.#call.traits.effect === "reads"
        ? error.outcome
        : "NOT_APPLIED";
    const report = { attempts, stopped, outcome, ...failed };
    return attachReport(finalError(attempts, error, stopped), report, retryDelay);
  }
}

/** The end of a call whose verification did not find its request. */
const MAYBE_APPLIED: Stop = { type: "fail", stopped: "may-be-applied" };

function isResend(action: Action): action is Resend {
  return "cost" in action;
}

function cancelled({ reason }: AbortSignal, error: RichError | undefined): RichError {
  return new RichError(Code.CANCELLED, "the call was aborted between two attempts", { cause: reason ?? error });
}
