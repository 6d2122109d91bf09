import { Code } from "../../code.js";
import { isError } from "../../platform/values.js";
import { RichError } from "../../rich-error.js";
import type { ErrorMapping } from "../error-map.js";

/** An error of the operating system that Node throws for a file, a socket or a DNS look-up. */
export interface SystemError extends Error {
  /** The name of the error, such as `"ENOENT"`. */
  readonly code: string;
}

/**
 * An entry that maps errors of the operating system to a code and a fixed message. Their
 * own message names paths and addresses, which a client must not see.
 *
 * | error | code |
 * | --- | --- |
 * | `ENOENT` | `NOT_FOUND` |
 * | `EEXIST` | `ALREADY_EXISTS` |
 * | `EACCES`, `EPERM`, `EROFS` | `PERMISSION_DENIED` |
 * | `EMFILE`, `ENFILE`, `ENOSPC`, `EDQUOT`, `ENOMEM`, `ENOBUFS` | `RESOURCE_EXHAUSTED` |
 * | failed connections and look-ups, such as `ECONNREFUSED` | `UNAVAILABLE` |
 * | `ETIMEDOUT` | `DEADLINE_EXCEEDED` |
 *
 * Other errors, such as `EBADF`, mean nothing to a client and stay masked.
 */
export const systemErrors: readonly [ErrorMapping<SystemError>] = [
  [isSystemError, (cause) => new RichError(...statusOf(cause), { cause })],
];

/** Checks whether a value is an error of the operating system that {@link systemErrors} maps. */
export function isSystemError(thrown: unknown): thrown is SystemError {
  return isError(thrown) && "code" in thrown && typeof thrown.code === "string" && STATUSES.has(thrown.code);
}

type CodeAndText = readonly [Code, string];

/** The codes follow `absl::ErrnoToStatus`, which gRPC servers in C++ use. */
const STATUSES: ReadonlyMap<string, CodeAndText> = new Map(
  (
    [
      [Code.NOT_FOUND, "the requested resource does not exist", ["ENOENT"]],
      [Code.ALREADY_EXISTS, "the resource already exists", ["EEXIST"]],
      [Code.PERMISSION_DENIED, "the server does not have permission", ["EACCES", "EPERM", "EROFS"]],
      [
        Code.RESOURCE_EXHAUSTED,
        "the server has run out of a resource",
        ["EMFILE", "ENFILE", "ENOSPC", "EDQUOT", "ENOMEM", "ENOBUFS"],
      ],
      [
        Code.UNAVAILABLE,
        "the server cannot reach a service it depends on",
        [
          ["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "EAGAIN"],
          ["EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH", "ENETDOWN", "ENETRESET"],
          ["ENOTFOUND", "EAI_AGAIN"],
        ].flat(),
      ],
      [Code.DEADLINE_EXCEEDED, "a service that the server depends on took too long", ["ETIMEDOUT"]],
    ] as const
  ).flatMap(([code, text, names]) => names.map((name): [string, CodeAndText] => [name, [code, text]])),
);

function statusOf({ code }: SystemError): CodeAndText {
  return STATUSES.get(code) ?? [Code.INTERNAL, "internal error"];
}

/**
 * Entries that map aborted operations: to `CANCELLED` if a signal was aborted, to
 * `DEADLINE_EXCEEDED` if an `AbortSignal.timeout` expired.
 */
export const abortErrors: readonly [ErrorMapping<Error>, ErrorMapping<Error>] = [
  [isAbortError, (cause) => new RichError(Code.CANCELLED, "the operation was cancelled", { cause })],
  [isTimeoutError, (cause) => new RichError(Code.DEADLINE_EXCEEDED, "the operation took too long", { cause })],
];

/** Checks whether a value is the error that Node and web APIs throw when a signal is aborted. */
export function isAbortError(thrown: unknown): thrown is Error {
  return isError(thrown) && thrown.name === "AbortError";
}

/** Checks whether a value is the error that an expired `AbortSignal.timeout` causes. */
export function isTimeoutError(thrown: unknown): thrown is Error {
  return isError(thrown) && thrown.name === "TimeoutError";
}
