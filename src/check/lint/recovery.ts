import { type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { Code, codeName } from "../../code.js";
import { defaultHttpStatus } from "../../defaults.js";
import { type Outcome, RECOVERIES, type Recovery } from "../../definition.js";
import { STANDARD } from "./groups.js";
import { errorRule, type LintRule } from "./subject.js";

/** The rules about what a client should do. */
export const RECOVERY_RULES: readonly LintRule[] = [
  errorRule(
    {
      id: "RICH_ERRORS_RECOVERY_CODE",
      purpose:
        "Checks that the recovery agrees with the status code, by which clients without the declaration recover.",
      ...STANDARD,
    },
    ({ value, facts: { recovery, code }, option }, report) => {
      const mistake = recovery && codeMistake(recovery, code);
      if (!mistake) return;
      report(
        option.place("recovery"),
        `RECOVERY_${recovery} of ${value.name} contradicts ${codeName(code)}, ${mistake}`,
      );
    },
  ),
  errorRule(
    {
      id: "RICH_ERRORS_RECOVERY_OUTCOME",
      purpose:
        "Checks that no recovery repeats a request that may have been applied, and that recovery and outcome agree.",
      ...STANDARD,
    },
    ({ value, facts: { recovery, outcome }, option }, report) => {
      const mistake = recovery && outcome && outcomeMistake(recovery, outcome);
      if (!mistake) return;
      report(option.place("recovery"), `RECOVERY_${recovery} of ${value.name} ${mistake}`);
    },
  ),
  errorRule(
    {
      id: "RICH_ERRORS_RECOVERY_SUCCESS_DETAIL",
      purpose: "Checks that an error that clients treat as a success has no detail, because nobody reads it.",
      ...STANDARD,
    },
    ({ value, facts: { recovery }, detail, option }, report) => {
      if (recovery !== "TREAT_AS_SUCCESS" || !detail) return;
      const mistake = `clients treat ${value.name} as a success, so nobody reads its detail ${detail.typeName}`;
      report(option.place("recovery"), `${mistake}; remove the detail, or write another recovery`);
    },
  ),
  errorRule(
    {
      id: "RICH_ERRORS_RECOVERY_REDIRECT_ADDRESS",
      purpose: "Checks that a redirect names the server to send the request to.",
      ...STANDARD,
    },
    ({ value, facts: { recovery }, detail, option }, report) => {
      if (recovery !== "REDIRECT" || (detail && hasAddress(detail))) return;
      const mistake = detail
        ? `RECOVERY_REDIRECT of ${value.name} names no server, because ${detail.typeName} has no field with an address`
        : `RECOVERY_REDIRECT of ${value.name} names no server, because the error has no detail`;
      const fix = detail
        ? "add one, such as string leader_address"
        : "write has_details: true, and declare a message with its address";
      report(option.place("recovery"), `${mistake}; ${fix}`);
    },
  ),
  errorRule(
    {
      id: "RICH_ERRORS_RETRY_DELAY_RECOVERY",
      purpose: "Checks that an error with a retry delay declares a recovery that retries.",
      ...STANDARD,
    },
    ({ value, facts: { recovery, retryDelay }, option }, report) => {
      if (retryDelay === undefined || (recovery !== undefined && recovery !== "CONTACT_OPERATOR")) return;
      const place = option.place("retry_delay");
      if (recovery) {
        const mistake = `retry_delay of ${value.name} contradicts RECOVERY_${recovery}, after which clients do not retry`;
        report(place, `${mistake}; remove retry_delay, or write another recovery`);
      } else {
        const mistake = `${value.name} has a retry_delay, but does not say how clients retry`;
        report(place, `${mistake}; write recovery: RECOVERY_RETRY or recovery: RECOVERY_BACK_OFF_AND_RETRY`);
      }
    },
  ),
  errorRule(
    {
      id: "RICH_ERRORS_HTTP_STATUS_CODE",
      purpose: "Checks that the HTTP status agrees with the status code.",
      ...STANDARD,
    },
    ({ value, facts: { httpStatus, code }, option }, report) => {
      if (!option.has("http_status") || agrees(httpStatus, code)) return;
      const mistake = `http_status ${httpStatus} of ${value.name} contradicts ${codeName(code)}`;
      report(option.place("http_status"), `${mistake}; write ${defaultHttpStatus(code)}, or another status_code`);
    },
  ),
];

/** The codes after which the same request fails again, according to google/rpc/code.proto. */
const FAILS_AGAIN: ReadonlySet<Code> = new Set([
  Code.INVALID_ARGUMENT,
  Code.ALREADY_EXISTS,
  Code.PERMISSION_DENIED,
  Code.FAILED_PRECONDITION,
  Code.OUT_OF_RANGE,
  Code.UNIMPLEMENTED,
  Code.UNAUTHENTICATED,
]);

/** The codes that say that the request was right. */
const SERVER_FAILED: ReadonlySet<Code> = new Set([Code.INTERNAL, Code.UNAVAILABLE, Code.DATA_LOSS]);

/** Returns why a recovery and a code contradict each other, with the fix, or `undefined` if they do not. */
function codeMistake(recovery: Recovery, code: Code): string | undefined {
  if (RECOVERIES[recovery] === "same" && FAILS_AGAIN.has(code)) {
    return "with which the same request fails again; write UNAVAILABLE or ABORTED, or another recovery";
  }
  if (recovery === "AUTHENTICATE" && code !== Code.UNAUTHENTICATED && code !== Code.PERMISSION_DENIED) {
    return "which does not ask for credentials; write UNAUTHENTICATED or PERMISSION_DENIED, or another recovery";
  }
  if (recovery === "FIX_REQUEST" && SERVER_FAILED.has(code)) {
    return "which says that the server failed; write INVALID_ARGUMENT or FAILED_PRECONDITION, or another recovery";
  }
  if (recovery === "NONE" && code === Code.UNAVAILABLE) {
    return "which clients retry; write FAILED_PRECONDITION or INTERNAL, or another recovery";
  }
  return undefined;
}

/** Returns why a recovery and an outcome contradict each other, with the fix, or `undefined` if they do not. */
function outcomeMistake(recovery: Recovery, outcome: Outcome): string | undefined {
  if (RECOVERIES[recovery] === "same" && outcome !== "NOT_APPLIED") {
    const applied = outcome === "MAYBE_APPLIED" ? "may have been applied" : "was applied";
    const instead = outcome === "MAYBE_APPLIED" ? "RECOVERY_HOLD_AND_RETRY" : "RECOVERY_TREAT_AS_SUCCESS";
    return `repeats a request that ${applied}; write ${instead}, or OUTCOME_NOT_APPLIED if it took no effect`;
  }
  if (recovery === "REDIRECT" && outcome !== "NOT_APPLIED") {
    const taken = outcome === "MAYBE_APPLIED" ? "may have applied it" : "applied it";
    return `sends the request to another server, although this one ${taken}; write OUTCOME_NOT_APPLIED, or another recovery`;
  }
  if (recovery === "FIX_REQUEST" && outcome === "ALREADY_APPLIED") {
    return "asks for a different request, but OUTCOME_ALREADY_APPLIED says that this one took effect; write RECOVERY_TREAT_AS_SUCCESS, or another outcome";
  }
  if (recovery === "TREAT_AS_SUCCESS" && outcome === "MAYBE_APPLIED") {
    return "continues as after a success, but OUTCOME_MAYBE_APPLIED does not say that it is one; write OUTCOME_ALREADY_APPLIED, or RECOVERY_HOLD_AND_RETRY";
  }
  return undefined;
}

/** Checks whether a message, or a message in it, has a text field with the name of an address. */
function hasAddress(message: DescMessage, depth = 0): boolean {
  return message.fields.some((field) => {
    if (field.message) return depth < 2 && hasAddress(field.message, depth + 1);
    return field.scalar === ScalarType.STRING && ADDRESS.test(field.name);
  });
}

const ADDRESS = /(^|_)(addr|address|endpoint|host|hostname|leader|node|server|target|uri|url)(_|$)/;

/** The HTTP statuses that have a meaning of their own for HTTP clients and proxies, with the codes that mean the same. */
const MEANINGS: Readonly<Record<number, readonly Code[]>> = {
  401: [Code.UNAUTHENTICATED],
  403: [Code.PERMISSION_DENIED],
  404: [Code.NOT_FOUND, Code.PERMISSION_DENIED, Code.UNIMPLEMENTED],
  405: [Code.UNIMPLEMENTED],
  408: [Code.DEADLINE_EXCEEDED, Code.CANCELLED],
  409: [Code.ABORTED, Code.ALREADY_EXISTS, Code.FAILED_PRECONDITION],
  410: [Code.NOT_FOUND, Code.FAILED_PRECONDITION],
  412: [Code.ABORTED, Code.FAILED_PRECONDITION],
  416: [Code.OUT_OF_RANGE],
  429: [Code.RESOURCE_EXHAUSTED, Code.UNAVAILABLE],
  499: [Code.CANCELLED],
  501: [Code.UNIMPLEMENTED],
  503: [Code.RESOURCE_EXHAUSTED, Code.UNAVAILABLE],
  504: [Code.DEADLINE_EXCEEDED, Code.UNAVAILABLE],
  507: [Code.RESOURCE_EXHAUSTED],
};

/** Checks whether an HTTP status says the same as a code: who is to blame, and whether to send the request again. */
function agrees(httpStatus: number, code: Code): boolean {
  const byDefault = defaultHttpStatus(code);
  if (httpStatus === byDefault) return true;
  const meaning = MEANINGS[httpStatus];
  return meaning ? meaning.includes(code) : Math.floor(httpStatus / 100) === Math.floor(byDefault / 100);
}
