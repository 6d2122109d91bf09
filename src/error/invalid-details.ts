import type { ErrorContent } from "../error-content.js";
import type { Issue } from "../issue.js";
import { STRICT_DETAILS } from "../platform/symbols.js";
import { warnOnce } from "../platform/warnings.js";

/** Whether errors with an invalid detail are refused. A test asks for it, for all copies of this package. */
interface Strictness {
  [STRICT_DETAILS]?: boolean;
}

/** Checks whether errors with an invalid detail are refused. */
export function areDetailsStrict(): boolean {
  return (globalThis as Strictness)[STRICT_DETAILS] === true;
}

/** Sets whether errors with an invalid detail are refused. */
export function setDetailsStrict(isStrict: boolean): void {
  if (isStrict) (globalThis as Strictness)[STRICT_DETAILS] = true;
  else delete (globalThis as Strictness)[STRICT_DETAILS];
}

/** Names an error: by its class, or by its reason if no proto declares it. */
export function nameOf({ definition, reason }: Pick<ErrorContent, "definition" | "reason">): string {
  return definition?.className ?? (reason === undefined ? "RichError" : `RichError ${reason}`);
}

/** Describes the problems of an error's details. */
export function invalidDetails(name: string, issues: readonly Issue[]): string {
  return `${name} has an invalid detail: ${issues.map(({ message }) => message).join("\n")}`;
}

/** Emits a process warning with the first problem of an error's details, once for each error class. */
export function warnOfDetail(name: string, issues: readonly Issue[]): void {
  const others = issues.length > 1 ? ` (and ${issues.length - 1} more, in err.issues)` : "";
  const text = invalidDetails(name, issues.slice(0, 1)).slice(0, LONGEST_WARNING);
  warnOnce("GRPC_RICH_ERRORS_INVALID_DETAIL", `${text}${others}`, name);
}

/** In characters. The error of a codec may have a message of any length. */
const LONGEST_WARNING = 500;
