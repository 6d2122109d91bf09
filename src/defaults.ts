import { Code } from "./code.js";
import type { Definition, Fault } from "./definition.js";

/** The properties of a definition that have a default. */
type ErrorDefaults = Pick<
  Definition,
  "className" | "fault" | "origin" | "httpStatus" | "displayName" | "documentation"
>;

/** Returns the defaults that follow from the reason and the code of an error. Its proto may override them. */
export function defaultsOf(reason: string, code: Code): ErrorDefaults {
  return {
    className: classNameOf(reason),
    fault: defaultFault(code),
    origin: "SERVER",
    httpStatus: defaultHttpStatus(code),
    displayName: pascalCase(reason),
    documentation: { summary: asSentence(reason) },
  };
}

/** The default fault and HTTP status of each code. The HTTP statuses are those in `google/rpc/code.proto`. */
const BY_CODE: Readonly<Record<Code, readonly [fault: Fault, httpStatus: number]>> = {
  [Code.CANCELLED]: ["CALLER", 499],
  [Code.UNKNOWN]: ["SERVER", 500],
  [Code.INVALID_ARGUMENT]: ["CALLER", 400],
  [Code.DEADLINE_EXCEEDED]: ["SERVER", 504],
  [Code.NOT_FOUND]: ["CALLER", 404],
  [Code.ALREADY_EXISTS]: ["CALLER", 409],
  [Code.PERMISSION_DENIED]: ["CALLER", 403],
  [Code.RESOURCE_EXHAUSTED]: ["CALLER", 429],
  [Code.FAILED_PRECONDITION]: ["CALLER", 400],
  [Code.ABORTED]: ["CALLER", 409],
  [Code.OUT_OF_RANGE]: ["CALLER", 400],
  [Code.UNIMPLEMENTED]: ["SERVER", 501],
  [Code.INTERNAL]: ["SERVER", 500],
  [Code.UNAVAILABLE]: ["SERVER", 503],
  [Code.DATA_LOSS]: ["SERVER", 500],
  [Code.UNAUTHENTICATED]: ["CALLER", 401],
};

/** Returns who is to blame by default for an error with a status code. */
export function defaultFault(code: Code): Fault {
  return BY_CODE[code][0];
}

/** Returns the default HTTP status of an error with a gRPC status code. */
export function defaultHttpStatus(code: Code): number {
  return BY_CODE[code][1];
}

/** Returns a name in PascalCase: `"StreamNotFound"` for `STREAM_NOT_FOUND`. */
export function pascalCase(upperSnake: string): string {
  return upperSnake
    .split("_")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join("");
}

/** Returns the name of an error's class: its reason in PascalCase, which ends with one `Error`. */
export function classNameOf(reason: string): string {
  return `${pascalCase(reason.replace(/_ERROR$/, ""))}Error`;
}

/** Returns a name as words: `"stream not found"` for `STREAM_NOT_FOUND`, `"http port"` for `HTTPPort`. */
export function inWords(name: string): string {
  const words = /[a-z]/.test(name) ? name.replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3_$2") : name;
  return words
    .split("_")
    .filter((word) => word !== "")
    .join(" ")
    .toLowerCase();
}

/** Returns a reason as a sentence: `"Stream not found."` for `STREAM_NOT_FOUND`. */
export function asSentence(reason: string): string {
  const words = inWords(reason);
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}
