import { type Code, isCode } from "./code.js";
import { attempt, describeValue } from "./guarded-value.js";
import type { Issue } from "./issue.js";

/** The code and the message of an error, as far as they can be sent. */
export interface ErrorHead {
  readonly code: Code | undefined;
  /** Well-formed. */
  readonly message: string | undefined;
  /** Both can be sent as they are. */
  readonly isSendable: boolean;
}

/** Reads the code and the message of an error, which may have been changed since it was made. Never throws. */
export function headOf(error: Headed): ErrorHead {
  const code = attempt(() => error.code);
  const message: unknown = attempt(() => error.message);
  return {
    code: isCode(code) ? code : undefined,
    message: typeof message === "string" ? message.toWellFormed() : undefined,
    isSendable: isCode(code) && typeof message === "string" && message.isWellFormed(),
  };
}

interface Headed extends Error {
  readonly code: unknown;
}

/** What was changed of an error so that it cannot be sent. Never throws. */
export function changesOf(error: Headed): Issue[] {
  const issues: Issue[] = [];
  const { code, message, isSendable } = headOf(error);
  if (isSendable) return issues;
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
