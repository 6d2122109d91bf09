import { type Code, isCode } from "../code.js";
import { type Fault, type Origin, type Outcome, RECOVERIES, type Recovery } from "../definition.js";
import { durationToMs, MAX_SECONDS } from "../detail/duration.js";
import { isClassName } from "./names.js";
import type { OptionValue } from "./option-value.js";
import { hasControlCharacter, isWebAddress, lineMistake, oneOf, type ProblemKind, type Problems } from "./problems.js";

/** The annotation of an enum value, ours or Kurrent's. Fields that are not set or not valid are undefined. */
export interface ErrorAnnotation {
  readonly option: OptionValue;
  /** The option that sets `status_code` and `has_details`. */
  readonly base: OptionValue;
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
  readonly className: string | undefined;
  /** As the proto writes it. */
  readonly redirectTo: string | undefined;
}

/**
 * Reads an annotation and reports the mistakes in its fields.
 *
 * @param base the option that sets `status_code` and `has_details`: the same one, or Kurrent's beside it
 * @param valueName the name of the annotated enum value
 */
export function readAnnotation(
  option: OptionValue,
  base: OptionValue,
  valueName: string,
  problems: Problems,
): ErrorAnnotation {
  const fields = new FieldReader(option, valueName, problems);
  const recovery = fields.choice("recovery", Object.keys(RECOVERIES) as Recovery[]);
  return {
    option,
    base,
    code: new FieldReader(base, valueName, problems).code(),
    hasDetails: base.flag("has_details"),
    detailType: option.text("detail_type") || undefined,
    message: fields.message(),
    recovery,
    retryDelay: fields.retryDelay(recovery),
    outcome: fields.choice("outcome", OUTCOMES),
    fault: fields.choice("fault", FAULTS),
    origin: fields.choice("origin", ORIGINS),
    httpStatus: fields.httpStatus(),
    displayName: fields.line("display_name"),
    since: fields.line("since"),
    labels: fields.labels(),
    helpUrl: fields.helpUrl(),
    className: fields.className(),
    redirectTo: fields.line("redirect_to"),
  };
}

// The other enums of annotations.proto, in the order of their numbers, from 1.
const OUTCOMES: readonly Outcome[] = ["NOT_APPLIED", "MAYBE_APPLIED", "ALREADY_APPLIED"];
const FAULTS: readonly Fault[] = ["CALLER", "SERVER", "DEPENDENCY"];
const ORIGINS: readonly Origin[] = ["CLIENT", "TRANSPORT", "SERVER"];

const MAX_NANOS = 999_999_999;

/** Reads fields of one annotation, and reports those that are not valid. */
class FieldReader {
  readonly #option: OptionValue;
  readonly #valueName: string;
  readonly #problems: Problems;

  constructor(option: OptionValue, valueName: string, problems: Problems) {
    this.#option = option;
    this.#valueName = valueName;
    this.#problems = problems;
  }

  code(): Code | undefined {
    const code = this.#option.number("status_code");
    if (isCode(code)) return code;
    const [subject, mistake] =
      code === 0 ? ["status_code", "is missing or OK"] : [`status_code ${code}`, "is not a gRPC status code"];
    const fix = "write a code from google.rpc.Code, such as NOT_FOUND";
    this.#report("status_code", subject, `${mistake}; ${fix}`, "STATUS_CODE");
    return undefined;
  }

  /** Reads an enum field as the name of its value, without the prefix of the enum. */
  choice<Name extends string>(field: string, names: readonly Name[]): Name | undefined {
    const number = this.#option.number(field);
    if (number === 0) return undefined;
    const name = names[number - 1];
    if (name === undefined) {
      const known = names.map((known) => `${field.toUpperCase()}_${known}`);
      this.#report(field, `${field} ${number}`, `is not a known value; write ${oneOf(known)}`);
    }
    return name;
  }

  message(): string | undefined {
    const message = this.#option.text("message");
    if (hasControlCharacter(message)) {
      this.#report("message", "the message", "contains a control character or a line break; write it on one line");
      return undefined;
    }
    return message || undefined;
  }

  /** The default retry delay, in milliseconds. */
  retryDelay(recovery: Recovery | undefined): number | undefined {
    const duration = this.#option.message("retry_delay");
    if (!duration) return undefined;
    const [seconds, nanos] = [duration.number("seconds"), duration.number("nanos")];
    const mistake = this.#retryDelayMistake(seconds, nanos, recovery);
    if (mistake === undefined) return durationToMs({ seconds: BigInt(seconds), nanos });
    const written = [...(seconds === 0 ? [] : [`seconds: ${seconds}`]), ...(nanos === 0 ? [] : [`nanos: ${nanos}`])];
    this.#report("retry_delay", `retry_delay {${written.join(" ")}}`, mistake, "RETRY_DELAY");
    return undefined;
  }

  #retryDelayMistake(seconds: number, nanos: number, recovery: Recovery | undefined): string | undefined {
    if (seconds < 0 || nanos < 0) return "is negative; write how long a client waits, such as {seconds: 5}";
    if (seconds > MAX_SECONDS || nanos > MAX_NANOS) {
      return `is out of range; write at most ${MAX_SECONDS} seconds and at most ${MAX_NANOS} nanos`;
    }
    if (recovery && RECOVERIES[recovery] === "none") {
      return `contradicts RECOVERY_${recovery}, which means that a client does not retry; remove one of the two`;
    }
    return this.#option.text("detail_type") === "google.rpc.RetryInfo"
      ? "would be sent as google.rpc.RetryInfo, which is already the detail of the error; remove retry_delay"
      : undefined;
  }

  httpStatus(): number | undefined {
    const status = this.#option.number("http_status");
    if (status === 0) return undefined;
    if (status >= 400 && status <= 599) return status;
    const mistake = "is not an HTTP error status; write a number from 400 to 599, or remove http_status";
    this.#report("http_status", `http_status ${status}`, mistake);
    return undefined;
  }

  line(field: string): string | undefined {
    const text = this.#option.text(field);
    const mistake = lineMistake(text);
    if (mistake) this.#report(field, `${field} ${JSON.stringify(text)}`, mistake);
    return text || undefined;
  }

  labels(): Readonly<Record<string, string>> | undefined {
    const entries = this.#option.entries("labels");
    for (const [key] of entries) {
      const mistake = key === "" ? "is empty; write a key such as edition" : lineMistake(key);
      if (mistake) this.#report("labels", `label key ${JSON.stringify(key)}`, mistake);
    }
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }

  helpUrl(): string | undefined {
    const url = this.#option.text("help_url");
    if (url === "" || isWebAddress(url)) return url || undefined;
    const mistake = "is not the address of a web page; write an address that begins with https:// or http://";
    this.#report("help_url", `help_url ${JSON.stringify(url)}`, mistake);
    return undefined;
  }

  className(): string | undefined {
    const name = this.#option.text("class_name");
    if (name === "" || isClassName(name)) return name || undefined;
    const mistake = "cannot be the name of a class; write an identifier such as OrderNotFoundError";
    this.#report("class_name", `class_name ${JSON.stringify(name)}`, mistake, "GENERATED_NAMES");
    return undefined;
  }

  #report(field: string, subject: string, mistake: string, kind?: ProblemKind): void {
    this.#problems.report(this.#option.place(field), `${subject} of ${this.#valueName} ${mistake}`, kind);
  }
}
