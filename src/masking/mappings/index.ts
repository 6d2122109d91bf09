/**
 * Entries for the `map` of `richErrorServerInterceptor`, to be spread into it,
 * behind your own: the first entry that is about an error decides.
 */
export {
  abortErrors,
  isAbortError,
  isSystemError,
  isTimeoutError,
  type SystemError,
  systemErrors,
} from "./node-errors.js";
export {
  isProtovalidateError,
  isZodError,
  type ProtovalidateErrorLike,
  type ProtovalidatePathLike,
  type ProtovalidateViolationLike,
  protovalidateErrors,
  protovalidateViolations,
  type ZodErrorLike,
  type ZodIssueLike,
  zodErrors,
  zodViolations,
} from "./validation-errors.js";
