import type { Definition } from "./definition.js";
import { observers } from "./platform/observer.js";
import { RICH_ERROR } from "./platform/symbols.js";
import { isObject } from "./platform/values.js";

/** A RichError of any copy of this package. */
export interface Identified extends Error {
  readonly definition: Definition | undefined;
}

/** Checks whether a value is a RichError of any copy of this package. Never throws: a Proxy that throws is not one. */
export function isBranded(value: unknown): value is Identified {
  try {
    return isObject(value) && value instanceof Error && RICH_ERROR in value;
  } catch {
    return false;
  }
}

/**
 * The kind of one of the client's own classes:
 *
 * - `api`: the server responded with an error. Also the kind of declared errors that arise in the server.
 * - `network`: no response came.
 * - `circuitOpen`: nothing was sent, because a circuit breaker is open.
 */
export type ClientErrorKind = "api" | "network" | "circuitOpen";

/** The identity of one of the client's own classes. */
export interface ClientErrorIdentity {
  /** The name of the class: `"ShopNetworkError"`. */
  readonly className: string;
  /** The enum whose proto sets `client_errors`: `"shop.orders.v1.OrderError"`. */
  readonly enumName: string;
  readonly kind: ClientErrorKind;
}

/** The right-hand side of `instanceof`. */
export interface IdentifiedClass {
  /** Set on the class of a declared error. */
  readonly definition?: Definition | undefined;
  /** Set on the base class of an enum. */
  readonly enumName?: string | undefined;
  /** Set on one of the client's own classes. */
  readonly clientError?: ClientErrorIdentity | undefined;
}

/**
 * Checks whether a value is an instance of a class, across copies of this package:
 *
 * - An instance of a declared error's class has the same declaration.
 * - An instance of an enum's base class is declared in that enum.
 * - An instance of one of the client's own classes has the same kind and the same enum. A declared error that arises in
 *   the server has the kind `api`.
 * - An instance of any other class has it in its prototype chain.
 *
 * Never throws: a Proxy that throws is not an instance.
 */
export function isInstance(cls: IdentifiedClass, value: unknown): boolean {
  if (!isBranded(value)) return false;
  try {
    return isInstanceOf(cls, value);
  } catch {
    return false;
  }
}

function isInstanceOf(cls: IdentifiedClass, value: Identified): boolean {
  const { definition } = value;
  if (Object.hasOwn(cls, "definition")) {
    const isSame = definition?.enumName === cls.definition?.enumName && definition?.name === cls.definition?.name;
    if (isSame) observers()?.matched(value);
    return isSame;
  }
  if (Object.hasOwn(cls, "enumName")) return definition?.enumName === cls.enumName;
  if (Object.hasOwn(cls, "clientError")) {
    const { kind, enumName } = clientErrorOf(value) ?? {};
    return kind === cls.clientError?.kind && enumName === cls.clientError?.enumName;
  }
  return Function.prototype[Symbol.hasInstance].call(cls, value);
}

function clientErrorOf(value: Identified): Omit<ClientErrorIdentity, "className"> | undefined {
  const { definition } = value;
  if (!definition) return (value.constructor as IdentifiedClass | undefined)?.clientError;
  return definition.origin === "SERVER" ? { kind: "api", enumName: definition.enumName } : undefined;
}

/**
 * The property `name` of RichError: the name of the error's class, until somebody sets another.
 *
 * A class cannot declare it as an accessor, because `Error` declares it as a data property.
 */
export const nameProperty: PropertyDescriptor = {
  configurable: true,
  get(this: Error) {
    const { definition, clientError } = this.constructor as IdentifiedClass;
    return definition?.className ?? clientError?.className ?? "RichError";
  },
  set(this: Error, value: unknown) {
    Object.defineProperty(this, "name", { value, configurable: true, writable: true });
  },
};
