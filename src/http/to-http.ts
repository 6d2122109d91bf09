import type { Catalog } from "../catalog.js";
import { defaultHttpStatus } from "../defaults.js";
import { type ErrorDetail, type JsonDetail, typeNameOf } from "../detail/detail.js";
import { DebugInfo } from "../detail/standard-types.js";
import { type MaskingOptions, maskFailure, maskingOf } from "../masking/mask.js";
import { checkCatalogs, checkOptions, insteadOf, type OptionNames } from "../platform/options.js";
import { RichError } from "../rich-error.js";
import { type CompactBody, writeCompactBody } from "./compact-body.js";
import { type Parts, partsOf } from "./details.js";
import { toRetryAfter } from "./headers.js";
import { knownTypes } from "./message-types.js";
import { type ProblemBody, writeProblemBody } from "./problem-body.js";
import { type StatusBody, writeStatusBody } from "./status-body.js";

/** The formats of errors over HTTP, and what each has as its body. */
export interface HttpBodies {
  /** As Google's APIs answer errors: with all details. */
  readonly status: StatusBody;
  /** As RFC 9457 has it: with all details, and readable for whoever knows only that. */
  readonly problem: ProblemBody;
  /** The message, the reason and the fields of the detail, and nothing else. */
  readonly compact: CompactBody;
}

/** A format of errors over HTTP. */
export type HttpFormat = keyof HttpBodies;

/** How to answer an error over HTTP. */
export interface ToHttpOptions<Format extends HttpFormat = HttpFormat> extends MaskingOptions {
  /** By default, `"status"`. */
  readonly format?: Format;
  /**
   * The errors of other servers that may go on to the caller. By default, none.
   *
   * Errors made in this process need not be here.
   */
  readonly catalogs?: readonly Catalog[];
  /**
   * By what the caller can ask about an error that is not meant for it, such as
   * the request's `X-Request-Id`. By default, and in the place of anything else
   * than up to 128 letters, digits and `.:/+=_-`, a random one.
   */
  readonly requestId?: string | undefined;
  /** DebugInfo of errors made in this process goes to the caller too. By default, it does not. */
  readonly debugInfo?: boolean;
  /** What the problem occurred with, for the member `instance` of the format `"problem"`: a URI. */
  readonly instance?: string | undefined;
}

/** An answer over HTTP, for any server. */
export interface HttpResponse<Body = HttpBodies[HttpFormat]> {
  readonly status: number;
  /** `Content-Type`, and `Retry-After` if the error says when to try again. */
  readonly headers: Readonly<Record<string, string>>;
  /** A value for `JSON.stringify`. */
  readonly body: Body;
  /** What the caller gets. */
  readonly sent: RichError;
  /** The error was not meant for the caller, who gets `INTERNAL` and the request id. */
  readonly masked: boolean;
  /** The id by which the caller can ask about a masked error. */
  readonly requestId: string | undefined;
  /** Why the error was masked, if it is another server's or a plain status, and what was left out of it. */
  readonly problems: readonly Error[];
}

/**
 * Makes an answer over HTTP of anything that a handler threw.
 *
 * ```ts
 * app.use((thrown, request, response, next) => {
 *   const { status, headers, body } = toHttp(thrown, { format: "problem" });
 *   response.status(status).set(headers).json(body);
 * });
 * ```
 *
 * - A RichError made in this process goes to the caller, and so does one from
 *   another server that the catalogs know, with its details for callers. Anything else is masked, by the rules of
 *   `richErrorServerInterceptor`: `INTERNAL` with a fixed message and a request id.
 * - The status is the declaration's, else the one that `google/rpc/code.proto` has for the code.
 * - Details are written as proto3 JSON. One of an unknown type is `{"@type": …, "@bytes": …}`, with its bytes in base64.
 *
 * Never throws, whatever was thrown.
 *
 * @throws TypeError for an option or a format that is not known
 */
export function toHttp<Format extends HttpFormat = "status">(
  thrown: unknown,
  options?: ToHttpOptions<Format>,
): HttpResponse<HttpBodies[Format]>;
export function toHttp(thrown: unknown, options: ToHttpOptions = {}): HttpResponse {
  check(options);
  const { format = "status", catalogs = [], requestId: wanted, debugInfo = false, instance } = options;
  const callMetadata = { get: () => (wanted === undefined ? [] : [wanted]) };
  const masking = maskingOf(options);
  const { sent, masked, requestId, problems } = maskFailure(
    { thrown, callMetadata, trailer: undefined },
    catalogs,
    undefined,
    masking,
  );
  const { definition, code, retryDelay } = sent;
  const status = definition?.code === code ? definition.httpStatus : defaultHttpStatus(code);
  const given = [...sent.errorDetails, ...(masked ? [] : forwardedJson(thrown, masking.forwardDetails))];
  // Another server's is among the details only if `forwardDetails` names it.
  const details = debugInfo || sent.received ? given : given.filter((detail) => !isDebugInfo(detail));
  const parts = partsOf(sent, status, details, knownTypes(catalogs, definition));
  const { contentType, write } = FORMATS[format];
  const headers = {
    "Content-Type": contentType,
    ...(retryDelay !== undefined && { "Retry-After": toRetryAfter(retryDelay) }),
  };
  return { status, headers, body: write(parts, instance), sent, masked, requestId, problems };
}

/** Details that came over HTTP as JSON are another server's, of types that no catalog knows. */
function forwardedJson(thrown: unknown, forwardDetails: ReadonlySet<string>): readonly JsonDetail[] {
  if (!(thrown instanceof RichError)) return [];
  return thrown.jsonDetails.filter((detail) => forwardDetails.has(typeNameOf(detail["@type"])));
}

const OPTIONS: OptionNames<ToHttpOptions> = {
  format: true,
  catalogs: true,
  requestId: true,
  debugInfo: true,
  instance: true,
  forwardDetails: true,
  maskPlainStatuses: true,
};

function check(options: ToHttpOptions): void {
  checkOptions("toHttp", options, OPTIONS);
  checkCatalogs("toHttp", options.catalogs);
  const { format } = options;
  if (format !== undefined && !Object.hasOwn(FORMATS, format)) {
    const instead = insteadOf(String(format), Object.keys(FORMATS));
    throw new TypeError(`toHttp: the format ${JSON.stringify(String(format))} is not known; ${instead}`);
  }
}

/** A reader may take what has no slash for a type all the same. */
function isDebugInfo(detail: ErrorDetail | JsonDetail): boolean {
  return ("@type" in detail ? detail["@type"] : detail.typeUrl).endsWith(DebugInfo.typeName);
}

interface Format<Body> {
  readonly contentType: string;
  write(parts: Parts, instance: string | undefined): Body;
}

const FORMATS: { readonly [Name in HttpFormat]: Format<HttpBodies[Name]> } = {
  status: { contentType: "application/json", write: writeStatusBody },
  problem: { contentType: "application/problem+json", write: writeProblemBody },
  compact: { contentType: "application/json", write: writeCompactBody },
};
