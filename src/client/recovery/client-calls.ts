import { type Client, Metadata, propagate } from "@grpc/grpc-js";
import { Code } from "../../code.js";
import { RichError } from "../../rich-error.js";
import type { MethodCall, PromiseCallOptions, RecoverableMethod } from "../promise-types.js";
import { type RecoverySettings, traitsFor } from "./options.js";
import { type Attempt, type DescribedCall, type Failed, RecoveringCall } from "./recovering-call.js";
import { RecoveringResponses } from "./recovering-responses.js";
import { budgetOf, type RetryBudget } from "./retry-budget.js";
import { refuseGrpcRetries } from "./service-config.js";

type AnyRecovery = RecoverySettings<unknown, unknown, Client>;

/** The metadata that holds the number of attempts before this one. */
const PREVIOUS_ATTEMPTS = "grpc-previous-rpc-attempts";

/**
 * Returns a method of a client whose calls recover.
 *
 * @throws TypeError if the service config of the client has retries for the method
 */
export function recoveringMethod(recovery: AnyRecovery, method: RecoverableMethod): MethodCall {
  const { client, requestStream, responseStream, call, route } = method;
  if (recovery.numbers.attempts > 1) refuseGrpcRetries(client, method.path);
  const traits = { ...traitsFor(recovery, method.isIdempotent), ...(route && { redirect: true }) };
  // A stream of responses has no single response that a verification could return.
  const ofMethod = responseStream ? { ...traits, verify: false } : traits;
  const once = { ...recovery, numbers: { ...recovery.numbers, attempts: 1 }, callbacks: {} };
  /** Whether a call depends neither on other clients nor on other calls. */
  const isAlone = !requestStream && !route && !recovery.callbacks.order;
  const ownCall = call(client);
  const addressOf = (other = client) => other.getChannel().getTarget();
  let budget: RetryBudget | undefined;
  /** Waits for the first attempt, and recovers if it fails. A call that succeeds costs no more than without recovery. */
  const first = (sent: Promise<unknown>, recover: (failed: Failed) => Promise<unknown>) => {
    const renewals = recovery.authentication?.renewals ?? 0;
    return sent.then(
      (response) => {
        budget ??= budgetOf(addressOf());
        budget.reward(0);
        return response;
      },
      (thrown: unknown) => recover({ thrown, renewals }),
    );
  };
  return (request, options) => {
    // An iterable gives its requests only once, so the call cannot be repeated.
    const isOnce = requestStream && typeof request !== "function";
    if (isOnce && !route) return ownCall(request, options);
    let own: { readonly thrown: unknown } | undefined;
    const requestsFailed = (thrown: unknown) => {
      own = { thrown };
    };
    const begin = ({ target = client, ...attempt }: Attempt<unknown, Client>) => {
      own = undefined;
      if (attempt.number > 1) checkParent(options);
      const made = requestStream || target !== client ? call(target, requestsFailed) : ownCall;
      const sent = requestStream ? giveRequests(attempt.request, requestsFailed) : attempt.request;
      return made(sent, attempt.number === 1 ? options : optionsFor(attempt, options));
    };
    const described = (stopped?: () => AbortSignal): Omit<DescribedCall<unknown, unknown, Client>, "send"> => ({
      recovery: isOnce ? once : recovery,
      traits: ofMethod,
      ...(route && { route: route() }),
      request,
      signals: () => [options?.signal, stopped?.()].filter((signal) => signal !== undefined),
      addressOf,
      deadline: () => deadlineOf(options),
      isOwn: (thrown) => own !== undefined && own.thrown === thrown,
    });
    if (responseStream) {
      return new RecoveringResponses((read, stopped) => {
        const recover = (failed?: Failed) =>
          new RecoveringCall({ ...described(stopped), send: (attempt) => read(begin(attempt)) }).run(failed);
        return isAlone ? first(read(ownCall(request, options)), recover) : recover();
      });
    }
    const recover = (failed?: Failed) =>
      new RecoveringCall({
        ...described(),
        send: begin as (attempt: Attempt<unknown, Client>) => Promise<unknown>,
      }).run(failed);
    return isAlone ? first(ownCall(request, options) as Promise<unknown>, recover) : recover();
  };
}

/** Returns the requests of an attempt, which a function gives. */
function giveRequests(give: unknown, failed: (thrown: unknown) => void): unknown {
  if (typeof give !== "function") return give;
  try {
    return give();
  } catch (thrown) {
    failed(thrown);
    throw thrown;
  }
}

/** Returns the options of a later attempt. The first attempt has already checked the given ones. */
function optionsFor(
  { number, metadata }: Pick<Attempt<unknown, Client>, "number" | "metadata">,
  options: PromiseCallOptions = {},
): PromiseCallOptions {
  const sent = options.metadata?.clone() ?? new Metadata();
  for (const key of Object.keys(metadata?.getMap() ?? {})) {
    sent.remove(key);
    for (const value of metadata?.get(key) ?? []) sent.add(key, value);
  }
  sent.set(PREVIOUS_ATTEMPTS, String(number - 1));
  return { ...options, metadata: sent };
}

/**
 * Checks that the parent of a call still runs. grpc-js does not cancel a call that begins after its parent's end.
 *
 * @throws RichError if the parent was cancelled
 */
function checkParent({ parent, propagate_flags: flags = propagate.DEFAULTS }: PromiseCallOptions = {}): void {
  if (!parent?.cancelled || !(flags & propagate.CANCELLATION)) return;
  throw new RichError(Code.CANCELLED, "the call that this one belongs to was cancelled between two attempts");
}

/** Returns the deadline of a call: its own or that of its parent, whichever is earlier. */
function deadlineOf({
  deadline,
  parent,
  propagate_flags: flags = propagate.DEFAULTS,
}: PromiseCallOptions = {}): number {
  const own = deadline === undefined || deadline === null ? Number.POSITIVE_INFINITY : Number(deadline);
  return parent && flags & propagate.DEADLINE ? Math.min(own, Number(parent.getDeadline())) : own;
}
