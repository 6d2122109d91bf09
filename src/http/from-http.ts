import type { Catalog } from "../catalog.js";
import { Code } from "../code.js";
import type { Definition } from "../definition.js";
import { type ErrorDetail, packDetail, typeNameOf, typeUrlOf } from "../detail/detail.js";
import { durationFromMs } from "../detail/duration.js";
import { ErrorInfo } from "../detail/error-info.js";
import { RequestInfo, RetryInfo } from "../detail/standard-details.js";
import { FROM_SERVER } from "../error/origin.js";
import { checkReadOptions, type ReadOptions, receiveHttpError, receiveStatus } from "../error/receive.js";
import type { ReceivedContent } from "../error/received-error.js";
import type { Issue } from "../issue.js";
import { type RichError, receivedError } from "../rich-error.js";
import { ReceivedDetails, UNTYPED } from "./details.js";
import { readBody } from "./formats.js";
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
import { type AddIssue, authorOf, isReplaced, type ParsedError, quoted } from "./parsed-body.js";

/**
 * Converts an HTTP response to an error: an instance of its class if a catalog declares it.
 *
 * ```ts
 * const response = await fetch(url);
 * if (!response.ok) throw fromHttp(response.status, response.headers, await response.text(), { catalogs: [catalog] });
 * ```
 *
 * - It reads every format that `toHttp` writes, and a plain `google.rpc.Status`.
 * - The code comes from the body, else from the header `grpc-status`, else from the declaration.
 *   If none of them has one, it follows from the HTTP status. An application's HTTP status has its
 *   HTTP meaning. A proxy's, with a page, a text of its own or no body, has the meaning of gRPC's own table.
 * - A reason without a domain, as in the compact format, identifies the error if exactly one
 *   error of the catalogs has it. Otherwise, the error is a plain RichError with that reason.
 * - The header `Retry-After` counts if the body has no RetryInfo.
 * - `jsonDetails` has the details that no catalog knows, and the members that belong to no detail.
 *
 * Never throws because of the response. `issues` says what is wrong with it.
 *
 * @param body the body as bytes, as text, or parsed. `JSON.parse` rounds integers that a double cannot hold.
 * @throws TypeError for an unknown option
 */
export function fromHttp(status: number, headers: HeadersLike, body: unknown, options?: ReadOptions): RichError {
  checkReadOptions("fromHttp", options);
  const { catalogs = [] } = options ?? {};
  return receivedError(receive(status, headers, body, catalogs), new Error());
}

function receive(
  httpStatus: number,
  headers: HeadersLike,
  body: unknown,
  catalogs: readonly Catalog[],
): ReceivedContent {
  const issues: Issue[] = [];
  const addIssue: AddIssue = (kind, message) => void issues.push({ kind, message });
  if (!isErrorStatus(httpStatus)) addIssue("http-status", `${String(httpStatus)} is not the HTTP status of an error`);

  const contentType = headerOf(headers, "content-type") ?? "";
  const read = readBody(body, contentType, httpStatus, addIssue);
  const { isHtml, isProxy } = authorOf(body, contentType);
  const parsed = read ?? { details: [] };
  const named = parsed.code ?? grpcStatusIn(headers, addIssue);
  const isFromServer = read !== undefined || named !== undefined;

  const details = new ReceivedDetails(knownTypes(catalogs), issues);
  const info = infoOf(parsed, catalogs, addIssue);
  if (info) details.packed.push(packDetail(ErrorInfo, info));
  for (const detail of parsed.details) details.add(detail);
  addRetryDelay(headerOf(headers, "retry-after"), details, addIssue);
  const definition = definitionOf(details.packed, catalogs);
  addFields(parsed, definition, details);

  // A stream of JSON begins with HTTP 200 and may end with an error.
  const effectiveStatus =
    !isErrorStatus(httpStatus) && isErrorStatus(parsed.httpStatus) ? parsed.httpStatus : httpStatus;
  const code = named ?? definition?.code ?? guessCode(effectiveStatus, isProxy, addIssue);
  const message = parsed.message ?? grpcMessageIn(headers) ?? `HTTP ${String(httpStatus)}`;
  const originFacts = isFromServer ? FROM_SERVER : originOfHttpStatus(httpStatus, isHtml);
  const { packed, json: jsonDetails } = details;
  return receiveHttpError({ code, message, details: packed, jsonDetails, issues, originFacts }, catalogs);
}

function guessCode(httpStatus: number, isProxy: boolean, addIssue: AddIssue): Code {
  addIssue(
    "missing-code",
    `the response names no gRPC status code; it follows from the HTTP status ${String(httpStatus)}`,
  );
  return isProxy ? codeOfProxy(httpStatus) : codeOfApplication(httpStatus);
}

/** Adds the delay in the header unless the body has one, which is more exact. */
function addRetryDelay(header: string | undefined, details: ReceivedDetails, addIssue: AddIssue): void {
  if (header === undefined || details.has(RetryInfo.typeName)) return;
  const delay = fromRetryAfter(header);
  if (delay === undefined) {
    addIssue("malformed-header", `Retry-After is ${quoted(header)}, which is neither a number of seconds nor a date`);
    return;
  }
  details.packed.push(packDetail(RetryInfo, { retryDelay: durationFromMs(delay) }));
}

/** Adds the members that are fields of the error's own detail, or that belong to no detail. */
function addFields({ fields }: ParsedError, definition: Definition | undefined, details: ReceivedDetails): void {
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
 * Returns the ErrorInfo of a body whose reason is a member of its own.
 *
 * If the body names no domain, the domain is that of the only error with the reason, else empty.
 */
function infoOf(parsed: ParsedError, catalogs: readonly Catalog[], addIssue: AddIssue): ErrorInfo | undefined {
  const { reason, domain, metadata = {} } = parsed;
  if (reason === undefined) return undefined;
  if (isReplaced(reason) || isReplaced(domain)) {
    return void addIssue("malformed-body", "the reason or the domain in the body is not UTF-8");
  }
  if (domain !== undefined) return { reason, domain, metadata };
  const [only, another] = byReasonAlone(reason, catalogs);
  if (another) {
    addIssue("ambiguous-reason", `the body names no domain, and several errors have the reason ${quoted(reason)}`);
  } else if (!only && catalogs.length > 0) {
    addIssue("unknown-reason", `no catalog has the reason ${quoted(reason)}`);
  }
  if (!only || another) return { reason, domain: "", metadata };
  return {
    reason,
    domain: only.domain,
    metadata: only.numericCode ? { code: String(only.number), ...metadata } : metadata,
  };
}

/** Returns all errors with a reason, in any domain. An error that is in two catalogs counts once. */
function byReasonAlone(reason: string, catalogs: readonly Catalog[]): readonly Definition[] {
  const found = new Map<string, Definition>();
  for (const catalog of catalogs) {
    for (const { definition } of catalog) {
      if (definition.reason === reason) found.set(`${definition.enumName}.${definition.name}`, definition);
    }
  }
  return [...found.values()];
}

/** Returns the definition of the error that the details identify. */
function definitionOf(details: readonly ErrorDetail[], catalogs: readonly Catalog[]): Definition | undefined {
  const infos = details.filter(({ typeUrl }) => typeNameOf(typeUrl) === ErrorInfo.typeName);
  return receiveStatus({ code: Code.UNKNOWN, message: "", details: infos }, catalogs).definition;
}
