/**
 * Errors as results of tools for agents, by the Model Context Protocol.
 *
 * @packageDocumentation
 */
import type { Catalog } from "../catalog.js";
import { codeName } from "../code.js";
import { type ErrorDetail, type JsonDetail, typeNameOf } from "../detail/detail.js";
import { DebugInfo, RequestInfo, RetryInfo } from "../detail/standard-details.js";
import { sortDetails } from "../http/details.js";
import { knownTypes } from "../http/message-types.js";
import { type MaskingOptions, maskFailure, maskingOf } from "../masking/mask.js";
import { checkCatalogs, checkFunctions, checkOptions, type OptionNames, refuseOption } from "../platform/options.js";
import { cutText, plainOf } from "../platform/plain-value.js";
import { callHook, isObject } from "../platform/values.js";
import { recoveryText } from "../reference/advice.js";
import { RichError } from "../rich-error.js";
import { proseOf } from "./prose.js";
import type { ToolError } from "./tool-error.js";

export { type ToolError, toolErrorSchema } from "./tool-error.js";

/** A failed call of a tool. */
export interface FailedToolCall {
  /** The value that was thrown. */
  readonly error: unknown;
  /** The error that the agent gets. */
  readonly sent: RichError;
  /** Whether the error was not meant for the agent, which got `INTERNAL` and the request id instead. */
  readonly masked: boolean;
  /** The request id in a masked error. */
  readonly requestId: string | undefined;
  /** The reason for masking another server's error or a plain status, and the removed details. */
  readonly problems: readonly Error[];
}

/** Options of {@link toToolResult}. */
export interface ToolResultOptions extends MaskingOptions {
  /**
   * The errors of other servers that the agent may see. By default, none.
   *
   * Errors made in this process need not be here.
   */
  readonly catalogs?: readonly Catalog[];
  /** The id by which the agent can ask about a masked error. By default, a random UUID. */
  readonly requestId?: string;
  /**
   * Called with the failure, for the log of the server, because the agent does not see why an error was masked. May be
   * async. Whatever it throws or rejects with is ignored.
   */
  readonly onError?: (call: FailedToolCall) => void;
}

/** The result of a tool that failed: a `CallToolResult` of the Model Context Protocol. */
// A type, because an interface cannot be assigned to the SDK's type, which has an index signature.
export type ToolResult = {
  isError: true;
  /** The error in prose, for the model. */
  content: { type: "text"; text: string }[];
  /** The error as data, for the program that runs the model. */
  structuredContent: { error: ToolError };
};

const WHERE = "toToolResult";

const OPTIONS: OptionNames<ToolResultOptions> = {
  catalogs: true,
  requestId: true,
  onError: true,
  forwardDetails: true,
  maskPlainStatuses: true,
};

/**
 * Converts any thrown value to the result of a tool, for agents:
 *
 * ```ts
 * server.registerTool("place_order", { inputSchema }, async (order) => {
 *   try {
 *     return { content: [{ type: "text", text: await orders.place(order) }] };
 *   } catch (error) {
 *     return toToolResult(error, { catalogs: [catalog] });
 *   }
 * });
 * ```
 *
 * - `content` has prose for the model: the message, what to do next, whether the request took effect, how long to wait.
 * - `structuredContent.error` has the same as data: see {@link ToolError}.
 * - An agent is a caller, so the rules of `richErrorServerInterceptor` decide what it learns: a RichError made in this
 *   process, and another server's error that a catalog declares. Anything else becomes `INTERNAL`
 *   with a fixed message and a request id.
 * - A tool with an `outputSchema` must allow the member `error`: see {@link toolErrorSchema}.
 *
 * Never throws because of the thrown value.
 *
 * @throws TypeError if an option is unknown or has a value of the wrong type
 * @see https://modelcontextprotocol.io/specification/2025-06-18/server/tools#error-handling
 */
export function toToolResult(thrown: unknown, options: ToolResultOptions = {}): ToolResult {
  check(options);
  const { catalogs = [], requestId: givenId, onError } = options;
  const callMetadata = { get: () => (givenId === undefined ? [] : [givenId]) };
  const failure = { thrown, callMetadata, trailer: undefined };
  const { sent, masked, requestId, problems } = maskFailure(failure, catalogs, undefined, maskingOf(options));
  callHook(() => onError?.({ error: thrown, sent, masked, requestId, problems }));
  const error = toolErrorOf(sent, catalogs);
  return { isError: true, content: [{ type: "text", text: proseOf(error) }], structuredContent: { error } };
}

function toolErrorOf(sent: RichError, catalogs: readonly Catalog[]): ToolError {
  const { code, message, reason, domain, definition, recovery, outcome, fault, retryDelay } = sent;
  // Without redacted fields.
  const { errorDetails } = RichError.packableOf(sent);
  // Another server's DebugInfo is among the details only if `forwardDetails` names it.
  const visible = sent.received ? errorDetails : errorDetails.filter((detail) => !isFor(detail, DebugInfo));
  const { fields, extras } = sortDetails(sent, visible, knownTypes(catalogs, definition));
  const own = definition?.detail;
  // A detail is no proto3 JSON if it has an Any of an unknown type.
  const detail = own && (extras.some((extra) => isFor(extra, own)) ? sent.toJSON().detail : plainOf(fields, "json"));
  const shown = [RetryInfo, RequestInfo, ...(own ? [own] : [])];
  const details = extras.filter((extra) => !shown.some((type) => isFor(extra, type)));
  const requestId = sent.standardDetails.requestInfo?.requestId;
  const nextAction = definition?.documentation.clientAction ?? (recovery && recoveryText(recovery));
  return {
    code: codeName(code),
    message: cutText(message),
    ...(reason !== undefined && { reason }),
    ...(domain !== undefined && { domain }),
    ...(recovery !== undefined && { recovery }),
    ...(nextAction !== undefined && { nextAction }),
    outcome: outcome ?? "UNKNOWN",
    fault,
    ...(retryDelay !== undefined && {
      retryAfterMs: retryDelay,
      retryAt: new Date(Date.now() + retryDelay).toISOString(),
    }),
    ...(requestId !== undefined && { requestId }),
    ...(isObject(detail) && { detail: detail as Readonly<Record<string, unknown>> }),
    ...(details.length > 0 && { details: plainOf(details, "json") as readonly object[] }),
  };
}

function isFor(detail: ErrorDetail | JsonDetail, { typeName }: { readonly typeName: string }): boolean {
  const typeUrl = "@type" in detail ? detail["@type"] : detail.typeUrl;
  return typeNameOf(typeUrl) === typeName || typeUrl === typeName;
}

function check(options: ToolResultOptions): void {
  checkOptions(WHERE, options, OPTIONS);
  checkCatalogs(WHERE, options.catalogs);
  checkFunctions(WHERE, options, { onError: "(call) => …" });
  const requestId: unknown = options.requestId;
  if (requestId === undefined || typeof requestId === "string") return;
  refuseOption(WHERE, "requestId", requestId, "a string", "leave it out for a random id");
}
