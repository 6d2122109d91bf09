import { ErrorInfo } from "../detail/error-info.js";
import { plainList, plainOf } from "../platform/plain-value.js";
import { attempt, causeOf, isErrorValue } from "../platform/values.js";
import { TRAILER } from "../status/trailer.js";
import {
  codeOf,
  detailOf,
  identityOf,
  isPrintable,
  listOf,
  MAX_CAUSES,
  type Printable,
  plainDetails,
  shownFacts,
  stackOf,
  withoutFields,
} from "./printing.js";

/** Node's `util.inspect`. */
export type Inspect = (value: unknown, options: object) => string;

/** Returns an error as Node's console shows it: its stack, then its content, bounded in size. Never throws. */
export function inspectError(error: Printable, inspect: (value: unknown) => string): string {
  const detail = attempt(() => detailOf(error));
  const info = attempt(() => shownFacts(error.info));
  const shownBefore = [ErrorInfo.typeName, attempt(() => error.definition?.detail?.typeName)];
  const extras = plainDetails(error, shownBefore, "console");
  const metadata = attempt(() => namesOf(error.metadata, error.received));
  const issues = listOf(() => error.issues);
  const cause = causeOf(error);
  const shown = {
    code: codeOf(error),
    ...identityOf(error),
    ...(detail !== undefined && { detail: plainOf(detail, "console") }),
    ...(info && Object.keys(info).length > 0 && { info: plainOf(info, "console") }),
    ...(extras.length > 0 && { errorDetails: extras }),
    ...(metadata && metadata.length > 0 && { metadata: plainList(metadata, "console") }),
    ...(issues.length > 0 && { issues: plainList(issues, "console", ({ kind, message }) => `${kind}: ${message}`) }),
    ...(cause !== undefined && { cause: causeForConsole(cause) }),
  };
  return `${stackOf(error)} ${inspect(shown)}`;
}

/** Returns the names of an error's metadata. The trailer that a thrown error carries repeats what is printed already. */
function namesOf(metadata: Printable["metadata"], received: boolean): readonly string[] | undefined {
  const names = metadata && Object.keys(metadata.getMap());
  return received ? names : names?.filter((name) => name !== TRAILER);
}

function causeForConsole(cause: unknown): unknown {
  if (!isErrorValue(cause)) return withoutFields(cause, "console");
  if (isPrintable(cause) && isShort(cause)) return cause;
  return { [Symbol.for("nodejs.util.inspect.custom")]: () => stacks(cause, MAX_CAUSES) };
}

/** Checks whether the chain of causes ends early. Of a circle or a long chain, only the first stacks are shown. */
function isShort(error: Error): boolean {
  let next: unknown = error;
  for (let left = MAX_CAUSES; isErrorValue(next); left--) {
    if (left === 0) return false;
    next = causeOf(next);
  }
  return true;
}

function stacks(error: Error, left: number): string {
  const cause = causeOf(error);
  const own = stackOf(error);
  return isErrorValue(cause) && left > 0 ? `${own}\n[cause]: ${stacks(cause, left - 1)}` : own;
}
