import type { JsonObject } from "@bufbuild/protobuf";
import { type CodeName, codeName, codeNamed } from "../code.js";
import type { JsonDetail } from "../detail/detail.js";
import { type ErrorParts, fromMembers, toMembers } from "./details.js";
import { type AddIssue, isJsonObject, listIn, type ParsedError, quoted, textIn } from "./parsed-body.js";

/**
 * An error as problem details (RFC 9457), with the fields of its own detail as extensions.
 *
 * A field that has the name of another member gets a trailing underscore.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export interface ProblemBody {
  /** The help page of the error, else `urn:problem:<domain>:<reason>`, else `about:blank`. */
  readonly type: string;
  /** The display name of a declared error. For any other, the name of the HTTP status. */
  readonly title: string;
  /** The HTTP status. */
  readonly status: number;
  /** The message. */
  readonly detail: string;
  /** The URI from the option `instance`. */
  readonly instance?: string;
  /** The name of the gRPC status code. */
  readonly code: CodeName;
  readonly reason?: string;
  readonly domain?: string;
  /** The metadata of ErrorInfo, if it has any. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** All details except ErrorInfo and the error's own, if there are any. */
  readonly details?: readonly JsonDetail[];
  readonly [extension: string]: unknown;
}

/** The names of the format's own members. */
export const problemMembers: ReadonlySet<string> = new Set([
  ...["type", "title", "status", "detail", "instance"],
  ...["code", "reason", "domain", "metadata", "details"],
]);

/** The format `"problem"`. It also reads problems of other servers, whose extensions become fields. */
export const problemFormat = {
  contentType: "application/problem+json",

  write({ error, httpStatus, instance, info, extras, fields }: ErrorParts): ProblemBody {
    const { message, code, reason, domain } = error;
    return {
      type: problemType({ helpUrl: error.definition?.helpUrl, domain, reason }),
      title: error.definition?.displayName ?? STATUS_NAMES.get(httpStatus) ?? codeName(code),
      status: httpStatus,
      detail: message,
      ...(instance !== undefined && { instance }),
      code: codeName(code),
      ...(reason !== undefined && { reason }),
      ...(domain !== undefined && { domain }),
      ...(info && Object.keys(info.metadata).length > 0 && { metadata: { ...info.metadata } }),
      ...(extras.length > 0 && { details: extras }),
      ...toMembers(fields, problemMembers),
    };
  },

  matches(json: JsonObject): boolean {
    return ["type", "title", "detail"].some((name) => typeof json[name] === "string");
  },

  read(json: JsonObject, httpStatus: number, addIssue: AddIssue): ParsedError {
    const { status, detail, title } = json;
    if (typeof status === "number" && status !== httpStatus) {
      addIssue("http-status", `the HTTP status is ${httpStatus}, but the body says ${status}`);
    }
    const message = typeof detail !== "string" && typeof title === "string" ? title : textIn(json, "detail", addIssue);
    if (typeof json["reason"] !== "string") {
      return { message, httpStatus: status, details: [], ...readForeignProblem(json) };
    }
    const code = codeNamed(json["code"]);
    if (code === undefined && "code" in json) {
      addIssue("invalid-code", `${quoted(json["code"])} is not the status code of an error`);
    }
    return {
      message,
      code,
      httpStatus: status,
      reason: json["reason"],
      domain: textIn(json, "domain", addIssue),
      metadata: metadataIn(json, addIssue),
      details: listIn(json, "details", addIssue),
      fields: fromMembers(without(json, problemMembers), problemMembers),
    };
  },
};

/** Reads a problem without a reason. Its members beyond those of RFC 9457 may mean anything. */
function readForeignProblem(json: JsonObject): Partial<ParsedError> {
  const { type = NO_TYPE, details } = json;
  const code = codeNamed(json["code"]);
  const isList = Array.isArray(details);
  const parsed = ["status", "detail"];
  if (code) parsed.push("code");
  if (isList) parsed.push("details");
  if (type === NO_TYPE) parsed.push("type", "title");
  return { code, ...(isList && { details }), fields: without(json, new Set(parsed)) };
}

interface ProblemIdentity {
  readonly helpUrl?: string | undefined;
  readonly domain: string | undefined;
  readonly reason: string | undefined;
}

/** The member `type` of an error. */
export function problemType({ helpUrl, domain, reason }: ProblemIdentity): string {
  if (helpUrl !== undefined) return helpUrl;
  if (domain === undefined || reason === undefined) return NO_TYPE;
  return `urn:problem:${[domain, reason].map((name) => encodeURIComponent(name.toWellFormed())).join(":")}`;
}

/** The type of a problem that means no more than its HTTP status. */
const NO_TYPE = "about:blank";

/** The names of the HTTP statuses that undeclared errors have. */
const STATUS_NAMES: ReadonlyMap<number, string> = new Map([
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

function without(json: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([name]) => !names.has(name)));
}

function metadataIn(json: JsonObject, addIssue: AddIssue): Record<string, string> | undefined {
  const metadata = json["metadata"] ?? undefined;
  if (metadata === undefined) return undefined;
  const entries = isJsonObject(metadata) ? Object.entries(metadata) : [];
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === "string");
  if (!isJsonObject(metadata) || texts.length < entries.length) {
    addIssue("malformed-body", '"metadata" in the body is not an object with string values');
  }
  return Object.fromEntries(texts);
}
