import type { Client } from "@grpc/grpc-js";
import type { MethodCall, MethodRecovery, RecoverableMethod } from "../promise-types.js";
import { authenticationBy } from "./authentication.js";
import { recoveringMethod } from "./client-calls.js";
import { DEFAULTS, withNumbers } from "./numbers.js";
import { checkRecoveryOptions, type RecoveryOptions, type RecoverySettings } from "./options.js";
import { Orders } from "./order.js";
import type { Effect } from "./resend-decision.js";

/** How calls recover from errors. Begin with one of {@link recovery}. */
export class CallRecovery<in Request, out Response, out Target = Client>
  implements MethodRecovery<Request, Response, Target>
{
  /** Exists only for the compiler. */
  declare readonly types: (request: Request) => readonly [Response, Target];

  /** @internal */
  readonly settings: RecoverySettings<unknown, unknown, unknown>;

  /** @internal */
  constructor(settings: RecoverySettings<unknown, unknown, unknown>) {
    this.settings = settings;
  }

  /**
   * Returns a recovery with added or changed options.
   *
   * @throws TypeError for an option that is unknown, or of a wrong type
   */
  with<R extends Request = Request, S = never, T = never>(
    options: RecoveryOptions<R, S, T>,
  ): CallRecovery<R, Response | S, Target | T> {
    const { effect, callbacks, numbers } = this.settings;
    return new CallRecovery(settingsOf(effect, options, callbacks, numbers));
  }

  /** @internal */
  install(method: RecoverableMethod): MethodCall {
    if (method.route && this.settings.callbacks.redirect) {
      throw new TypeError(
        `cluster: the recovery of ${method.name} has redirect, but a cluster client redirects by itself; remove redirect`,
      );
    }
    return recoveringMethod(this.settings as RecoverySettings<unknown, unknown, Client>, method);
  }
}

function settingsOf<Request, Response, Target>(
  effect: Effect | "declared",
  options: RecoveryOptions<Request, Response, Target>,
  callbacks: RecoveryOptions<unknown, unknown, unknown> = {},
  numbers = DEFAULTS,
): RecoverySettings<unknown, unknown, unknown> {
  checkRecoveryOptions(options);
  // The types of the request and the response are those of CallRecovery, which only the caller knows.
  const own = { ...callbacks, ...options } as RecoveryOptions<unknown, unknown, unknown>;
  return {
    effect,
    callbacks: own,
    numbers: withNumbers(numbers, options),
    orders: new Orders(),
    authentication: own.authenticate && authenticationBy(own.authenticate),
  };
}

/** A recovery without callbacks, which fits every method. @inline */
type Preset = CallRecovery<unknown, never, never>;

/** The kinds of recovery, by what may be sent again. */
export interface Recoveries {
  /** No request is sent again. */
  readonly none: Preset;
  /**
   * A request is sent again if it took no effect. If the method declares an `idempotency_level`, it is also sent again if it
   * may have taken effect. Contracts, and clients that `@grpc/proto-loader` makes, have the level.
   */
  readonly declared: Preset;
  /** A request changes nothing, so it may be sent again and rebuilt. */
  readonly readOnly: Preset;
  /** The same request may be sent again, whether it took effect or not. A rebuilt one may not. */
  readonly idempotent: Preset;
  /** The server stores at most one request of each key, so a request with its key may be sent again and rebuilt. */
  readonly keyed: <Request, Response = never, Target = never>(
    options: RecoveryOptions<Request, Response, Target>,
  ) => CallRecovery<Request, Response, Target>;
}

/**
 * The kinds of recovery, by what may be sent again:
 *
 * ```ts
 * const orders = promises(client, { recovery: recovery.declared });
 * ```
 *
 * Change the numbers, and add callbacks, with {@link CallRecovery.with}: `recovery.readOnly.with({ attempts: 5 })`.
 */
export const recovery: Recoveries = {
  none: new CallRecovery(settingsOf("once", { attempts: 1 })),
  declared: new CallRecovery(settingsOf("declared", {})),
  readOnly: new CallRecovery(settingsOf("reads", {})),
  idempotent: new CallRecovery(settingsOf("idempotent", {})),
  keyed: (options) => new CallRecovery(settingsOf("keyed", options)),
};
