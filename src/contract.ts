import type { ErrorClass } from "./catalog.js";
import type { RichError } from "./rich-error.js";

/** The class of a declared error that a contract names. */
export interface ContractedClass<E extends RichError> extends ErrorClass {
  readonly prototype: E;
  [Symbol.hasInstance](value: unknown): boolean;
}

/** Which errors one method may answer: `(richerrors.v1.errors)` of its proto. */
export interface MethodContract<E extends RichError = RichError> {
  /** The full path of the method: `"/shop.orders.v1.Orders/GetOrder"`. */
  readonly path: string;
  readonly errors: readonly ContractedClass<E>[];
}

/** Which errors the methods of a service may answer, by the names that a client has for them. */
export type ServiceContract<Methods extends Readonly<Record<string, RichError>> = Readonly<Record<string, RichError>>> =
  { readonly [Name in keyof Methods]: MethodContract<Methods[Name]> };

/** What has a contract: a method of `promises(client, contract)`, or the contract itself. */
export type Contracted<E extends RichError> = MethodContract<E> | { readonly contract: MethodContract<E> };

/**
 * Tells whether an error is one that a method may answer, and which these are:
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
 * It is false for all else that a call can end with: an error that the proto
 * does not name for the method, a network failure, a deadline.
 */
export function isErrorOf<E extends RichError>(method: Contracted<E>, error: unknown): error is E {
  const { errors } = "contract" in method ? method.contract : method;
  return errors.some((errorClass) => error instanceof errorClass);
}
