import { type FailedAttempt, reportOf } from "../client/recovery/report.js";
import { codeName } from "../code.js";

/** What the recovery of a call did, in a log. */
export interface LoggedAttempts {
  /** The attempts of the call, without their errors. */
  readonly attempts: readonly object[];
  /** Why the request was not sent again. */
  readonly stopped: string;
}

/** Returns what recovery did for the call that an error ended. */
export function loggedAttempts(error: unknown): LoggedAttempts | undefined {
  const report = reportOf(error);
  return report && { attempts: report.attempts.map(loggedAttempt), stopped: report.stopped };
}

function loggedAttempt({ number, code, reason, address, action, delay, refused }: FailedAttempt): object {
  return {
    ...{ number, code: codeName(code), ...(reason !== undefined && { reason }), address, action, delay },
    ...(refused !== undefined && { refused }),
  };
}
