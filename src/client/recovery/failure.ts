import type { Metadata } from "@grpc/grpc-js";
import { Code } from "../../code.js";
import type { Recovery } from "../../definition.js";
import { isRefused } from "../../error/local-statuses.js";
import type { RichError } from "../../rich-error.js";
import type { Failure } from "./resend-decision.js";

/** Returns the facts about an error that the state machine needs. */
export function failureOf(error: RichError): Failure {
  const { outcome, origin, metadata } = error;
  return {
    recovery: error.recovery ?? undeclaredRecovery(error),
    outcome,
    sent:
      outcome !== "NOT_APPLIED" || origin === undefined || origin === "SERVER" || isRefused(error.code, error.message),
    retryDelay: error.retryDelay ?? error.definition?.retryDelay ?? 0,
    pushback: metadata ? pushbackIn(metadata) : 0,
  };
}

/** Returns the recovery of an error that declares none. Its code or its RetryInfo may ask for one. */
function undeclaredRecovery({ code, origin, retryDelay }: RichError): Recovery {
  if (origin === "CLIENT") return "NONE";
  if (code === Code.UNAVAILABLE || retryDelay !== undefined) return "BACK_OFF_AND_RETRY";
  return code === Code.UNAUTHENTICATED ? "AUTHENTICATE" : "NONE";
}

/** Returns the server's pushback. One that is negative or not a number forbids a retry. */
function pushbackIn(metadata: Metadata): Failure["pushback"] {
  const [value] = metadata.get("grpc-retry-pushback-ms");
  if (value === undefined) return 0;
  return /^\d{1,10}$/.test(String(value)) ? Number(value) : "stop";
}
