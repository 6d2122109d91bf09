/**
 * The types of a caught error. Checked by `tsc -p .`, never run.
 */
import type { ServiceError } from "@grpc/grpc-js";
import { type Code, type Definition, RichError } from "grpc-rich-errors";
import {
  type AnyStreamsError,
  AppendConsistencyViolationError,
  StreamNotFoundError,
  StreamRevisionConflictError,
  StreamsError,
} from "grpc-rich-errors/catalogs/kurrentdb";
import { expectTypeOf } from "vitest";

/** `instanceof` narrows a caught value to the declared error with its detail. */
export function byClass(err: unknown): bigint | string | undefined {
  if (err instanceof StreamRevisionConflictError) {
    expectTypeOf(err).toEqualTypeOf<StreamRevisionConflictError>();
    expectTypeOf(err.detail).toEqualTypeOf<{ stream: string; expectedRevision: bigint; actualRevision: bigint }>();
    expectTypeOf(err.reason).toEqualTypeOf<"STREAM_REVISION_CONFLICT">();
    expectTypeOf(err.detail).not.toBeAny();
    // @ts-expect-error The detail has no such field.
    void err.detail.revision;
    // @ts-expect-error A bigint and a number do not mix.
    void (err.detail.actualRevision + 1);
    return err.detail.actualRevision - err.detail.expectedRevision;
  }
  if (err instanceof StreamNotFoundError) return err.detail.stream;
  if (err instanceof AppendConsistencyViolationError) return err.detail.violations[0]?.type?.value.actualState;
  return undefined;
}

/** The base class narrows to the union of its enum, and a switch over reasons narrows that. */
export function byReason(err: unknown): string {
  if (!(err instanceof StreamsError)) return "";
  expectTypeOf(err).toEqualTypeOf<AnyStreamsError>();
  switch (err.reason) {
    case "STREAM_NOT_FOUND":
    case "STREAM_DELETED":
    case "STREAM_TOMBSTONED":
    case "STREAM_ALREADY_EXISTS":
    case "STREAM_ALREADY_IN_APPEND_SESSION":
      return err.detail.stream;
    case "STREAM_REVISION_CONFLICT":
      expectTypeOf(err).toEqualTypeOf<StreamRevisionConflictError>();
      return `${err.detail.stream} at ${err.detail.actualRevision}`;
    case "APPEND_RECORD_SIZE_EXCEEDED":
      return err.detail.recordId;
    case "APPEND_TRANSACTION_SIZE_EXCEEDED":
      return `${err.detail.size} of ${err.detail.maxSize}`;
    case "APPEND_SESSION_NO_REQUESTS":
      expectTypeOf(err.detail).toEqualTypeOf<undefined>();
      return "";
    case "APPEND_CONSISTENCY_VIOLATION":
      return `${err.detail.violations.length}`;
    default:
      // Another error in the proto breaks this line.
      return err satisfies never;
  }
}

/** A switch that forgets an error does not compile. */
export function forgetful(err: AnyStreamsError): string {
  switch (err.reason) {
    case "STREAM_NOT_FOUND":
      return err.detail.stream;
    // @ts-expect-error The union has no such reason.
    case "STREAM_NOT_FUOND":
      return "";
    default:
      // @ts-expect-error The other nine are not handled.
      return err satisfies never;
  }
}

/** In a callback of grpc-js, the declared error has grpc-js's fields and more. */
export function inCallback(err: ServiceError): string | undefined {
  if (err instanceof StreamNotFoundError) {
    expectTypeOf(err.detail.stream).toEqualTypeOf<string>();
    return err.detail.stream;
  }
  return err.details;
}

/** No property of an undeclared error is `any`. */
export function ofUnknown(err: unknown): void {
  const error = RichError.from(err);
  expectTypeOf(error).toEqualTypeOf<RichError>();
  expectTypeOf<RichError["code"]>().toEqualTypeOf<Code>();
  expectTypeOf(error.detail).toBeUnknown();
  expectTypeOf(error.reason).toEqualTypeOf<string | undefined>();
  expectTypeOf(error.definition).toEqualTypeOf<Definition | undefined>();
  expectTypeOf(error.details).toBeString();
  expectTypeOf(error.cause).toBeUnknown();
  for (const member of [
    "info",
    "issues",
    "metadata",
    "errorDetails",
    "standardDetails",
    "retryDelay",
    "toJSON",
  ] as const) {
    expectTypeOf(error[member]).not.toBeAny();
  }
  expectTypeOf(StreamNotFoundError.definition).not.toBeAny();
  expectTypeOf(StreamNotFoundError.definition.reason).toEqualTypeOf<"STREAM_NOT_FOUND">();
}
