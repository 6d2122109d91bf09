import type { status } from "@grpc/grpc-js";

/** The name of a gRPC status code, as in the specification: `"NOT_FOUND"`. */
export type CodeName = Exclude<keyof typeof status, "OK">;

/** One of the gRPC status codes 1 to 16, of the type that grpc-js has for them. */
export type Code = (typeof status)[CodeName];

/**
 * The gRPC status codes that an error can have: those of grpc-js's `status`, for
 * code that does without grpc-js. `OK` is not among them, because it is not an error.
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

/** Tells whether a value is a status code that an error can have, a whole number from 1 to 16. */
export function isCode(value: unknown): value is Code {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 16;
}

/** The name of a status code: `"NOT_FOUND"` for 5. */
export function codeName(code: Code): CodeName {
  return names[code - 1] ?? "UNKNOWN";
}

/** The status code with a name: 5 for `"NOT_FOUND"`; none if the name is not that of an error's code. */
export function codeNamed(name: unknown): Code | undefined {
  return typeof name === "string" && Object.hasOwn(Code, name) ? Code[name as CodeName] : undefined;
}
