/**
 * Errors in Sentry: grouped by reason, tagged, and with the levels of their faults.
 *
 * @packageDocumentation
 */
import { codeName } from "../code.js";
import { firstRichError } from "../logging/causes.js";
import { serializeError } from "../logging/logged-error.js";
import { checkOptions } from "../platform/options.js";
import { attempt, describeValue } from "../platform/values.js";
import type { RichError } from "../rich-error.js";

/** The part of Sentry's `Event` that {@link SentryIntegration.processEvent} changes. */
export interface SentryEvent {
  fingerprint?: string[];
  level?: "fatal" | "error" | "warning" | "log" | "info" | "debug";
  tags?: { [key: string]: number | string | boolean | bigint | symbol | null | undefined };
  contexts?: Record<string, Record<string, unknown> | undefined>;
}

/** The part of Sentry's `EventHint` that names what was captured. */
export interface SentryHint {
  readonly originalException?: unknown;
}

/** Options of {@link richErrorIntegration}. */
export interface SentryOptions {
  /**
   * Whether errors are dropped that this process made and its callers are to blame for. By default, they are sent with
   * the level `warning`.
   */
  readonly dropCallerFaults?: boolean;
}

/** An integration for Sentry's option `integrations`. */
export interface SentryIntegration {
  readonly name: string;
  /** Adds to an event what is known of its error, and returns it. Returns `null` to drop it. Also fits `beforeSend`. */
  readonly processEvent: <Event extends SentryEvent>(event: Event, hint?: SentryHint) => Event | null;
}

/**
 * Returns an integration for any of Sentry's SDKs:
 *
 * ```ts
 * Sentry.init({ dsn, integrations: [richErrorIntegration()] });
 * ```
 *
 * - The fingerprint of a RichError is its domain and reason, so that an issue holds all errors of one reason, whatever
 *   their messages. Sentry groups errors without a reason, and those of other servers that no catalog has.
 * - The tags are `grpc.code`, `grpc.reason`, `grpc.domain` and `grpc.fault`. A tag that you set yourself stays.
 * - The level is `warning` if this process made the error and its caller is to blame. All others keep Sentry's.
 * - The context `rich_error` has what `serializeError` of `grpc-rich-errors/logging` logs: the details, the recovery, the
 *   causes. Sentry itself adds the stacks of the causes.
 * - An error of another class gets the tags and the context of the first RichError among its causes or in its properties.
 *
 * Nothing here sends an error: capture those that `onError` reports as `masked`, for example.
 *
 * @throws TypeError if an option is unknown or has a value of the wrong type
 */
export function richErrorIntegration(options: SentryOptions = {}): SentryIntegration {
  const where = "richErrorIntegration";
  checkOptions(where, options, { dropCallerFaults: true });
  const { dropCallerFaults = false } = options;
  if (typeof dropCallerFaults !== "boolean") {
    const found = describeValue(dropCallerFaults);
    throw new TypeError(`${where}: dropCallerFaults is ${found}, not a boolean; write dropCallerFaults: true`);
  }
  return {
    name: "GrpcRichErrors",
    processEvent(event, hint) {
      const captured = hint?.originalException;
      const error = firstRichError(captured);
      if (!error) return event;
      const isCallerFault = captured === error && isFaultOfCaller(error);
      if (isCallerFault && dropCallerFaults) return null;
      if (isCallerFault && (event.level ?? "error") === "error") event.level = "warning";
      const { domain, reason } = identityOf(error);
      const isGroup = captured === error && domain !== undefined && reason !== undefined && isBounded(error);
      if (isGroup) event.fingerprint = [domain, reason];
      event.tags = { ...tagsOf(error), ...event.tags };
      event.contexts = { ...event.contexts, rich_error: contextOf(error) };
      return event;
    },
  };
}

/** Checks whether a caller of this process is to blame. Of a received error, this process itself was the caller. */
function isFaultOfCaller(error: RichError): boolean {
  return attempt(() => !error.received && error.fault === "CALLER") ?? false;
}

/** Checks whether an error's reason is one of a limited number. A peer may send another one with each call. */
function isBounded(error: RichError): boolean {
  return attempt(() => !error.received || error.definition !== undefined) ?? false;
}

function identityOf(error: RichError): { readonly domain?: string | undefined; readonly reason?: string | undefined } {
  return { domain: attempt(() => error.domain), reason: attempt(() => error.reason) };
}

function tagsOf(error: RichError): Record<string, string> {
  const { domain, reason } = identityOf(error);
  const tags = {
    "grpc.code": attempt(() => codeName(error.code)),
    "grpc.reason": reason,
    "grpc.domain": domain,
    "grpc.fault": attempt(() => error.fault),
  };
  return Object.fromEntries(Object.entries(tags).flatMap(([name, value]) => (value ? [[name, tagValue(value)]] : [])));
}

/** Sentry refuses tags with more than 200 characters and those with line breaks. */
function tagValue(value: string): string {
  return value.replaceAll(/\s+/g, " ").slice(0, 200);
}

/** The parts of an error that are not in the exceptions of an event. */
function contextOf(error: RichError): Record<string, unknown> {
  const { name: _, message: __, ...context } = serializeError(error);
  // The context is small and plain already. Sentry would cut details at a depth of two.
  return Object.defineProperty(context, Symbol.for("sentry.skipNormalization"), { value: true });
}
