import type { ClientErrorClasses, ReceivingClass } from "../catalog.js";
import { ApiError, CircuitOpenError, NetworkError } from "../client-errors.js";
import type { DeclaredEnum } from "../declaration/model.js";
import { type ClientErrorIdentity, isInstance } from "../identity.js";
import type { RichError } from "../rich-error.js";

/** The classes of what a client meets that is no declared error, for the first enum that asks for such. */
export function dynamicClientErrors(enums: readonly DeclaredEnum[]): ClientErrorClasses | undefined {
  const asking = enums.find(({ clientErrors }) => clientErrors);
  if (!asking?.clientErrors) return undefined;
  const { api, network, circuitOpen } = asking.clientErrors;
  const enumName = asking.desc.typeName;
  return {
    api: classOf({ className: api, enumName, kind: "api" }, ApiError),
    network: classOf({ className: network, enumName, kind: "network" }, NetworkError),
    circuitOpen: classOf({ className: circuitOpen, enumName, kind: "circuitOpen" }, CircuitOpenError),
  };
}

type Base = typeof ApiError | typeof NetworkError | typeof CircuitOpenError;

function classOf(clientError: ClientErrorIdentity, base: Base): ReceivingClass {
  const { className } = clientError;
  return {
    // A class takes its name from the property that it is given to.
    [className]: class extends (base as typeof RichError) {
      static readonly clientError = clientError;

      static override [Symbol.hasInstance](value: unknown): value is RichError {
        return isInstance(this, value);
      }
    },
  }[className] as ReceivingClass;
}
