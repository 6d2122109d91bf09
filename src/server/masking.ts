import type { DetailCodec } from "../detail/detail.js";

/** A type of details, by its full name or by its codec. */
export type DetailTypeName = string | Pick<DetailCodec<never>, "typeName">;

/** Which errors are masked, and what is forwarded of another server's. */
export interface MaskingOptions {
  /**
   * Masks every plain status: a `code` with `details`, made by a handler, another
   * interceptor or a ready-made service. For servers that answer declared errors
   * only. By default, a plain status passes with its code and text.
   *
   * - RichErrors of this process pass, declared or not. A contract masks those that
   *   are not declared: `contracts` with `strictContracts`.
   * - A plain status passes as the declared error that it carries, if `catalogs` has that.
   * - `UNIMPLEMENTED` that grpc-js itself answers passes.
   */
  readonly maskPlainStatuses?: boolean;
  /**
   * The details that are forwarded with another server's error besides ErrorInfo,
   * the declared detail, RetryInfo, BadRequest, PreconditionFailure, QuotaFailure,
   * ResourceInfo, Help and LocalizedMessage. By default, none.
   *
   * ```ts
   * forwardDetails: [RequestInfo, "acme.v1.Trace"]
   * ```
   *
   * DebugInfo is removed from inside other details too, unless it is listed.
   */
  readonly forwardDetails?: readonly DetailTypeName[];
}

/** The same, made ready. */
export interface Masking {
  readonly maskPlainStatuses: boolean;
  /** The full names of the types in `forwardDetails`. */
  readonly forwardDetails: ReadonlySet<string>;
}

/** What the options say, with their defaults. */
export function maskingOf({ maskPlainStatuses = false, forwardDetails = [] }: MaskingOptions): Masking {
  return {
    maskPlainStatuses,
    forwardDetails: new Set(forwardDetails.map((type) => (typeof type === "string" ? type : type.typeName))),
  };
}

/** By default. */
export const DEFAULT_MASKING: Masking = maskingOf({});
