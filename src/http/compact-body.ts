import type { JsonObject } from "@bufbuild/protobuf";
import { type Code, type CodeName, codeName, codeNamed } from "../code.js";
import type { Definition } from "../definition.js";
import type { Parts } from "./details.js";
import { codeOfApplication } from "./headers.js";
import { type Complain, type ParsedError, quoted, textIn } from "./parsed-body.js";

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
export function readCompactBody(json: JsonObject, complain: Complain): ParsedError | undefined {
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

/**
 * The fields of a detail as members of a body that has members of its own.
 *
 * A field whose name is taken gets an underscore at its end: `error_`. So does
 * every field whose name is a taken one with underscores, so that all find back.
 */
export function toMembers(fields: JsonObject, taken: ReadonlySet<string>): JsonObject {
  return rename(fields, (name) => (taken.has(stem(name)) ? `${name}_` : name));
}

/** The fields of a detail that are members of a body. */
export function fromMembers(members: JsonObject, taken: ReadonlySet<string>): JsonObject {
  return rename(members, (name) => (name.endsWith("_") && taken.has(stem(name)) ? name.slice(0, -1) : name));
}

/** `__proto__` is a name like any other. */
function rename(json: JsonObject, change: (name: string) => string): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [change(name), value]));
}

function stem(name: string): string {
  let end = name.length;
  while (name[end - 1] === "_") end--;
  return name.slice(0, end);
}
