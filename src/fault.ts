import { Code } from "./code.js";
import type { Fault } from "./definition.js";

const FAULTS: Readonly<Record<Code, Fault>> = {
  [Code.CANCELLED]: "CALLER",
  [Code.UNKNOWN]: "SERVER",
  [Code.INVALID_ARGUMENT]: "CALLER",
  [Code.DEADLINE_EXCEEDED]: "SERVER",
  [Code.NOT_FOUND]: "CALLER",
  [Code.ALREADY_EXISTS]: "CALLER",
  [Code.PERMISSION_DENIED]: "CALLER",
  [Code.RESOURCE_EXHAUSTED]: "CALLER",
  [Code.FAILED_PRECONDITION]: "CALLER",
  [Code.ABORTED]: "CALLER",
  [Code.OUT_OF_RANGE]: "CALLER",
  [Code.UNIMPLEMENTED]: "SERVER",
  [Code.INTERNAL]: "SERVER",
  [Code.UNAVAILABLE]: "SERVER",
  [Code.DATA_LOSS]: "SERVER",
  [Code.UNAUTHENTICATED]: "CALLER",
};

/** Who is to blame for an error with a status code, where the proto does not say. */
export function defaultFault(code: Code): Fault {
  return FAULTS[code];
}
