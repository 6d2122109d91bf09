import type { JsonObject } from "@bufbuild/protobuf";
import { type Code, type CodeName, codeName, codeNamed } from "../code.js";
import type { Definition } from "../definition.js";
import { type ErrorParts, fromMembers, toMembers } from "./details.js";
import { codeOfApplication } from "./headers.js";
import { type AddIssue, type ParsedError, quoted, textIn } from "./parsed-body.js";

/**
 * An error with no more than its message, its reason and the fields of its detail.
 *
 * - A field named `error`, `errorCode` or `grpcStatus` gets a trailing underscore.
 * - An error that declares no detail has the member `requestId` if it has a RequestInfo.
 */
export interface CompactBody {
  /** The message. */
  readonly error: string;
  /** The reason, if the error has one. */
  readonly errorCode?: string;
  /** The name of the gRPC status code, if neither the HTTP status nor the declaration implies it. */
  readonly grpcStatus?: CodeName;
  readonly [field: string]: unknown;
}

/** The names of the format's own members. */
export const compactMembers: ReadonlySet<string> = new Set(["error", "errorCode", "grpcStatus"]);

/** The format `"compact"`. */
export const compactFormat = {
  contentType: "application/json",

  write({ error, httpStatus, fields }: ErrorParts): CompactBody {
    const { message, code, reason, definition, standardDetails } = error;
    const requestId = definition?.detail ? undefined : standardDetails.requestInfo?.requestId;
    return {
      error: message,
      ...(reason !== undefined && { errorCode: reason }),
      ...(!isImplied(code, httpStatus, definition) && { grpcStatus: codeName(code) }),
      ...(requestId !== undefined && { requestId }),
      ...toMembers(fields, compactMembers),
    };
  },

  matches({ error, errorCode }: JsonObject): boolean {
    return typeof error === "string" || typeof errorCode === "string";
  },

  read(json: JsonObject, _httpStatus: number, addIssue: AddIssue): ParsedError {
    const { error, errorCode, grpcStatus, ...members } = json;
    const code = codeNamed(grpcStatus);
    if (code === undefined && grpcStatus !== undefined) {
      addIssue("invalid-code", `${quoted(grpcStatus)} is not the status code of an error`);
    }
    return {
      message: textIn(json, "error", addIssue),
      code,
      reason: textIn(json, "errorCode", addIssue),
      details: [],
      fields: fromMembers(members, compactMembers),
    };
  },
};

/** Checks whether every reader derives the code, whether or not it knows the error. */
function isImplied(code: Code, httpStatus: number, definition: Definition | undefined): boolean {
  return codeOfApplication(httpStatus) === code && (definition === undefined || definition.code === code);
}
