import type { JsonObject } from "@bufbuild/protobuf";
import { fromMembers, toMembers } from "./members.js";
import type { Parts } from "./parts.js";
import { type Complain, type Told, textIn } from "./told.js";

/**
 * An error in as few words as can be: its message, its reason, and the fields of its detail.
 *
 * - A field named `error` or `errorCode` gets an underscore at its end.
 * - An error without a detail of its own has the id of its request, if it has one.
 */
export interface CompactBody {
  /** The message. */
  readonly error: string;
  /** The reason; none if the error has none. */
  readonly errorCode?: string;
  readonly [field: string]: unknown;
}

export function writeCompactBody({ error, fields }: Parts): CompactBody {
  const { message, reason, definition, standardDetails } = error;
  const requestId = definition?.detail ? undefined : standardDetails.requestInfo?.requestId;
  return {
    error: message,
    ...(reason !== undefined && { errorCode: reason }),
    ...(requestId !== undefined && { requestId }),
    ...toMembers(fields, TAKEN),
  };
}

const TAKEN: ReadonlySet<string> = new Set(["error", "errorCode"]);

/** Reads a body of this format; answers nothing for any other. */
export function readCompactBody(json: JsonObject, complain: Complain): Told | undefined {
  const { error, errorCode, ...members } = json;
  if (typeof error !== "string" && typeof errorCode !== "string") return undefined;
  return {
    message: textIn(json, "error", complain),
    reason: textIn(json, "errorCode", complain),
    details: [],
    fields: fromMembers(members, TAKEN),
  };
}
