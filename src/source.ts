import type { Origin, Outcome, Recovery } from "./definition.js";
import type { ClientErrorKind } from "./identity.js";

/** What is known of an error by who made it, where no catalog says more. */
export interface Source {
  /** Where the error arose; none if it cannot be told. */
  readonly origin?: Origin;
  /** Which error of the client it is; none if it is the doing of the client's own user. */
  readonly kind?: ClientErrorKind;
  readonly outcome?: Outcome;
  readonly recovery?: Recovery;
}
