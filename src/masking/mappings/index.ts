/**
 * Ready-made entries for the option `map` of `richErrorServerInterceptor`. Spread them
 * into it after your own entries, because the first entry that matches an error decides.
 *
 * @packageDocumentation
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
  type ClassValidatorErrorLike,
  classValidatorViolations,
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
