import type { status } from "@grpc/grpc-js";

/** The name of a gRPC status code as in the specification: `"NOT_FOUND"`. */
export type CodeName = Exclude<keyof typeof status, "OK">;

/** A gRPC status code of an error, from 1 to 16. It has the type of grpc-js's `status`. */
export type Code = (typeof status)[CodeName];

/**
 * The gRPC status codes of errors by name, without `OK`. The values are those of grpc-js's `status`, for programs that do
 * not import grpc-js.
 *
 * @see https://grpc.github.io/grpc/core/md_doc_statuscodes.html
 */
export const Code: { readonly [Name in CodeName]: (typeof status)[Name] } = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
};

const names = Object.keys(Code) as CodeName[];

/** Checks whether a value is the status code of an error: a whole number from 1 to 16. */
export function isCode(value: unknown): value is Code {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 16;
}

/** Returns the name of a status code: `"NOT_FOUND"` for 5. Returns `"UNKNOWN"` for any other number. */
export function codeName(code: Code): CodeName {
  return names[code - 1] ?? "UNKNOWN";
}

/** Returns the status code with a name: 5 for `"NOT_FOUND"`. Returns `undefined` for any other value. */
export function codeNamed(name: unknown): Code | undefined {
  return typeof name === "string" && Object.hasOwn(Code, name) ? Code[name as CodeName] : undefined;
}
