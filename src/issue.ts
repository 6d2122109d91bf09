/**
 * The kind of an {@link Issue}.
 *
 * Issues of received errors:
 *
 * - `malformed-status`: The trailer is not a `google.rpc.Status`, or it is truncated.
 * - `several-statuses`: The trailer has several values. The first one counts.
 * - `invalid-code`: The status code is not a whole number from 1 to 16. The error is `UNKNOWN`.
 * - `code-mismatch`: The code in the trailer differs from `grpc-status`, which counts.
 * - `message-mismatch`: The message in the trailer differs from `grpc-message`, which counts.
 * - `malformed-detail`: The bytes of a detail are not a message of its type.
 * - `duplicate-detail`: Several details have the same type. The first one counts.
 * - `unknown-type`: No catalog has the type of a detail and it is not a standard type, or its type URL has no slash.
 * - `unknown-reason`: A catalog has the domain of the error, but not its reason.
 * - `unsafe-integer`: A 64-bit integer of a detail has the type `number`, which cannot hold it exactly. It is `NaN`.
 * - `missing-detail`: The peer sent a declared error without its detail.
 * - `shed`: The server left out or cut parts of the error to fit its size budget.
 *
 * Issues of thrown errors:
 *
 * - `unknown-option`: An option of the error does not exist.
 * - `unknown-field`: A detail has a property that no field of its type has. It is left out.
 * - `invalid-value`: A value cannot be sent, such as a text in a number field of a detail. It is replaced or left out.
 * - `invalid-code`, `malformed-detail`, `duplicate-detail`: As above, for a value that the program passed.
 *
 * Issues of errors that came over HTTP:
 *
 * - `malformed-body`: The body, or a part of it, does not have the format of an error.
 * - `malformed-header`: The header `Retry-After` is neither a number of seconds nor a date.
 * - `missing-code`: Neither the body, the headers nor a declaration has a status code. It follows from the HTTP status.
 * - `http-status`: The HTTP status is not that of an error, or it differs from the one in the body.
 * - `ambiguous-reason`: The body has no domain, and errors of several domains have its reason.
 */
export type IssueKind =
  | "malformed-status"
  | "several-statuses"
  | "invalid-code"
  | "code-mismatch"
  | "message-mismatch"
  | "malformed-detail"
  | "duplicate-detail"
  | "unknown-type"
  | "unknown-option"
  | "unknown-field"
  | "unknown-reason"
  | "missing-detail"
  | "unsafe-integer"
  | "shed"
  | "invalid-value"
  | "malformed-body"
  | "malformed-header"
  | "missing-code"
  | "http-status"
  | "ambiguous-reason";

/**
 * A problem with an error that a peer sent, or with a value of an error that cannot be sent. Issues never prevent an
 * error: log them to find mistakes.
 *
 * ```ts
 * for (const { kind, message } of error.issues) console.warn(`${kind}: ${message}`);
 * ```
 */
export interface Issue {
  readonly kind: IssueKind;
  /** The problem in words, for humans. Do not parse it, because it may change in any version. */
  readonly message: string;
  /** The type URL of the detail in question. `undefined` if the issue is not about one detail. */
  readonly typeUrl?: string;
}
