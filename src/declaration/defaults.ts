import { Code } from "../code.js";
import type { Fault } from "../definition.js";

/** What follows from a gRPC status code where the proto says nothing. */
interface CodeDefaults {
  /** Who is to blame. */
  readonly fault: Fault;
  /** The HTTP status, as `google/rpc/code.proto` has it. */
  readonly httpStatus: number;
}

const DEFAULTS: Readonly<Record<Code, CodeDefaults>> = {
  [Code.CANCELLED]: { fault: "CALLER", httpStatus: 499 },
  [Code.UNKNOWN]: { fault: "SERVER", httpStatus: 500 },
  [Code.INVALID_ARGUMENT]: { fault: "CALLER", httpStatus: 400 },
  [Code.DEADLINE_EXCEEDED]: { fault: "SERVER", httpStatus: 504 },
  [Code.NOT_FOUND]: { fault: "CALLER", httpStatus: 404 },
  [Code.ALREADY_EXISTS]: { fault: "CALLER", httpStatus: 409 },
  [Code.PERMISSION_DENIED]: { fault: "CALLER", httpStatus: 403 },
  [Code.RESOURCE_EXHAUSTED]: { fault: "CALLER", httpStatus: 429 },
  [Code.FAILED_PRECONDITION]: { fault: "CALLER", httpStatus: 400 },
  [Code.ABORTED]: { fault: "CALLER", httpStatus: 409 },
  [Code.OUT_OF_RANGE]: { fault: "CALLER", httpStatus: 400 },
  [Code.UNIMPLEMENTED]: { fault: "SERVER", httpStatus: 501 },
  [Code.INTERNAL]: { fault: "SERVER", httpStatus: 500 },
  [Code.UNAVAILABLE]: { fault: "SERVER", httpStatus: 503 },
  [Code.DATA_LOSS]: { fault: "SERVER", httpStatus: 500 },
  [Code.UNAUTHENTICATED]: { fault: "CALLER", httpStatus: 401 },
};

/** Who is to blame for an error with a status code. */
export function defaultFault(code: Code): Fault {
  return DEFAULTS[code].fault;
}

/** The HTTP status of an error with a gRPC status code. */
export function defaultHttpStatus(code: Code): number {
  return DEFAULTS[code].httpStatus;
}
