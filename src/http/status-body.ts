import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { type Code, type CodeName, codeName, codeNamed, isCode } from "../code.js";
import type { JsonDetail } from "../detail/detail.js";
import type { Parts } from "./details.js";
import { type Complain, isObject, listIn, type ParsedError, quoted, textIn } from "./parsed-body.js";

/**
 * An error as Google's APIs answer it: a `google.rpc.Status` whose code is the HTTP status.
 *
 * @see https://google.aip.dev/193#http11json-representation
 */
export interface StatusBody {
  readonly error: {
    /** The HTTP status. */
    readonly code: number;
    readonly message: string;
    /** The name of the gRPC status code. */
    readonly status: CodeName;
    readonly details: readonly JsonDetail[];
  };
}

export function writeStatusBody({ error, httpStatus, details }: Parts): StatusBody {
  return { error: { code: httpStatus, message: error.message, status: codeName(error.code), details } };
}

/**
 * Reads a body of this format; answers nothing for any other.
 *
 * A plain `google.rpc.Status`, as grpc-gateway answers it, is one as well: its
 * `code` is the gRPC status code.
 */
export function readStatusBody(json: JsonObject, httpStatus: number, complain: Complain): ParsedError | undefined {
  const status = isObject(json["error"]) ? json["error"] : json;
  if (status === json && !isPlainStatus(json)) return undefined;
  const { code } = status;
  if (isGiven(code) && !isCode(code) && code !== httpStatus) {
    complain("http-status", `the HTTP status is ${httpStatus}, the body has ${quoted(code)}`);
  }
  return {
    message: textIn(status, "message", complain),
    code: codeIn(status, complain),
    httpStatus: code,
    details: listIn(status, "details", complain),
  };
}

/** A compact body may have fields of these names too. Old versions of grpc-gateway repeat the message as `error`. */
function isPlainStatus({ code, error, errorCode, ...rest }: JsonObject): boolean {
  if (typeof code !== "number" || typeof errorCode === "string") return false;
  if (typeof error === "string" && error !== rest["message"]) return false;
  return "message" in rest || "details" in rest;
}

function isGiven(json: JsonValue | undefined): boolean {
  return json !== undefined && json !== null;
}

function codeIn({ status, code }: Readonly<Record<string, JsonValue>>, complain: Complain): Code | undefined {
  const found = codeNamed(status) ?? (isCode(code) ? code : undefined);
  if (found === undefined && isGiven(status)) {
    complain("invalid-code", `${quoted(status)} is not the status code of an error`);
  }
  return found;
}
