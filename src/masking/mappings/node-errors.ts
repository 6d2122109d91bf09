import { Code } from "../../code.js";
import { isError } from "../../platform/values.js";
import { RichError } from "../../rich-error.js";
import type { ErrorMapping } from "../error-map.js";

/** An error of the operating system, as Node has it, in a file, a socket or the resolver. */
export interface SystemError extends Error {
  /** The name of the error: `"ENOENT"`. */
  readonly code: string;
}

/**
 * What the errors of the operating system become: a code with a text of its own.
 * Theirs names paths and addresses, which are not for the client.
 *
 * An error that is not here, such as `EBADF`, says nothing to a client and stays masked.
 */
export const systemErrors: readonly [ErrorMapping<SystemError>] = [
  [isSystemError, (cause) => new RichError(...statusOf(cause), { cause })],
];

/** Tells whether a value is an error of the operating system that {@link systemErrors} has a code for. */
export function isSystemError(thrown: unknown): thrown is SystemError {
  return isError(thrown) && "code" in thrown && typeof thrown.code === "string" && STATUSES.has(thrown.code);
}

type CodeAndText = readonly [Code, string];

/** As a gRPC server in C++ has them, by `absl::ErrnoToStatus`. */
const STATUSES: ReadonlyMap<string, CodeAndText> = new Map(
  (
    [
      [Code.NOT_FOUND, "what was looked for does not exist", ["ENOENT"]],
      [Code.ALREADY_EXISTS, "what was to be made exists already", ["EEXIST"]],
      [Code.PERMISSION_DENIED, "the server is not permitted to do this", ["EACCES", "EPERM", "EROFS"]],
      [
        Code.RESOURCE_EXHAUSTED,
        "the server has run out of a resource",
        ["EMFILE", "ENFILE", "ENOSPC", "EDQUOT", "ENOMEM", "ENOBUFS"],
      ],
      [
        Code.UNAVAILABLE,
        "the server cannot reach what it depends on",
        [
          ["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "EAGAIN"],
          ["EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH", "ENETDOWN", "ENETRESET"],
          ["ENOTFOUND", "EAI_AGAIN"],
        ].flat(),
      ],
      [Code.DEADLINE_EXCEEDED, "what the server depends on took too long", ["ETIMEDOUT"]],
    ] as const
  ).flatMap(([code, text, names]) => names.map((name): [string, CodeAndText] => [name, [code, text]])),
);

function statusOf({ code }: SystemError): CodeAndText {
  return STATUSES.get(code) ?? [Code.INTERNAL, "internal error"];
}

/**
 * What an abort becomes: `CANCELLED` if a signal was aborted, `DEADLINE_EXCEEDED`
 * if it was by `AbortSignal.timeout`.
 */
export const abortErrors: readonly [ErrorMapping<Error>, ErrorMapping<Error>] = [
  [isAbortError, (cause) => new RichError(Code.CANCELLED, "the operation was cancelled", { cause })],
  [isTimeoutError, (cause) => new RichError(Code.DEADLINE_EXCEEDED, "the operation took too long", { cause })],
];

/** Tells what is thrown when a signal is aborted, by Node or by the web's functions. */
export function isAbortError(thrown: unknown): thrown is Error {
  return isError(thrown) && thrown.name === "AbortError";
}

/** Tells what is thrown when the time of `AbortSignal.timeout` is over. */
export function isTimeoutError(thrown: unknown): thrown is Error {
  return isError(thrown) && thrown.name === "TimeoutError";
}
