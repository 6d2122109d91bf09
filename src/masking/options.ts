import { type Code, codeName } from "../code.js";
import type { DetailCodec } from "../detail/detail.js";
import type { RichError } from "../rich-error.js";
import type { ClientLibrary } from "./client-library.js";

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

// Why an error was masked, or did not arrive whole. Read by those who run the server.

const HOW = 'add its catalog to "catalogs", or an entry to "map"';

/** An error of a client library. */
export function ofLibrary(library: ClientLibrary): Error {
  return new Error(`masked: an error of a client of ${library}, which says what another server said; ${HOW}`);
}

/** A RichError that came from another server, and that no catalog declares. */
export function ofUnknown({ reason, domain }: RichError): Error {
  const which = reason === undefined ? "without a reason" : `${cut(reason)} of the domain "${cut(domain ?? "")}"`;
  return new Error(`masked: another server's error ${which}, which no catalog declares; ${HOW}`);
}

/** A plain status of a server that answers declared errors only. */
export function ofPlainStatus(code: Code): Error {
  return new Error(
    `masked: a plain status ${codeName(code)}, because of "maskPlainStatuses"; throw a declared error instead`,
  );
}

/** Details of another server's error that are not forwarded. */
export function ofLeftOut(typeNames: ReadonlySet<string>): Error {
  const names = [...typeNames].map((name) => name || "a detail without a type");
  const first = names.slice(0, MOST_NAMES).map(cut).join(", ");
  const more = typeNames.size > MOST_NAMES ? ` and ${typeNames.size - MOST_NAMES} more` : "";
  return new Error(
    `left out of another server's error: ${first}${more}; to forward a type, name it in "forwardDetails"`,
  );
}

const MOST_NAMES = 8;

function cut(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
