import { type Code, isCode } from "./code.js";
import type { Issue } from "./issue.js";
import { attempt, describeValue } from "./platform/values.js";

/** The code and the message of an error, as far as they can be sent. */
export interface ErrorHead {
  readonly code: Code | undefined;
  /** Well-formed. */
  readonly message: string | undefined;
}

/** Tells whether the code and the message of an error can be sent as they are. Never throws. */
export function isSendable(error: Headed): boolean {
  try {
    const message: unknown = error.message;
    return isCode(error.code) && typeof message === "string" && message.isWellFormed();
  } catch {
    return false;
  }
}

/** Reads the code and the message of an error, which may have been changed since it was made. Never throws. */
export function headOf(error: Headed): ErrorHead {
  const code = attempt(() => error.code);
  const message: unknown = attempt(() => error.message);
  return {
    code: isCode(code) ? code : undefined,
    message: typeof message === "string" ? message.toWellFormed() : undefined,
  };
}

interface Headed extends Error {
  readonly code: unknown;
}

/** What was changed of an error so that it cannot be sent. Never throws. */
export function changesOf(error: Headed): Issue[] {
  const issues: Issue[] = [];
  if (isSendable(error)) return issues;
  const { code, message } = headOf(error);
  if (code === undefined) {
    const text = describeValue(attempt(() => error.code));
    const issue = `the code was changed to ${text}, which is not the status code of an error; the code before is sent`;
    issues.push({ kind: "invalid-code", message: issue });
  }
  const given: unknown = attempt(() => error.message);
  if (message === undefined || message !== given) {
    const issue = `the message was changed to ${describeValue(given)}, which cannot be sent as it is`;
    issues.push({ kind: "invalid-value", message: issue });
  }
  return issues;
}
