import type { JsonObject } from "@bufbuild/protobuf";
import { type Code, type CodeName, codeName, codeNamed } from "../code.js";
import type { Definition } from "../definition.js";
import { fromMembers, toMembers } from "./members.js";
import type { Parts } from "./parts.js";
import { codeOfApplication } from "./status-guess.js";
import { type Complain, quoted, type Told, textIn } from "./told.js";

/**
 * An error in as few words as can be: its message, its reason, and the fields of its detail.
 *
 * - A field named `error`, `errorCode` or `grpcStatus` gets an underscore at its end.
 * - An error without a detail of its own has the id of its request, if it has one.
 */
export interface CompactBody {
  /** The message. */
  readonly error: string;
  /** The reason; none if the error has none. */
  readonly errorCode?: string;
  /** The name of the gRPC status code, where it follows neither from the HTTP status nor from the declaration. */
  readonly grpcStatus?: CodeName;
  readonly [field: string]: unknown;
}

export function writeCompactBody({ error, httpStatus, fields }: Parts): CompactBody {
  const { message, code, reason, definition, standardDetails } = error;
  const requestId = definition?.detail ? undefined : standardDetails.requestInfo?.requestId;
  return {
    error: message,
    ...(reason !== undefined && { errorCode: reason }),
    ...(!isImplied(code, httpStatus, definition) && { grpcStatus: codeName(code) }),
    ...(requestId !== undefined && { requestId }),
    ...toMembers(fields, TAKEN),
  };
}

/** Tells whether every reader finds the code by itself, whether or not it knows the error. */
function isImplied(code: Code, httpStatus: number, definition: Definition | undefined): boolean {
  return codeOfApplication(httpStatus) === code && (definition === undefined || definition.code === code);
}

const TAKEN: ReadonlySet<string> = new Set(["error", "errorCode", "grpcStatus"]);

/** Reads a body of this format; answers nothing for any other. */
export function readCompactBody(json: JsonObject, complain: Complain): Told | undefined {
  const { error, errorCode, grpcStatus, ...members } = json;
  if (typeof error !== "string" && typeof errorCode !== "string") return undefined;
  const code = codeNamed(grpcStatus);
  if (code === undefined && grpcStatus !== undefined) {
    complain("invalid-code", `${quoted(grpcStatus)} is not the status code of an error`);
  }
  return {
    message: textIn(json, "error", complain),
    code,
    reason: textIn(json, "errorCode", complain),
    details: [],
    fields: fromMembers(members, TAKEN),
  };
}
