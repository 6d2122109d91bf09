/**
 * What kind of oddity a peer's status had.
 *
 * - `malformed-status`: the trailer is not a `google.rpc.Status`, or ends too early
 * - `several-statuses`: the trailer holds more than one value
 * - `invalid-code`: the status code is not one that an error can have
 * - `code-mismatch`: the trailer has another code than `grpc-status`, which counts
 * - `message-mismatch`: the trailer has another message than `grpc-message`, which counts
 * - `malformed-detail`: a detail's bytes are not a message of its type
 * - `duplicate-detail`: two details have the same type; the first counts
 * - `unknown-type`: a detail has a type that no catalog and no standard knows, or a type URL without a slash
 * - `unknown-option`: the error was made with an option that is not known
 * - `unknown-reason`: the domain is in a catalog, and the reason is not
 * - `missing-detail`: the error is declared with a detail, and came without
 * - `shed`: the server left something out, because it did not fit
 * - `invalid-value`: the error was made with a value that cannot be sent, and is sent without it
 *
 * Over HTTP also:
 *
 * - `malformed-body`: the body, or a part of it, is not what an error looks like
 * - `malformed-header`: the header `Retry-After` tells no time
 * - `missing-code`: no body, header or declaration has a status code; it follows from the HTTP status
 * - `http-status`: the HTTP status is not that of an error, or not the one that the body has
 * - `ambiguous-reason`: the body has no domain, and the reason stands in several
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
  | "unknown-reason"
  | "missing-detail"
  | "shed"
  | "invalid-value"
  | "malformed-body"
  | "malformed-header"
  | "missing-code"
  | "http-status"
  | "ambiguous-reason";

/** Something that is wrong with a status as it came from a peer, or as it was to be sent. */
export interface Issue {
  readonly kind: IssueKind;
  /** What is wrong, for humans. */
  readonly message: string;
  /** The type URL of the detail that it is about, where it is about one. */
  readonly typeUrl?: string;
}
