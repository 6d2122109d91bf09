import type { JsonObject } from "@bufbuild/protobuf";
import { type CodeName, codeName, codeNamed } from "../code.js";
import type { JsonDetail } from "../detail/detail.js";
import type { RichError } from "../rich-error.js";
import { fromMembers, toMembers } from "./compact-body.js";
import type { Parts } from "./details.js";
import { type Complain, isObject, listIn, type ParsedError, quoted, textIn } from "./parsed-body.js";

/**
 * An error as "problem details", with the fields of its own detail as extensions.
 *
 * A field whose name is that of another member gets an underscore at its end.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export interface ProblemBody {
  /** The error's page of help, else `urn:problem:<domain>:<reason>`, else `about:blank`. */
  readonly type: string;
  /** The error's display name; of an error that is not declared what HTTP calls the status. */
  readonly title: string;
  /** The HTTP status. */
  readonly status: number;
  /** The message. */
  readonly detail: string;
  readonly instance?: string;
  /** The name of the gRPC status code. */
  readonly code: CodeName;
  readonly reason?: string;
  readonly domain?: string;
  /** The metadata of ErrorInfo, if it has any. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The details but ErrorInfo and the error's own, if there are any. */
  readonly details?: readonly JsonDetail[];
  readonly [extension: string]: unknown;
}

export function writeProblemBody(
  { error, httpStatus, extras, fields }: Parts,
  instance: string | undefined,
): ProblemBody {
  const { message, code, reason, domain, info } = error;
  return {
    type: typeOf(error),
    title: error.definition?.displayName ?? PHRASES.get(httpStatus) ?? codeName(code),
    status: httpStatus,
    detail: message,
    ...(instance !== undefined && { instance }),
    code: codeName(code),
    ...(reason !== undefined && { reason }),
    ...(domain !== undefined && { domain }),
    ...(info && Object.keys(info.metadata).length > 0 && { metadata: { ...info.metadata } }),
    ...(extras.length > 0 && { details: extras }),
    ...toMembers(fields, TAKEN),
  };
}

const TAKEN: ReadonlySet<string> = new Set([
  ...["type", "title", "status", "detail", "instance"],
  ...["code", "reason", "domain", "metadata", "details"],
]);

function typeOf({ definition, domain, reason }: RichError): string {
  if (definition?.helpUrl !== undefined) return definition.helpUrl;
  if (domain === undefined || reason === undefined) return NO_TYPE;
  return `urn:problem:${[domain, reason].map((name) => encodeURIComponent(name.toWellFormed())).join(":")}`;
}

/** The type of a problem of which the HTTP status says all. */
const NO_TYPE = "about:blank";

/** What HTTP calls the statuses of errors that are not declared. */
const PHRASES: ReadonlyMap<number, string> = new Map([
  [400, "Bad Request"],
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [404, "Not Found"],
  [409, "Conflict"],
  [429, "Too Many Requests"],
  [499, "Client Closed Request"],
  [500, "Internal Server Error"],
  [501, "Not Implemented"],
  [503, "Service Unavailable"],
  [504, "Gateway Timeout"],
]);

/** Tells whether a body is of this format, by the type of its content. */
export function isProblemType(contentType: string): boolean {
  return /^\s*application\/problem\+json\b/i.test(contentType);
}

/** Tells whether a body is of this format, by what it holds. */
export function isProblem(json: JsonObject): boolean {
  return ["type", "title", "detail"].some((name) => typeof json[name] === "string");
}

/** Reads a body of this format. Members that another server's problem has beside the standard's are kept as fields. */
export function readProblemBody(json: JsonObject, httpStatus: number, complain: Complain): ParsedError {
  const { status, detail, title } = json;
  if (typeof status === "number" && status !== httpStatus) {
    complain("http-status", `the HTTP status is ${httpStatus}, the body has ${status}`);
  }
  const message = typeof detail !== "string" && typeof title === "string" ? title : textIn(json, "detail", complain);
  if (typeof json["reason"] !== "string") return { message, httpStatus: status, details: [], ...foreign(json) };
  const code = codeNamed(json["code"]);
  if (code === undefined && "code" in json) {
    complain("invalid-code", `${quoted(json["code"])} is not the status code of an error`);
  }
  return {
    message,
    code,
    httpStatus: status,
    reason: json["reason"],
    domain: textIn(json, "domain", complain),
    metadata: metadataIn(json, complain),
    details: listIn(json, "details", complain),
    fields: fromMembers(without(json, TAKEN), TAKEN),
  };
}

/** In a problem without a reason no member beside the standard's can be relied on to be what it is here. */
function foreign(json: JsonObject): Partial<ParsedError> {
  const { type = NO_TYPE, details } = json;
  const code = codeNamed(json["code"]);
  const isList = Array.isArray(details);
  const parsed = ["status", "detail"];
  if (code) parsed.push("code");
  if (isList) parsed.push("details");
  if (type === NO_TYPE) parsed.push("type", "title");
  return { code, ...(isList && { details }), fields: without(json, new Set(parsed)) };
}

function without(json: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([name]) => !names.has(name)));
}

function metadataIn(json: JsonObject, complain: Complain): Record<string, string> | undefined {
  const metadata = json["metadata"] ?? undefined;
  if (metadata === undefined) return undefined;
  const entries = isObject(metadata) ? Object.entries(metadata) : [];
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === "string");
  if (!isObject(metadata) || texts.length < entries.length) {
    complain("malformed-body", '"metadata" is not an object of strings');
  }
  return Object.fromEntries(texts);
}
