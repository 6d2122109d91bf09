import { type FailedAttempt, reportOf } from "../client/recovery/report.js";
import { codeName, isCode } from "../code.js";
import { typeNameOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import { jsonOf, type Printable } from "../error/printing.js";
import { isBranded } from "../instance-of.js";
import { attempt, causeOf, describeValue, isObject, tagOf, thrownText } from "../platform/values.js";
import type { RichError } from "../rich-error.js";
import { isAnyError, isOfGrpc, MAX_ERRORS } from "./causes.js";

/** Writes an error with its causes as plain data. A circle of causes ends where it closes. */
export class ErrorTree {
  readonly #stack: boolean;
  readonly #above: Error[] = [];
  #left = MAX_ERRORS;

  constructor(stack: boolean) {
    this.#stack = stack;
  }

  serialize(value: unknown): object {
    this.#left--;
    if (!isAnyError(value)) return { name: "NonError", message: textOf(value) };
    this.#above.push(value);
    const own = isBranded(value) ? richFields(value as RichError) : plainFields(value);
    const tree = { ...own, ...this.#cause(value), ...this.#errors(value), ...this.#stackOf(value) };
    this.#above.pop();
    return tree;
  }

  #cause(error: Error): object {
    const cause = causeOf(error);
    if (cause === undefined) return {};
    if (isAnyError(cause)) return { cause: this.#nested(cause) };
    return { cause: isObject(cause) ? tagOf(cause) : cause };
  }

  #errors(error: Error): object {
    if (isBranded(error)) return {};
    const found = attempt(() => {
      const errors: unknown = (error as Partial<AggregateError>).errors;
      return Array.isArray(errors)
        ? { first: errors.slice(0, MAX_ERRORS) as unknown[], count: errors.length }
        : undefined;
    });
    if (!found) return {};
    const logged: unknown[] = [];
    for (const nested of found.first) if (this.#left > 0) logged.push(this.#nested(nested));
    if (logged.length < found.count) logged.push(`… ${found.count - logged.length} more`);
    return { errors: logged };
  }

  #nested(value: unknown): unknown {
    if (this.#above.some((above) => above === value)) return "[Circular]";
    return this.#left > 0 ? this.serialize(value) : "… more";
  }

  #stackOf(error: Error): object {
    if (!this.#stack) return {};
    const stack: unknown = attempt(() => error.stack);
    return typeof stack === "string" ? { stack } : {};
  }
}

function richFields(error: RichError): object {
  const { cause: _, packed: __, detail, errorDetails, issues, ...head } = jsonOf(error as Printable, 0);
  const own = attempt(() => error.definition?.detail?.typeName);
  const facts = {
    recovery: attempt(() => error.recovery),
    outcome: attempt(() => error.outcome),
    fault: attempt(() => error.fault),
    origin: attempt(() => error.origin),
    received: attempt(() => error.received) || undefined,
    retryDelay: attempt(() => error.retryDelay),
    requestId: attempt(() => error.standardDetails.requestInfo?.requestId),
  };
  return present({ ...head, ...facts, ...attemptsOf(error), detail, ...sortDetails(errorDetails, own), issues });
}

function attemptsOf(error: RichError): object {
  const report = reportOf(error);
  return report ? { attempts: report.attempts.map(attemptOf), stopped: report.stopped } : {};
}

function attemptOf({ number, code, reason, address, action, delay, refused }: FailedAttempt): object {
  return present({ number, code: codeName(code), reason, address, action, delay: Math.round(delay), refused });
}

/** Leaves out what stands elsewhere: reason and domain of ErrorInfo, and the error's own detail. */
function sortDetails(details: readonly unknown[] = [], own: string | undefined): object {
  const typeOf = (detail: unknown) => {
    const type: unknown = isObject(detail) && "@type" in detail ? detail["@type"] : undefined;
    return typeof type === "string" ? typeNameOf(type) : undefined;
  };
  const info = details.find((detail) => typeOf(detail) === ErrorInfo.typeName);
  const metadata: unknown = isObject(info) && "metadata" in info ? info.metadata : undefined;
  const others = details.filter((detail) => {
    const type = typeOf(detail);
    return type === undefined || (type !== ErrorInfo.typeName && type !== own);
  });
  return {
    info: isObject(metadata) && Object.keys(metadata).length > 0 ? metadata : undefined,
    errorDetails: others.length > 0 ? others : undefined,
  };
}

function plainFields(error: Error): object {
  return present({
    name: textOf(attempt(() => error.name)),
    message: textOf(attempt(() => error.message)),
    code: codeOf(error),
  });
}

function codeOf(error: Error): string | number | undefined {
  const code: unknown = attempt(() => Reflect.get(error, "code"));
  if (isCode(code) && isOfGrpc(error)) return codeName(code);
  return typeof code === "string" || typeof code === "number" ? code : undefined;
}

/** Returns a text. Of an object, only what it is, because its fields may hold secrets. */
function textOf(value: unknown): string {
  return isObject(value) || typeof value === "function" ? describeValue(value) : thrownText(value);
}

function present(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
