import type { Catalog } from "../catalog.js";
import { Code } from "../code.js";
import type { Definition } from "../definition.js";
import { type ErrorDetail, packDetail, typeNameOf, typeUrlOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import { durationFromMs, RequestInfo, RetryInfo } from "../detail/standard-types.js";
import { FROM_SERVER } from "../error/origin.js";
import { checkReadOptions, type ReadOptions, receiveHttpError, receiveStatus } from "../error/receive.js";
import type { ReceivedContent } from "../error/received-content.js";
import type { Issue } from "../issue.js";
import { errorOf, type RichError } from "../rich-error.js";
import { ArrivingDetails, UNTYPED } from "./details.js";
import {
  codeOfApplication,
  codeOfProxy,
  fromRetryAfter,
  grpcMessageIn,
  grpcStatusIn,
  type HeadersLike,
  headerOf,
  isErrorStatus,
  originOfHttpStatus,
} from "./headers.js";
import { knownTypes } from "./message-types.js";
import { type Complain, isReplaced, type ParsedError, quoted } from "./parsed-body.js";
import { lookOf, readBody } from "./read-body.js";

/**
 * The error that an answer over HTTP tells of, as an instance of its class if a
 * catalog knows it.
 *
 * ```ts
 * const response = await fetch(url);
 * if (!response.ok) throw fromHttp(response.status, response.headers, await response.text(), { catalogs: [catalog] });
 * ```
 *
 * - Reads every format that `toHttp` writes, and a plain `google.rpc.Status`.
 * - The code is the body's, else that of the header `grpc-status`, else the
 *   declaration's. Only if none has one, it follows from the HTTP status: by its
 *   meaning in HTTP where an application answered, by gRPC's own table where a
 *   proxy did, with a page, a text of its own or nothing.
 * - Where the body has a reason and no domain, as the compact format, the
 *   reason alone tells which error it is, if exactly one error of the catalogs
 *   has it. Else the error is one that no catalog knows, with the reason.
 * - The header `Retry-After` counts where the body has no RetryInfo.
 * - Details that no catalog knows, and members that belong to no detail, are in `jsonDetails`.
 *
 * Never throws for an answer; what is wrong with it is in `issues`.
 *
 * @param body as bytes, as text, or parsed already: then without the digits of
 *   numbers that a double does not hold
 * @throws TypeError for an option that is not known
 */
export function fromHttp(status: number, headers: HeadersLike, body: unknown, options?: ReadOptions): RichError {
  checkReadOptions("fromHttp", options);
  const { catalogs = [] } = options ?? {};
  return errorOf(receive(status, headers, body, catalogs), new Error());
}

function receive(
  httpStatus: number,
  headers: HeadersLike,
  body: unknown,
  catalogs: readonly Catalog[],
): ReceivedContent {
  const issues: Issue[] = [];
  const complain: Complain = (kind, message) => void issues.push({ kind, message });
  if (!isErrorStatus(httpStatus)) complain("http-status", `${String(httpStatus)} is not the HTTP status of an error`);

  const contentType = headerOf(headers, "content-type") ?? "";
  const read = readBody(body, contentType, httpStatus, complain);
  const { isHtml, isOfProxy } = lookOf(body, contentType);
  const parsed = read ?? { details: [] };
  const named = parsed.code ?? grpcStatusIn(headers, complain);
  const isFromServer = read !== undefined || named !== undefined;

  const details = new ArrivingDetails(knownTypes(catalogs), issues);
  const info = infoOf(parsed, catalogs, complain);
  if (info) details.packed.push(packDetail(ErrorInfo, info));
  for (const detail of parsed.details) details.add(detail);
  takeDelay(headerOf(headers, "retry-after"), details, complain);
  const definition = definitionOf(details.packed, catalogs);
  takeFields(parsed, definition, details);

  const meant = !isErrorStatus(httpStatus) && isErrorStatus(parsed.httpStatus) ? parsed.httpStatus : httpStatus;
  const code = named ?? definition?.code ?? guess(meant, isOfProxy, complain);
  const message = parsed.message ?? grpcMessageIn(headers) ?? `HTTP ${String(httpStatus)}`;
  const originFacts = isFromServer ? FROM_SERVER : originOfHttpStatus(httpStatus, isHtml);
  const { packed, json: jsonDetails } = details;
  return receiveHttpError({ code, message, details: packed, jsonDetails, issues, originFacts }, catalogs);
}

function guess(httpStatus: number, isOfProxy: boolean, complain: Complain): Code {
  complain("missing-code", `the body says no status code, the HTTP status is ${String(httpStatus)}`);
  return isOfProxy ? codeOfProxy(httpStatus) : codeOfApplication(httpStatus);
}

/** A delay in the body is exact, one in the header is in whole seconds. */
function takeDelay(header: string | undefined, details: ArrivingDetails, complain: Complain): void {
  if (header === undefined || details.has(RetryInfo.typeName)) return;
  const delay = fromRetryAfter(header);
  if (delay === undefined) complain("malformed-header", `Retry-After tells no time: ${quoted(header)}`);
  else details.packed.push(packDetail(RetryInfo, { retryDelay: durationFromMs(delay) }));
}

/** What stands beside the rest is the error's own detail, or belongs to no type. */
function takeFields({ fields }: ParsedError, definition: Definition | undefined, details: ArrivingDetails): void {
  if (!fields) return;
  const typeName = definition?.detail?.typeName;
  if (typeName !== undefined) {
    if (!details.has(typeName)) details.add({ ...fields, "@type": typeUrlOf(typeName) });
    return;
  }
  const { requestId, ...untyped } = fields;
  if (typeof requestId === "string") details.packed.push(packDetail(RequestInfo, { requestId, servingData: "" }));
  else if (requestId !== undefined) untyped["requestId"] = requestId;
  if (Object.keys(untyped).length > 0) details.keep({ "@type": typeUrlOf(UNTYPED), value: untyped });
}

/**
 * The ErrorInfo of an error whose body has its reason beside the rest.
 *
 * Without a domain it is that of the only error with the reason, else it has none.
 */
function infoOf(parsed: ParsedError, catalogs: readonly Catalog[], complain: Complain): ErrorInfo | undefined {
  const { reason, domain, metadata = {} } = parsed;
  if (reason === undefined) return undefined;
  if (isReplaced(reason) || isReplaced(domain)) {
    return void complain("malformed-body", "the reason or the domain is not UTF-8");
  }
  if (domain !== undefined) return { reason, domain, metadata };
  const [only, another] = byReasonAlone(reason, catalogs);
  if (another) complain("ambiguous-reason", `several errors have the reason ${quoted(reason)}`);
  else if (!only && catalogs.length > 0) complain("unknown-reason", `no catalog has the reason ${quoted(reason)}`);
  if (!only || another) return { reason, domain: "", metadata };
  return {
    reason,
    domain: only.domain,
    metadata: only.numericCode ? { code: String(only.number), ...metadata } : metadata,
  };
}

/** All errors with a reason, in whichever domain. One that is in two catalogs counts once. */
function byReasonAlone(reason: string, catalogs: readonly Catalog[]): readonly Definition[] {
  const found = new Map<string, Definition>();
  for (const catalog of catalogs) {
    for (const { definition } of catalog) {
      if (definition.reason === reason) found.set(`${definition.enumName}.${definition.name}`, definition);
    }
  }
  return [...found.values()];
}

/** What the proto says of the error that details tell of. */
function definitionOf(details: readonly ErrorDetail[], catalogs: readonly Catalog[]): Definition | undefined {
  const infos = details.filter(({ typeUrl }) => typeNameOf(typeUrl) === ErrorInfo.typeName);
  return receiveStatus({ code: Code.UNKNOWN, message: "", details: infos }, catalogs).definition;
}
