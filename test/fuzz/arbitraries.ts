import fc, { type Arbitrary } from "fast-check";
import { type RichError, type RichErrorOptions, StandardDetails } from "grpc-rich-errors";
import * as kurrentdb from "grpc-rich-errors/catalogs/kurrentdb";
import type { ErrorDetail } from "grpc-rich-errors/details";
import * as shapes from "../gen/shapes/v1/shapes.rich.js";

export const CATALOGS = [kurrentdb.catalog, shapes.catalog];

/** Any JavaScript string, lone surrogates included. */
export const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.string({ unit: codeUnit() }),
);

function codeUnit(): Arbitrary<string> {
  return fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));
}

export const sint64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
export const uint64 = fc.bigInt(0n, 2n ** 64n - 1n);
const int32 = fc.integer();

export const typeUrl = fc.oneof(
  anyText,
  fc.constantFrom("", "/", "/__proto__", "t/constructor", "type.googleapis.com/new.v1.Fact", "t/google.rpc.Unknown"),
);

export const anyDetail: Arbitrary<ErrorDetail> = fc.record({
  typeUrl,
  value: fc.uint8Array({ maxLength: 200 }),
});

const localized = fc.option(fc.record({ locale: anyText, message: anyText }), { nil: undefined });

/** Some standard details, each with some content. */
export const standardDetails: Arbitrary<StandardDetails> = fc
  .record({
    fields: fc.array(fc.tuple(anyText, anyText, anyText, localized), { maxLength: 3 }),
    quotas: fc.array(fc.tuple(anyText, sint64, fc.option(sint64, { nil: undefined })), { maxLength: 2 }),
    delay: fc.option(fc.double({ noNaN: true }), { nil: undefined }),
    request: fc.option(anyText, { nil: undefined }),
  })
  .map(({ fields, quotas, delay, request }) => {
    const details = new StandardDetails();
    for (const [field, description, reason, localizedMessage] of fields) {
      details.addFieldViolation(field, description, { reason, ...(localizedMessage && { localizedMessage }) });
    }
    for (const [subject, quotaValue, futureQuotaValue] of quotas) {
      details.addQuotaViolation(subject, "", {
        quotaValue,
        ...(futureQuotaValue !== undefined && { futureQuotaValue }),
      });
    }
    if (delay !== undefined) details.setRetryDelay(delay);
    if (request !== undefined) details.setRequestInfo(request);
    return details;
  });

export const options: Arbitrary<RichErrorOptions> = fc.record(
  {
    message: anyText,
    info: fc.dictionary(
      anyText.map((text) => text.toWellFormed()),
      anyText,
      { maxKeys: 5 },
    ),
    retryDelay: fc.double({ min: 0, max: 1e15, noNaN: true }),
    help: fc.array(fc.record({ description: anyText, url: anyText }), { maxLength: 2 }),
    errorDetails: fc.oneof(fc.array(anyDetail, { maxLength: 3 }), standardDetails),
  },
  { requiredKeys: [] },
);

const optional = <T>(of: Arbitrary<T>) => fc.option(of, { nil: undefined });
const stream = fc.record({ stream: anyText });
const index = fc.record({ name: anyText });
const schema = fc.record({ schema: anyText });
const badRequest = fc.record({
  fieldViolations: fc.array(
    fc.record({ field: anyText, description: anyText, reason: anyText, localizedMessage: localized }),
    { maxLength: 3 },
  ),
});

/** The class of each declared error with a detail, and details for it. */
const DETAILS = new Map<unknown, Arbitrary<unknown>>([
  [
    kurrentdb.AccessDeniedError,
    fc.record({ operation: anyText, username: optional(anyText), permission: optional(anyText) }),
  ],
  [kurrentdb.BadRequestError, badRequest],
  [
    kurrentdb.NotLeaderNodeError,
    fc.record({ currentLeader: optional(fc.record({ host: anyText, port: int32, nodeId: optional(anyText) })) }),
  ],
  [kurrentdb.StreamNotFoundError, stream],
  [kurrentdb.StreamAlreadyExistsError, stream],
  [kurrentdb.StreamDeletedError, stream],
  [kurrentdb.StreamTombstonedError, stream],
  [kurrentdb.StreamAlreadyInAppendSessionError, stream],
  [
    kurrentdb.StreamRevisionConflictError,
    fc.record({ stream: anyText, expectedRevision: sint64, actualRevision: sint64 }),
  ],
  [
    kurrentdb.AppendRecordSizeExceededError,
    fc.record({ stream: anyText, recordId: anyText, size: int32, maxSize: int32 }),
  ],
  [kurrentdb.AppendTransactionSizeExceededError, fc.record({ size: int32, maxSize: int32 })],
  [
    kurrentdb.AppendConsistencyViolationError,
    fc.record({
      violations: fc.array(
        fc.record({
          checkIndex: int32,
          type: optional(
            fc.record({
              $case: fc.constant("streamState"),
              value: fc.record({ stream: anyText, expectedState: sint64, actualState: sint64 }),
            }),
          ),
        }),
        { maxLength: 3 },
      ),
    }),
  ],
  [kurrentdb.IndexNotFoundError, index],
  [kurrentdb.IndexAlreadyExistsError, index],
  [kurrentdb.IndexesNotReadyError, fc.record({ currentPosition: sint64, targetPosition: sint64 })],
  [kurrentdb.SchemaNotFoundError, schema],
  [kurrentdb.SchemaAlreadyExistsError, schema],
  [kurrentdb.SchemaDeletedError, schema],
  [
    shapes.TooManySidesError,
    fc.record({ shape: anyText, sides: uint64, limit: optional(fc.record({ most: uint64 })) }),
  ],
  [shapes.BadShapeError, badRequest],
]);

type Make = new (...args: unknown[]) => RichError;

/** An error of any class of the catalogs, as a function, so that the same error can be made twice. */
export const recipe: Arbitrary<() => RichError> = fc.oneof(
  ...CATALOGS.flatMap((catalog) => [...catalog]).map((errorClass) => {
    const details = DETAILS.get(errorClass);
    if (!details && errorClass.definition.detail) throw new Error(`no details for ${errorClass.definition.className}`);
    const construct = errorClass as unknown as Make;
    return details
      ? fc.tuple(details, options).map(
          ([detail, given]) =>
            () =>
              new construct(detail, given),
        )
      : options.map((given) => () => new construct(given));
  }),
);

/** A value as it arrives: all strings in it are well-formed. */
export function wellFormed<T>(value: T): T {
  if (typeof value === "string") return value.toWellFormed() as T;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(wellFormed) as T;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key.toWellFormed(), wellFormed(entry)])) as T;
}
