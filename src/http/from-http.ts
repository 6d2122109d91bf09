import type { Catalog } from "../catalog.js";
import type { Code } from "../code.js";
import type { Definition } from "../definition.js";
import { packDetail, typeUrlOf } from "../detail.js";
import { durationFromMs } from "../duration.js";
import { ErrorInfo } from "../error-info.js";
import type { Incoming } from "../incoming.js";
import type { Issue } from "../issue.js";
import { ANSWERED } from "../origin.js";
import { receiveAnswer } from "../received.js";
import { checkReadOptions, errorOf, type ReadOptions, type RichError } from "../rich-error.js";
import { RequestInfo, RetryInfo } from "../standard-types.js";
import { ArrivingDetails } from "./arriving-details.js";
import { type HeadersLike, headerOf } from "./headers.js";
import { definitionOf, infoOf } from "./identity.js";
import { knownTypes } from "./known-types.js";
import { UNTYPED } from "./parts.js";
import { readBody } from "./read-body.js";
import { fromRetryAfter } from "./retry-after.js";
import { codeOfStatus, sourceOfStatus } from "./status-guess.js";
import { type Complain, quoted, type Told } from "./told.js";

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
 * - The code is the body's, else the declaration's. Only if neither has one, it
 *   is what gRPC makes of the HTTP status of an answer that is not gRPC's.
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

function receive(httpStatus: number, headers: HeadersLike, body: unknown, catalogs: readonly Catalog[]): Incoming {
  const issues: Issue[] = [];
  const complain: Complain = (kind, message) => void issues.push({ kind, message });
  if (!isErrorStatus(httpStatus)) complain("http-status", `${httpStatus} is not the HTTP status of an error`);

  const read = readBody(body, headerOf(headers, "content-type") ?? "", httpStatus, complain);
  const source = read ? ANSWERED : sourceOfStatus(httpStatus);
  const told = read ?? { details: [] };
  const details = new ArrivingDetails(knownTypes(catalogs), issues);
  const info = infoOf(told, catalogs, complain);
  if (info) details.packed.push(packDetail(ErrorInfo, info));
  for (const detail of told.details) details.add(detail);
  takeDelay(headerOf(headers, "retry-after"), details, complain);
  const definition = definitionOf(details.packed, catalogs);
  takeFields(told, definition, details);

  const code = told.code ?? definition?.code ?? guess(httpStatus, complain);
  const message = told.message ?? `HTTP ${httpStatus}`;
  const { packed, json: jsonDetails } = details;
  return receiveAnswer({ code, message, details: packed, jsonDetails, issues, source }, catalogs);
}

function isErrorStatus(httpStatus: number): boolean {
  return Number.isInteger(httpStatus) && httpStatus >= 400 && httpStatus <= 599;
}

function guess(httpStatus: number, complain: Complain): Code {
  complain("missing-code", `the body says no status code, the HTTP status is ${httpStatus}`);
  return codeOfStatus(httpStatus);
}

/** A delay in the body is exact, one in the header is in whole seconds. */
function takeDelay(header: string | undefined, details: ArrivingDetails, complain: Complain): void {
  if (header === undefined || details.has(RetryInfo.typeName)) return;
  const delay = fromRetryAfter(header);
  if (delay === undefined) complain("malformed-header", `Retry-After tells no time: ${quoted(header)}`);
  else details.packed.push(packDetail(RetryInfo, { retryDelay: durationFromMs(delay) }));
}

/** What stands beside the rest is the error's own detail, or belongs to no type. */
function takeFields({ fields }: Told, definition: Definition | undefined, details: ArrivingDetails): void {
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
