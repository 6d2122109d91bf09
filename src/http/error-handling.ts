import { validateHeaderName, validateHeaderValue } from "node:http";
import type { Catalog } from "../catalog.js";
import { type AnyErrorMapping, ErrorMap, type ErrorMapping } from "../masking/error-map.js";
import type { MaskingOptions } from "../masking/mask.js";
import { checkCatalogs, checkErrorMap, checkFunctions, checkOptions, type OptionNames } from "../platform/options.js";
import { attempt, callHook } from "../platform/values.js";
import type { RichError } from "../rich-error.js";
import type { HttpFormat } from "./formats.js";
import { headerOf, prefersProblem } from "./headers.js";
import { checkFormat, respond } from "./to-http.js";

/** Options of the error handlers of HTTP servers. */
export interface ErrorHandlerOptions<Thrown extends readonly unknown[] = readonly unknown[]> extends MaskingOptions {
  /**
   * The format of the body. By default, the header `Accept` decides: `"problem"` for a caller that prefers
   * `application/problem+json`, and `"status"` for any other.
   */
  readonly format?: HttpFormat;
  /** The errors of other servers that the caller may see. By default, none. */
  readonly catalogs?: readonly Catalog[];
  /** Turns errors of other libraries into errors that callers understand, as on a gRPC server. By default, none. */
  readonly map?: { readonly [Entry in keyof Thrown]: ErrorMapping<Thrown[Entry]> };
  /** Sends the DebugInfo of errors made in this process. By default, it is left out. */
  readonly debugInfo?: boolean;
  /**
   * Called for every failed request, before its response is sent. May be async. Whatever it throws or rejects with is
   * ignored. By default, masked errors are logged.
   */
  readonly onError?: (request: FailedRequest) => void;
}

/** A failed request, as `onError` gets it. */
export interface FailedRequest {
  /** The method of the request: `"GET"`. */
  readonly method: string;
  /** The path of the request, without its query, which may hold secrets. */
  readonly path: string;
  /** The value that the handler threw or rejected with. */
  readonly error: unknown;
  /** The HTTP status of the response. */
  readonly status: number;
  /** The error that the caller gets. */
  readonly sent: RichError;
  /** Whether the error is hidden from the caller, who gets `INTERNAL` and the request id. */
  readonly masked: boolean;
  /** The id in a masked error: the request's `x-request-id`, else the trace id of its `traceparent`, else a random UUID. */
  readonly requestId: string | undefined;
  /** Whether the response had begun, so that the caller gets a broken response instead of the error. */
  readonly late: boolean;
  /** The reason for masking another server's error or a plain status, and the removed details. */
  readonly problems: readonly Error[];
}

/** The parts of a request that every HTTP framework for Node has. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Errors that a framework itself finds in requests, and that are meant for the caller. */
export interface FrameworkErrors<E extends Error> {
  includes(thrown: unknown): thrown is E;
  toRichError(error: E): RichError;
  /** Returns the HTTP status that the framework gives an error. */
  statusOf(error: E): number;
}

/** An error as the response to send. */
export interface ErrorResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * Headers that a handler may have set for the response that it meant to send. They would be wrong with an error, whose body
 * has a length.
 */
export const STALE_HEADERS: readonly string[] = [
  "accept-ranges",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-range",
  "content-type",
  "etag",
  "expires",
  "last-modified",
  "trailer",
  "transfer-encoding",
];

/**
 * Removes the text of the status line that a handler set for the response that it meant to send. Responses of HTTP/2 have
 * none, and warn who asks.
 */
export function removeStatusMessage(response: object): void {
  if (Object.hasOwn(response, "statusMessage")) Reflect.set(response, "statusMessage", "");
}

/** Makes the responses for the failed requests of one server. */
export class ErrorHandling<E extends Error> {
  readonly #options: ErrorHandlerOptions;
  readonly #map: ErrorMap;
  readonly #framework: FrameworkErrors<E>;

  /**
   * @param where the name of the function that has the options, for messages
   * @throws TypeError if an option is unknown or has a value of the wrong type, or an entry of `map` can never match
   */
  constructor(where: string, options: ErrorHandlerOptions, framework: FrameworkErrors<E>) {
    checkHandlerOptions(where, options);
    this.#options = { ...options };
    const ofFramework: ErrorMapping<E> = [framework.includes, framework.toRichError];
    // Each entry fits its own type of errors; the map checks that all are pairs of functions.
    this.#map = new ErrorMap([...(options.map ?? []), ofFramework] as readonly unknown[] as readonly AnyErrorMapping[]);
    this.#framework = framework;
  }

  /**
   * Returns the response for a failed request, and reports the failure. Never throws.
   *
   * @param vary the header `Vary` of the response so far
   * @param log reports a failure if there is no `onError`
   */
  respond(
    thrown: unknown,
    { method, url, headers }: HttpRequest,
    { vary, late, log }: { vary: unknown; late: boolean; log: (failure: FailedRequest) => void },
  ): ErrorResponse {
    const { format, onError, ...options } = this.#options;
    const path = url.split(/[?#]/, 1)[0] ?? "";
    const negotiated = prefersProblem(headerOf(headers, "accept") ?? "") ? "problem" : "status";
    const response = respond(
      thrown,
      { ...options, format: format ?? negotiated, instance: path },
      {
        callMetadata: { get: (name) => [headerOf(headers, name)].filter((value) => value !== undefined) },
        map: this.#map,
        // The map keeps the error of a framework as the cause.
        statusOf: ({ cause }) => (cause === thrown ? this.#statusOf(thrown) : undefined),
      },
    );
    const { body, ...facts } = response;
    const { headers: _, ...failure } = { ...facts, method, path, error: thrown, late };
    callHook(() => (onError ?? log)(failure));
    const varied = format === undefined ? { Vary: withAccept(vary) } : {};
    const own = facts.sent.cause === thrown && this.#framework.includes(thrown) ? headersOf(thrown) : {};
    const all = { ...own, ...response.headers, ...varied };
    return { status: response.status, headers: all, text: JSON.stringify(body) };
  }

  #statusOf(thrown: unknown): number | undefined {
    return this.#framework.includes(thrown) ? this.#framework.statusOf(thrown) : undefined;
  }
}

/**
 * Returns the headers that an error of `http-errors` wants with its response, such as `WWW-Authenticate` and
 * `Content-Range`. Leaves out those that describe another body, and what Node cannot send. Never throws.
 */
function headersOf(error: Error): Readonly<Record<string, string>> {
  const entries = attempt(() => Object.entries((error as { headers?: object }).headers ?? {})) ?? [];
  return Object.fromEntries(
    entries
      .map(([name, value]): [string, string] => [name, attempt(() => String(value)) ?? "\n"])
      .filter(([name, value]) => !OF_BODY.has(name.toLowerCase()) && isSendable(name, value)),
  );
}

/** The headers of a body. */
const OF_BODY: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-length",
  "content-type",
  "trailer",
  "transfer-encoding",
]);

function isSendable(name: string, value: string): boolean {
  return (
    attempt(() => {
      validateHeaderName(name);
      validateHeaderValue(name, value);
      return true;
    }) === true
  );
}

/** Adds `Accept` to the names in a header `Vary`, because a cache must not send one caller the format of another. */
function withAccept(vary: unknown): string {
  const names = typeof vary === "string" ? vary : Array.isArray(vary) ? vary.join(", ") : "";
  if (/(^|,)\s*(\*|accept)\s*(,|$)/i.test(names)) return names;
  return names === "" ? "Accept" : `${names}, Accept`;
}

const OPTIONS: OptionNames<ErrorHandlerOptions> = {
  format: true,
  catalogs: true,
  map: true,
  debugInfo: true,
  onError: true,
  forwardDetails: true,
  maskPlainStatuses: true,
};

function checkHandlerOptions(where: string, options: ErrorHandlerOptions): void {
  checkOptions(where, options, OPTIONS);
  const { catalogs, format, map } = options;
  checkCatalogs(where, catalogs);
  checkFormat(where, format);
  checkErrorMap(where, map);
  checkFunctions(where, options, { onError: "(request) => …" });
}
