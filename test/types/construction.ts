/**
 * The constructor calls that compile, and those that must not. Checked by
 * `tsc -p .`, never run: a line that compiles in spite of its
 * `@ts-expect-error` is an error itself.
 */
import { Code, RichError, StandardDetails } from "grpc-rich-errors";
import { AccessDeniedError, BadRequestError, OperationTimeoutError } from "grpc-rich-errors/catalogs/kurrent";
import { StreamNotFoundError, StreamRevisionConflictError } from "grpc-rich-errors/catalogs/kurrentdb";
import { expectTypeOf } from "vitest";

// A declared error with a detail.
new StreamRevisionConflictError({ stream: "a", expectedRevision: 1n, actualRevision: 2n });
new StreamRevisionConflictError({ stream: "a", expectedRevision: 1n, actualRevision: 2n }, { message: "conflict" });
new AccessDeniedError({ operation: "read", username: undefined, permission: undefined });

// @ts-expect-error The detail is missing.
new StreamNotFoundError();

// @ts-expect-error Options do not replace the detail.
new StreamNotFoundError(undefined, { message: "gone" });

// @ts-expect-error The field actualRevision is missing.
new StreamRevisionConflictError({ stream: "a", expectedRevision: 1n });

// @ts-expect-error A revision is a bigint, because a number is too small.
new StreamRevisionConflictError({ stream: "a", expectedRevision: 1, actualRevision: 2n });

// @ts-expect-error The field is called stream.
new StreamNotFoundError({ streem: "a" });

// @ts-expect-error The detail has no field revision.
new StreamNotFoundError({ stream: "a", revision: 1n });

// @ts-expect-error The field stream is a string.
new StreamNotFoundError({ stream: 7 });

// @ts-expect-error An entry of fieldViolations needs more fields.
new BadRequestError({ fieldViolations: [{ field: "a" }] });

// A declared error without a detail.
new OperationTimeoutError();
new OperationTimeoutError({ message: "too slow", cause: new Error("no"), info: { after: "5s" }, retryDelay: 5 });

// @ts-expect-error The error has no detail.
new OperationTimeoutError({ operation: "read" });

// @ts-expect-error The error takes no detail before its options.
new OperationTimeoutError(undefined, { message: "too slow" });

// @ts-expect-error The option does not exist.
new OperationTimeoutError({ messages: "too slow" });

// @ts-expect-error The values of metadata are strings.
new OperationTimeoutError({ info: { after: 5 } });

// @ts-expect-error A declared error has the reason of its declaration.
new OperationTimeoutError({ reason: "SLOW" });

// An undeclared error.
new RichError(Code.NOT_FOUND, "no such order", { reason: "ORDER_NOT_FOUND", domain: "shop.example" });
new RichError(5, "no such order", { errorDetails: new StandardDetails() });

// @ts-expect-error OK is not an error.
new RichError(0, "fine");

// @ts-expect-error 17 is not a status code.
new RichError(17, "odd");

// @ts-expect-error The message is the second argument.
new RichError(Code.NOT_FOUND, "no such order", { message: "no such order" });

// @ts-expect-error A message that is not packed is not a detail.
new RichError(Code.NOT_FOUND, "no such order", { errorDetails: [{ fieldViolations: [] }] });

// Code that catches an error cannot change it.
const conflict = new StreamRevisionConflictError({ stream: "a", expectedRevision: 1n, actualRevision: 2n });

// @ts-expect-error The code is that of the declaration.
conflict.code = Code.NOT_FOUND;

// @ts-expect-error The detail is read-only.
conflict.detail = { stream: "b", expectedRevision: 1n, actualRevision: 2n };

// @ts-expect-error The list of details is read-only.
conflict.errorDetails.push({ typeUrl: "", value: new Uint8Array() });

expectTypeOf(conflict.detail.actualRevision).toEqualTypeOf<bigint>();
expectTypeOf(conflict.reason).toEqualTypeOf<"STREAM_REVISION_CONFLICT">();
