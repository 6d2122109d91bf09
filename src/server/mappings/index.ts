/**
 * Entries for the `map` of `richErrorServerInterceptor`, to be spread into it,
 * behind your own: the first entry that is about an error decides.
 */
export { abortErrors, isAbortError, isTimeoutError } from "./abort-errors.js";
export {
  isProtovalidateError,
  type ProtovalidateErrorLike,
  type ProtovalidatePathLike,
  type ProtovalidateViolationLike,
  protovalidateErrors,
  protovalidateViolations,
} from "./protovalidate-errors.js";
export { isSystemError, type SystemError, systemErrors } from "./system-errors.js";
export { isZodError, type ZodErrorLike, type ZodIssueLike, zodErrors, zodViolations } from "./zod-errors.js";
