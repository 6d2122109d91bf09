/**
 * The types of a server's options. Checked by `tsc -p .`, never run.
 */
import {
  type ErrorMapping,
  type FailedCall,
  type PromiseCallOptions,
  RichError,
  type RichErrorServerOptions,
  type RichImplementation,
  richErrorServerInterceptor,
  upstream,
} from "grpc-rich-errors";
import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
import { abortErrors, protovalidateErrors, systemErrors, zodErrors } from "grpc-rich-errors/mappings";
import { expectTypeOf } from "vitest";
import { z } from "zod";
import type { ShapesService } from "../gen/shapes/v1/shapes.js";

class LockTimeout extends Error {
  readonly row = 7n;
}
abstract class DriverError {
  abstract readonly sqlState: string;
}
interface UniqueViolation {
  readonly table: string;
}
declare function isUniqueViolation(thrown: unknown): thrown is UniqueViolation;
declare function isLarge(thrown: unknown): boolean;
declare function isEmptyError(thrown: Error): thrown is Error & { readonly message: "" };

const error = new RichError(10, "x");

/** A function of the error map gets the type of its class or predicate. */
richErrorServerInterceptor({
  maxHeaderBytes: 8192,
  map: [
    [
      LockTimeout,
      (thrown) => {
        expectTypeOf(thrown).toEqualTypeOf<LockTimeout>();
        return new RichError(10, `row ${thrown.row}`);
      },
    ],
    [
      DriverError,
      (thrown) => {
        expectTypeOf(thrown.sqlState).toEqualTypeOf<string>();
        return error;
      },
    ],
    [
      isUniqueViolation,
      ({ table }) => {
        expectTypeOf(table).toEqualTypeOf<string>();
        return error;
      },
    ],
    [
      z.ZodError,
      (thrown) => {
        expectTypeOf(thrown).not.toBeAny();
        expectTypeOf(thrown.issues[0]?.message).toEqualTypeOf<string | undefined>();
        return error;
      },
    ],
    [
      StreamNotFoundError,
      (thrown) => {
        expectTypeOf(thrown.detail.stream).toEqualTypeOf<string>();
        return thrown;
      },
    ],
    ...systemErrors,
    ...abortErrors,
    ...zodErrors,
    ...protovalidateErrors,
    [
      Error,
      // After a spread, TypeScript no longer knows the entry's type.
      (thrown: Error) => new RichError(2, thrown.name),
    ],
  ],
});

// @ts-expect-error The function returns no RichError.
richErrorServerInterceptor({ map: [[LockTimeout, () => new Error("x")]] });

// @ts-expect-error The function is async.
richErrorServerInterceptor({ map: [[LockTimeout, async () => error]] });

// @ts-expect-error The class has no such property.
richErrorServerInterceptor({ map: [[LockTimeout, ({ column }) => new RichError(10, column)]] });

// @ts-expect-error The function takes another type than the class.
richErrorServerInterceptor({ map: [[LockTimeout, (thrown: UniqueViolation) => new RichError(10, thrown.table)]] });

// @ts-expect-error The predicate is not a type predicate.
richErrorServerInterceptor({ map: [[isLarge, () => error]] });

// @ts-expect-error The predicate accepts only errors, but handlers may throw anything.
richErrorServerInterceptor({ map: [[isEmptyError, () => error]] });

// @ts-expect-error An instance is not a class.
richErrorServerInterceptor({ map: [[new LockTimeout(), () => error]] });

// @ts-expect-error The ready entries are spread, not nested.
richErrorServerInterceptor({ map: [systemErrors] });

/** Entries and options can be made separately. */
const mapping: ErrorMapping<LockTimeout> = [LockTimeout, ({ row }) => new RichError(10, `${row}`)];
richErrorServerInterceptor({ map: [mapping, ...systemErrors] });
const options: RichErrorServerOptions = { onError: () => {} };
richErrorServerInterceptor(options);
const withMap: RichErrorServerOptions<readonly [LockTimeout]> = { map: [mapping] };
richErrorServerInterceptor(withMap);

/** No field of the report to onError is `any`. */
richErrorServerInterceptor({
  onError: (call) => {
    expectTypeOf(call).toEqualTypeOf<FailedCall>();
    for (const key of ["error", "sent", "masked", "requestId", "shed", "problems", "method", "peer"] as const) {
      expectTypeOf(call[key]).not.toBeAny();
    }
  },
});

/** `upstream` returns options for a call to another server. */
declare const handlers: RichImplementation<typeof ShapesService>;
type CallOf<Name extends keyof typeof handlers> = Parameters<(typeof handlers)[Name]>[0];
export function handOn(
  calls: readonly [CallOf<"unary">, CallOf<"clientStream">, CallOf<"serverStream">, CallOf<"bidi">],
) {
  const options: PromiseCallOptions[] = calls.map((call) => upstream(call));
  return options;
}
