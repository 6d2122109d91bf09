import type { Definition } from "./definition.js";

/**
 * Marks a RichError of any copy of this package: an ESM and a CommonJS copy in
 * one process have different classes for the same errors.
 */
export const brand: unique symbol = Symbol.for("grpc-rich-errors.v1.RichError");

/** What a RichError is known by. */
export interface Identified extends Error {
  readonly definition: Definition | undefined;
}

/** Tells whether a value is a RichError, of whichever copy of this package. A Proxy that throws is none. Never throws. */
export function isBranded(value: unknown): value is Identified {
  try {
    return typeof value === "object" && value !== null && value instanceof Error && brand in value;
  } catch {
    return false;
  }
}

/**
 * What a client meets that is no declared error:
 *
 * - `api`: the server answered, and no catalog knows the error;
 * - `network`: no answer came;
 * - `circuitOpen`: nothing was sent, because a circuit breaker is open.
 */
export type ClientErrorKind = "api" | "network" | "circuitOpen";

/** What tells one class of a client's errors from all others. */
export interface ClientErrorIdentity {
  /** The name of the class: `"ShopNetworkError"`. */
  readonly className: string;
  /** The enum with the errors that the server declares. */
  readonly enumName: string;
  readonly kind: ClientErrorKind;
}

/** A class that `instanceof` is asked about. */
export interface IdentifiedClass {
  /** The one error that the class stands for. */
  readonly definition?: Definition | undefined;
  /** The enum whose errors the class stands for. */
  readonly enumName?: string | undefined;
  /** The error of a client that the class stands for. */
  readonly clientError?: ClientErrorIdentity | undefined;
}

/**
 * Tells whether an error is what a class stands for:
 *
 * - for the class of a declared error, an error with this declaration;
 * - for the base class of an enum, an error declared in this enum;
 * - for the class of a client's errors, an error of the same kind, about the same enum;
 * - for any other class, an error that was made by it.
 *
 * Never throws: a Proxy that throws is no instance.
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
    return definition?.enumName === cls.definition?.enumName && definition?.name === cls.definition?.name;
  }
  if (Object.hasOwn(cls, "enumName")) return definition?.enumName === cls.enumName;
  if (Object.hasOwn(cls, "clientError")) {
    const { clientError } = (value.constructor as IdentifiedClass | undefined) ?? {};
    return clientError?.enumName === cls.clientError?.enumName && clientError?.kind === cls.clientError?.kind;
  }
  return Function.prototype[Symbol.hasInstance].call(cls, value);
}

/**
 * The property `name` of an error: the name of its class in the proto, until somebody sets another.
 *
 * A class cannot override it with an accessor, because `Error.prototype.name` is a data property.
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
