import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { type Code, type CodeName, codeName, codeNamed, isCode } from "../code.js";
import type { JsonDetail } from "../detail/detail.js";
import type { ErrorParts } from "./details.js";
import { type AddIssue, isJsonObject, listIn, type ParsedError, quoted, textIn } from "./parsed-body.js";

/**
 * An error in the format of Google's APIs: a `google.rpc.Status` whose code is the HTTP status.
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

/** The format `"status"`. It also reads a plain `google.rpc.Status` from grpc-gateway, whose `code` is the gRPC status code. */
export const statusFormat = {
  contentType: "application/json",

  write({ error, httpStatus, details }: ErrorParts): StatusBody {
    return { error: { code: httpStatus, message: error.message, status: codeName(error.code), details } };
  },

  matches(json: JsonObject): boolean {
    return isJsonObject(json["error"]) || isPlainStatus(json);
  },

  read(json: JsonObject, httpStatus: number, addIssue: AddIssue): ParsedError {
    const status = isJsonObject(json["error"]) ? json["error"] : json;
    const { code } = status;
    if (isGiven(code) && !isCode(code) && code !== httpStatus) {
      addIssue("http-status", `the HTTP status is ${httpStatus}, but the body says ${quoted(code)}`);
    }
    return {
      message: textIn(status, "message", addIssue),
      code: codeIn(status, addIssue),
      httpStatus: code,
      details: listIn(status, "details", addIssue),
    };
  },
};

/** A compact body may have fields of these names too. Old versions of grpc-gateway repeat the message as `error`. */
function isPlainStatus({ code, error, errorCode, ...rest }: JsonObject): boolean {
  if (typeof code !== "number" || typeof errorCode === "string") return false;
  if (typeof error === "string" && error !== rest["message"]) return false;
  return "message" in rest || "details" in rest;
}

function isGiven(json: JsonValue | undefined): boolean {
  return json !== undefined && json !== null;
}

function codeIn({ status, code }: Readonly<Record<string, JsonValue>>, addIssue: AddIssue): Code | undefined {
  const found = codeNamed(status) ?? (isCode(code) ? code : undefined);
  if (found === undefined && isGiven(status)) {
    addIssue("invalid-code", `${quoted(status)} is not the status code of an error`);
  }
  return found;
}
