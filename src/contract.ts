import type { ErrorClass } from "./catalog.js";
import { observers } from "./platform/observer.js";
import type { RichError } from "./rich-error.js";

/** The class of an error that a contract names. */
export interface ContractedClass<E extends RichError> extends ErrorClass {
  readonly prototype: E;
  [Symbol.hasInstance](value: unknown): boolean;
}

/** The contract of a method: the errors it may return, as its proto declares them with `(richerrors.v1.errors)`. */
export interface MethodContract<E extends RichError = RichError> {
  /** The full path of the method: `"/shop.orders.v1.Orders/GetOrder"`. */
  readonly path: string;
  /** The classes of the errors. */
  readonly errors: readonly ContractedClass<E>[];
  /** The `idempotency_level` that the proto declares. By default, none. */
  readonly idempotencyLevel?: IdempotencyLevel;
}

/** Why a request may be sent again: it changes nothing, or the same request twice has the effect of one. */
export type IdempotencyLevel = "NO_SIDE_EFFECTS" | "IDEMPOTENT";

/** The contracts of a service's methods, by the names of the client's methods. */
export type ServiceContract<Methods extends Readonly<Record<string, RichError>> = Readonly<Record<string, RichError>>> =
  { readonly [Name in keyof Methods]: MethodContract<Methods[Name]> };

/** A contract, or a method that has one: a method of `promises(client, contract)`. @inline */
export type Contracted<E extends RichError> = MethodContract<E> | { readonly contract: MethodContract<E> };

/**
 * Checks whether an error is one that a method's contract names, and narrows its type to these errors:
 *
 * ```ts
 * if (isErrorOf(orders.placeOrder, err)) {
 *   switch (err.reason) {
 *     case "ORDER_REJECTED":
 *       return err.detail.rule;
 *   }
 * }
 * ```
 *
 * Returns `false` for any other value, such as an error outside the contract, a network failure or a deadline.
 */
export function isErrorOf<E extends RichError>(method: Contracted<E>, error: unknown): error is E {
  const { errors } = "contract" in method ? method.contract : method;
  const isOne = errors.some((errorClass) => error instanceof errorClass);
  if (isOne && errors.length === 1) observers()?.matched(error as E);
  return isOne;
}
