import type { Catalog } from "../catalog.js";
import { defaultHttpStatus } from "../defaults.js";
import { type ErrorDetail, type JsonDetail, typeNameOf } from "../detail/detail.js";
import { isRedactedJson } from "../detail/process-redaction.js";
import { DebugInfo } from "../detail/standard-details.js";
import type { ErrorMap } from "../masking/error-map.js";
import { type Failure, type MaskingOptions, maskFailure, maskingOf } from "../masking/mask.js";
import { insteadOf } from "../platform/names.js";
import { checkCatalogs, checkOptions, type OptionNames } from "../platform/options.js";
import { RichError } from "../rich-error.js";
import { sortDetails } from "./details.js";
import { FORMATS, type HttpBodies, type HttpFormat } from "./formats.js";
import { toRetryAfter } from "./headers.js";
import { knownTypes } from "./message-types.js";

/** Options of {@link toHttp}. */
export interface ToHttpOptions<Format extends HttpFormat = HttpFormat> extends MaskingOptions {
  /** The format of the body. By default, `"status"`. */
  readonly format?: Format;
  /**
   * The errors of other servers that the caller may see. By default, none.
   *
   * Errors made in this process need not be here.
   */
  readonly catalogs?: readonly Catalog[];
  /**
   * The id by which the caller can ask about a masked error, such as the request's
   * `X-Request-Id`. It has 1 to 128 letters, digits and characters of `.:/+=_-`. By default,
   * and instead of an invalid id, a random UUID.
   */
  readonly requestId?: string | undefined;
  /** Sends the DebugInfo of errors made in this process. By default, it is left out. */
  readonly debugInfo?: boolean;
  /**
   * Sends the fields of details that are marked `debug_redact` in their proto, and the facts that `redactInfo` names. By
   * default, they are left out.
   */
  readonly sendRedacted?: boolean;
  /** A URI that identifies the occurrence: the member `instance` of the format `"problem"`. By default, none. */
  readonly instance?: string | undefined;
}

/** A response with an error, for any HTTP server. */
export interface HttpResponse<Body = HttpBodies[HttpFormat]> {
  readonly status: number;
  /** `Content-Type`, and `Retry-After` if the error has a retry delay. */
  readonly headers: Readonly<Record<string, string>>;
  /** A value for `JSON.stringify`. */
  readonly body: Body;
  /** The error that the caller gets. */
  readonly sent: RichError;
  /** Whether the error is hidden from the caller, who gets `INTERNAL` and the request id. */
  readonly masked: boolean;
  /** The request id in a masked error. */
  readonly requestId: string | undefined;
  /** The reason for masking another server's error or a plain status, and the removed details. */
  readonly problems: readonly Error[];
}

/**
 * Converts any thrown value to an HTTP response.
 *
 * ```ts
 * app.use((thrown, request, response, next) => {
 *   const { status, headers, body } = toHttp(thrown, { format: "problem" });
 *   response.status(status).set(headers).json(body);
 * });
 * ```
 *
 * - It masks by the rules of `richErrorServerInterceptor`. A RichError made in this process
 *   reaches the caller. So does another server's error that a catalog declares, with the
 *   details meant for callers. Everything else becomes `INTERNAL` with a fixed message and a request id.
 * - The HTTP status is the declared one. By default, it is the one that `google/rpc/code.proto` assigns to the code.
 * - Details are written as proto3 JSON. A detail of an unknown type becomes
 *   `{"@type": …, "@bytes": …}` with its bytes in base64.
 *
 * Never throws because of the thrown value.
 *
 * @throws TypeError for an unknown option or format
 */
export function toHttp<Format extends HttpFormat = "status">(
  thrown: unknown,
  options?: ToHttpOptions<Format>,
): HttpResponse<HttpBodies[Format]>;
export function toHttp(thrown: unknown, options: ToHttpOptions = {}): HttpResponse {
  check(options);
  const { requestId } = options;
  return respond(thrown, options, { callMetadata: { get: () => (requestId === undefined ? [] : [requestId]) } });
}

/** What a response depends on besides the options of {@link toHttp}. */
interface ResponseContext {
  /** The headers of the request by name. The request id comes from them. */
  readonly callMetadata: Failure["callMetadata"];
  readonly map?: ErrorMap;
  /** Returns the HTTP status of an error that the map made, if it is another than that of the error's code. */
  readonly statusOf?: (sent: RichError) => number | undefined;
}

/** Converts a thrown value as {@link toHttp} does, with options that are checked already. */
export function respond(thrown: unknown, options: ToHttpOptions, context: ResponseContext): HttpResponse {
  const { format = "status", catalogs = [], instance } = options;
  const { debugInfo = false, sendRedacted = false } = options;
  const { callMetadata, map, statusOf } = context;
  const masking = maskingOf(options);
  const failure = { thrown, callMetadata, trailer: undefined };
  const { sent, masked, requestId, problems } = maskFailure(failure, catalogs, map, masking);
  const { definition, code, retryDelay } = sent;
  const status = statusOf?.(sent) ?? (definition?.code === code ? definition.httpStatus : defaultHttpStatus(code));
  const { errorDetails, info } = RichError.packableOf(sent, { sendRedacted });
  const all = [...errorDetails, ...(masked ? [] : forwardedJson(thrown, masking.forwardDetails, sendRedacted))];
  // Another server's DebugInfo is among the details only if `forwardDetails` names it.
  const visible = debugInfo || sent.received ? all : all.filter((detail) => !isDebugInfo(detail));
  const sorted = sortDetails(sent, visible, knownTypes(catalogs, definition));
  const { contentType, write } = FORMATS[format];
  const headers = {
    "Content-Type": contentType,
    ...(retryDelay !== undefined && { "Retry-After": toRetryAfter(retryDelay) }),
  };
  const body = write({ error: sent, httpStatus: status, instance, info, ...sorted });
  return { status, headers, body, sent, masked, requestId, problems };
}

/** Returns the details to forward that came over HTTP as JSON, because no catalog knows their types. */
function forwardedJson(
  thrown: unknown,
  forwardDetails: ReadonlySet<string>,
  sendRedacted: boolean,
): readonly JsonDetail[] {
  if (!(thrown instanceof RichError)) return [];
  return thrown.jsonDetails.filter(
    (detail) => forwardDetails.has(typeNameOf(detail["@type"])) && (sendRedacted || !isRedactedJson(detail)),
  );
}

/** Checks whether a detail is a DebugInfo. Some readers accept a type URL without a slash. */
function isDebugInfo(detail: ErrorDetail | JsonDetail): boolean {
  return ("@type" in detail ? detail["@type"] : detail.typeUrl).endsWith(DebugInfo.typeName);
}

const OPTIONS: OptionNames<ToHttpOptions> = {
  format: true,
  catalogs: true,
  requestId: true,
  debugInfo: true,
  sendRedacted: true,
  instance: true,
  forwardDetails: true,
  maskPlainStatuses: true,
};

function check(options: ToHttpOptions): void {
  checkOptions("toHttp", options, OPTIONS);
  checkCatalogs("toHttp", options.catalogs);
  checkFormat("toHttp", options.format);
}

/** @throws TypeError for an unknown format */
export function checkFormat(where: string, format: HttpFormat | undefined): void {
  if (format === undefined || Object.hasOwn(FORMATS, format)) return;
  const instead = insteadOf(String(format), Object.keys(FORMATS));
  throw new TypeError(`${where}: the format ${JSON.stringify(String(format))} is unknown; ${instead}`);
}
