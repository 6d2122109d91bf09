import { type Code, isCode } from "../code.js";
import type { Fault, Origin, Outcome, Recovery } from "../definition.js";
import { durationToMs } from "../detail/standard-types.js";
import type { OptionValue } from "./option-value.js";
import { hasControlCharacter, isWebAddress, lineMistake, oneOf, type Problems } from "./problems.js";

/** What the annotation of an enum value says, ours or Kurrent's; what it does not say is undefined. */
export interface ErrorAnnotation {
  readonly option: OptionValue;
  /** What says the status code and whether there are details. */
  readonly base: OptionValue;
  /** Undefined if what is written is no code of an error, which was reported. */
  readonly code: Code | undefined;
  readonly hasDetails: boolean;
  readonly detailType: string | undefined;
  readonly message: string | undefined;
  readonly recovery: Recovery | undefined;
  /** In milliseconds. */
  readonly retryDelay: number | undefined;
  readonly outcome: Outcome | undefined;
  readonly fault: Fault | undefined;
  readonly origin: Origin | undefined;
  readonly httpStatus: number | undefined;
  readonly displayName: string | undefined;
  readonly since: string | undefined;
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly helpUrl: string | undefined;
}

// In the order of their numbers, from 1.
const RECOVERIES: readonly Recovery[] = [
  "NONE",
  "FIX_REQUEST",
  "AUTHENTICATE",
  "RETRY",
  "BACK_OFF_AND_RETRY",
  "REFRESH_AND_RETRY",
  "REDIRECT",
  "TREAT_AS_SUCCESS",
  "HOLD_AND_RETRY",
  "CONTACT_OPERATOR",
];
const OUTCOMES: readonly Outcome[] = ["NOT_APPLIED", "MAYBE_APPLIED", "ALREADY_APPLIED"];
const FAULTS: readonly Fault[] = ["CALLER", "SERVER", "DEPENDENCY"];
const ORIGINS: readonly Origin[] = ["CLIENT", "TRANSPORT", "SERVER"];

/**
 * Reads an annotation and reports what is wrong with it taken by itself.
 *
 * @param base what says the status code and whether there are details: the same, or Kurrent's annotation beside
 */
export function readAnnotation(option: OptionValue, base: OptionValue, problems: Problems): ErrorAnnotation {
  const reader = new Reader(option, problems);
  const recovery = reader.choice("recovery", RECOVERIES);
  return {
    option,
    base,
    code: new Reader(base, problems).code(),
    hasDetails: base.flag("has_details"),
    detailType: option.text("detail_type") || undefined,
    message: reader.message(),
    recovery,
    retryDelay: readRetryDelay(option, recovery, problems),
    outcome: reader.choice("outcome", OUTCOMES),
    fault: reader.choice("fault", FAULTS),
    origin: reader.choice("origin", ORIGINS),
    httpStatus: reader.httpStatus(),
    displayName: reader.line("display_name"),
    since: reader.line("since"),
    labels: reader.labels(),
    helpUrl: reader.helpUrl(),
  };
}

class Reader {
  readonly #option: OptionValue;
  readonly #problems: Problems;

  constructor(option: OptionValue, problems: Problems) {
    this.#option = option;
    this.#problems = problems;
  }

  code(): Code | undefined {
    const code = this.#option.number("status_code");
    if (isCode(code)) return code;
    const found = code === 0 ? "status_code is missing or OK" : `status_code ${code} is no gRPC status code`;
    this.#report("status_code", `${found}; write one of google.rpc.Code, such as NOT_FOUND`);
    return undefined;
  }

  /** The name of an enum's value less its prefix; the values have the numbers from 1. */
  choice<Name extends string>(field: string, names: readonly Name[]): Name | undefined {
    const number = this.#option.number(field);
    if (number === 0) return undefined;
    const name = names[number - 1];
    if (name === undefined) {
      const known = names.map((known) => `${field.toUpperCase()}_${known}`);
      this.#report(field, `${field} ${number} has no meaning; write one of ${oneOf(known)}`);
    }
    return name;
  }

  message(): string | undefined {
    const message = this.#option.text("message");
    if (hasControlCharacter(message)) {
      this.#report("message", "message holds a control character or a line break; write it on one line");
      return undefined;
    }
    return message || undefined;
  }

  httpStatus(): number | undefined {
    const status = this.#option.number("http_status");
    if (status === 0) return undefined;
    if (status >= 400 && status <= 599) return status;
    const found = `http_status ${status} is not the status of an error`;
    this.#report("http_status", `${found}; write a number from 400 to 599, or leave it out`);
    return undefined;
  }

  line(field: string): string | undefined {
    const text = this.#option.text(field);
    const mistake = lineMistake(text);
    if (mistake) this.#report(field, `${field} ${mistake}`);
    return text || undefined;
  }

  labels(): Readonly<Record<string, string>> | undefined {
    const entries = this.#option.entries("labels");
    for (const [key] of entries) {
      if (key === "") this.#report("labels", "a label has no key; write what the label is about");
      else if (lineMistake(key))
        this.#report("labels", `the key ${JSON.stringify(key)} of a label ${lineMistake(key)}`);
    }
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }

  helpUrl(): string | undefined {
    const url = this.#option.text("help_url");
    if (url === "" || isWebAddress(url)) return url || undefined;
    const found = `help_url ${JSON.stringify(url)} is not the address of a web page`;
    this.#report("help_url", `${found}; write one that begins with https:// or http://`);
    return undefined;
  }

  #report(field: string, text: string): void {
    this.#problems.report(this.#option.place(field), text);
  }
}

/** Ways to recover that send no request like the failed one. */
const WITHOUT_RETRY: ReadonlySet<Recovery | undefined> = new Set<Recovery>(["NONE", "FIX_REQUEST", "TREAT_AS_SUCCESS"]);

/** The most that `google.protobuf.Duration` allows: 10,000 years. */
const MOST_SECONDS = 315_576_000_000;

/** The default retry delay that an annotation gives, in milliseconds. */
function readRetryDelay(option: OptionValue, recovery: Recovery | undefined, problems: Problems): number | undefined {
  const duration = option.message("retry_delay");
  if (!duration) return undefined;
  const seconds = duration.number("seconds");
  const nanos = duration.number("nanos");
  const report = (text: string) => problems.report(option.place("retry_delay"), text);
  if (seconds < 0 || nanos < 0) {
    report("retry_delay is negative; write how long a client waits, such as {seconds: 5}");
    return undefined;
  }
  if (seconds > MOST_SECONDS || nanos > 999_999_999) {
    report(`retry_delay is no duration; write at most ${MOST_SECONDS} seconds and less than a second of nanos`);
    return undefined;
  }
  if (WITHOUT_RETRY.has(recovery)) {
    report(`retry_delay contradicts RECOVERY_${recovery}, which is not to be retried; leave one of the two out`);
    return undefined;
  }
  if (option.text("detail_type") === "google.rpc.RetryInfo") {
    report("retry_delay would be sent as google.rpc.RetryInfo, which the error has as its detail; leave it out");
    return undefined;
  }
  return durationToMs({ seconds: BigInt(seconds), nanos });
}
