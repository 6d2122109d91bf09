import { Code } from "../code.js";
import type { ErrorContent, OriginFacts } from "../content.js";
import { thrownText } from "../platform/values.js";

/** A server's application said it. */
export const FROM_SERVER: OriginFacts = { origin: "SERVER", kind: "api" };

/** Nobody could be asked. */
const NOT_SENT: OriginFacts = {
  origin: "TRANSPORT",
  kind: "network",
  outcome: "NOT_APPLIED",
  recovery: "BACK_OFF_AND_RETRY",
};

/** No answer came to what may have been heard. */
export const NO_RESPONSE: OriginFacts = { ...NOT_SENT, outcome: "MAYBE_APPLIED" };

/** No answer came in the time that the client gave. */
const TOO_LATE: OriginFacts = { ...NO_RESPONSE, origin: "CLIENT" };

/** A circuit breaker let nothing through. */
export const CIRCUIT_OPEN: OriginFacts = { ...NOT_SENT, origin: "CLIENT", kind: "circuitOpen" };

/** A server said it, or what stands in between. */
export const UNKNOWN_ORIGIN: OriginFacts = { kind: "api" };
/** What stands in between answered by itself. */
export const FROM_PROXY: OriginFacts = { origin: "TRANSPORT", kind: "api" };
/** The client made the call, and let nothing of it go. */
export const KEPT_BY_CLIENT: OriginFacts = { origin: "CLIENT", outcome: "NOT_APPLIED" };
/** The client gave the call up. */
const CANCELLED_BY_CLIENT: OriginFacts = { origin: "CLIENT", outcome: "MAYBE_APPLIED" };

/**
 * Tells who made an error that a call ended with:
 *
 * - One with error details is a server's.
 * - One with a text that grpc-js makes on the client, and without metadata, is
 *   grpc-js's own: what a peer answers has a content type at least, unless a
 *   message came before.
 * - An HTTP status without one of gRPC is a proxy's, as are the texts of Envoy.
 * - Any other that came with metadata, be it empty, is a server's.
 */
export function originOf({
  code,
  message,
  metadata,
  errorDetails,
}: Pick<ErrorContent, "code" | "message" | "metadata" | "errorDetails">): OriginFacts {
  if (errorDetails.length > 0) return FROM_SERVER;
  if (!metadata) return UNKNOWN_ORIGIN;
  const made = madeBy(code, message);
  if (!made) return FROM_SERVER;
  return made.byProxy || Object.keys(metadata.getMap()).length === 0 ? made.originFacts : FROM_SERVER;
}

/** Tells a text that grpc-js makes on the client, or a proxy, from those of applications. */
export function isMadeByClient(code: Code, text: string): boolean {
  return madeBy(code, text) !== undefined;
}

function madeBy(code: Code, text: string): Made | undefined {
  return MADE.find((made) => (made.code ?? code) === code && made.text.test(text));
}

interface Made {
  /** None where several codes come with the text. */
  readonly code?: Code;
  readonly text: Pick<RegExp, "test">;
  readonly originFacts: OriginFacts;
  /** Comes with whatever metadata the proxy sent. */
  readonly byProxy?: boolean;
}

const { CANCELLED, DEADLINE_EXCEEDED, INTERNAL, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAVAILABLE } = Code;

/**
 * The statuses that no server's application makes, as of grpc-js 1.14. What is
 * only made there by mistaken use, such as of credentials, is in the last part.
 *
 * @see https://github.com/grpc/grpc-node/tree/master/packages/grpc-js/src
 */
const MADE: readonly Made[] = [
  { code: UNAVAILABLE, text: /^(\w+: )?No connection established($|\. Last error: )/, originFacts: NOT_SENT },
  {
    code: UNAVAILABLE,
    text: /^(Name resolution failed for target |No addresses resolved\. Resolution note: )/,
    originFacts: NOT_SENT,
  },
  { code: UNAVAILABLE, text: /^Stream refused by server$/, originFacts: NOT_SENT },
  {
    code: UNAVAILABLE,
    text: /^(Connection dropped$|Write error: |Write failed with error )/,
    originFacts: NO_RESPONSE,
  },
  { code: UNAVAILABLE, text: /^(\w+ )?(ECONNRESET|ETIMEDOUT)( [\da-f.:]+)?$/, originFacts: NO_RESPONSE },
  { code: INTERNAL, text: /^Received RST_STREAM with code \d+($| \(| triggered by )/, originFacts: NO_RESPONSE },
  { code: CANCELLED, text: /^Call cancelled$/, originFacts: NO_RESPONSE },
  { code: RESOURCE_EXHAUSTED, text: /^Bandwidth exhausted or memory limit exceeded$/, originFacts: NO_RESPONSE },
  { code: PERMISSION_DENIED, text: /^Protocol not secure enough$/, originFacts: NO_RESPONSE },
  { code: DEADLINE_EXCEEDED, text: /^Deadline exceeded after [\d.]+s(,|$)/, originFacts: TOO_LATE },

  { code: UNAVAILABLE, text: /^Received HTTP status code 50[234]$/, originFacts: NO_RESPONSE, byProxy: true },
  { text: /^Received HTTP status code \d{3}$/, originFacts: FROM_PROXY, byProxy: true },
  { code: UNAVAILABLE, text: /^no healthy upstream$/, originFacts: NOT_SENT, byProxy: true },
  {
    code: UNAVAILABLE,
    text: /^upstream (connect error or disconnect\/reset before headers|request timeout$)/,
    originFacts: NO_RESPONSE,
    byProxy: true,
  },

  { code: CANCELLED, text: /^Cancelled (on client|by parent call)$/, originFacts: CANCELLED_BY_CLIENT },
  { code: INTERNAL, text: /^Response message parsing error: /, originFacts: CANCELLED_BY_CLIENT },
  { code: INTERNAL, text: /^Failed to decompress \w+-encoded message$/, originFacts: CANCELLED_BY_CLIENT },
  { code: RESOURCE_EXHAUSTED, text: { test: isTextAsMessage }, originFacts: FROM_PROXY },
  {
    code: RESOURCE_EXHAUSTED,
    text: /^Received message (larger than max \(|that decompresses to a size larger than )/,
    originFacts: CANCELLED_BY_CLIENT,
  },
  {
    code: RESOURCE_EXHAUSTED,
    text: /^Attempted to send message with a size larger than \d+$/,
    originFacts: KEPT_BY_CLIENT,
  },
  { code: INTERNAL, text: /^Request message serialization failure: /, originFacts: KEPT_BY_CLIENT },
  { code: INTERNAL, text: /^"authorization" metadata cannot have multiple values$/, originFacts: KEPT_BY_CLIENT },
  { code: INTERNAL, text: /^Failed to start HTTP\/2 stream with error /, originFacts: KEPT_BY_CLIENT },
  { code: UNAVAILABLE, text: /^Channel closed before call started$/, originFacts: KEPT_BY_CLIENT },
  { code: UNAVAILABLE, text: /^Failed to parse \w+ address /, originFacts: KEPT_BY_CLIENT },
  { code: UNAVAILABLE, text: /^Unrecognized scheme \S+ in IP resolver$/, originFacts: KEPT_BY_CLIENT },
  { code: UNAVAILABLE, text: /^Parsing service config failed with error /, originFacts: KEPT_BY_CLIENT },
  { text: /^Getting metadata from plugin failed with error: /, originFacts: KEPT_BY_CLIENT },
  { text: /^Invalid status from control plane: \d+ /, originFacts: KEPT_BY_CLIENT },
];

/**
 * grpc-js takes the beginning of a page with status 200 for that of a message: the second to fifth characters for its
 * length, of hundreds of megabytes.
 */
function isTextAsMessage(text: string): boolean {
  const length = Number(/^Received message larger than max \((\d+) vs \d+\)$/.exec(text)?.[1]);
  return [24, 16, 8, 0].every((shift) => isAscii((length >>> shift) & 0xff));
}

function isAscii(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** What is known of a failure that no server answered. */
interface LocalFailure {
  readonly code: Code;
  readonly message: string;
  readonly originFacts: OriginFacts;
}

/**
 * Recognises what was caught where no server answered, and grpc-js had no part in it:
 *
 * - a network failure of Node's, of `fetch` or of undici is `UNAVAILABLE`;
 * - a `TimeoutError`, as `AbortSignal.timeout` makes it, is `DEADLINE_EXCEEDED`,
 *   any other `AbortError` is `CANCELLED`;
 * - an open circuit breaker of cockatiel's or opossum's is `UNAVAILABLE`.
 *
 * Never throws.
 */
export function readLocalFailure(value: unknown): LocalFailure | undefined {
  try {
    return value instanceof Error ? read(value) : undefined;
  } catch {
    // A getter of what was thrown threw in its turn.
    return undefined;
  }
}

function read(error: Error): LocalFailure | undefined {
  const message = thrownText(error);
  if (isOpenCircuit(error)) return { code: Code.UNAVAILABLE, message, originFacts: CIRCUIT_OPEN };
  if (error.name === "TimeoutError") return { code: Code.DEADLINE_EXCEEDED, message, originFacts: TOO_LATE };
  if (error.name === "AbortError") return { code: Code.CANCELLED, message, originFacts: CANCELLED_BY_CLIENT };
  const originFacts = networkFailureOf(error);
  if (originFacts) return { code: Code.UNAVAILABLE, message: textOf(error), originFacts };
  if (!(error instanceof TypeError)) return undefined;
  // What fetch throws says little itself, and has its reason as cause.
  const { cause } = error;
  if (cause === undefined) {
    return BROWSERS.has(error.message)
      ? { code: Code.UNAVAILABLE, message: error.message, originFacts: NO_RESPONSE }
      : undefined;
  }
  const behind = cause instanceof Error ? networkFailureOf(cause) : undefined;
  return behind && { code: Code.UNAVAILABLE, message: `${error.message}: ${textOf(cause)}`, originFacts: behind };
}

/** cockatiel marks its errors with a field each, opossum by a code. */
function isOpenCircuit(error: Error): boolean {
  return "isBrokenCircuitError" in error || codeOf(error) === "EOPENBREAKER";
}

function networkFailureOf(error: Error): OriginFacts | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  // Before there is a connection, nothing is sent.
  if ("syscall" in error && (error.syscall === "connect" || error.syscall === "getaddrinfo")) return NOT_SENT;
  if (BEFORE_CONNECTION.test(code)) return NOT_SENT;
  return AFTER_CONNECTION.test(code) ? NO_RESPONSE : undefined;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Where several addresses were tried in vain, Node says so with an empty message. */
function textOf(error: unknown): string {
  return thrownText(error) || (codeOf(error) ?? "no connection");
}

/** Codes of Node, of OpenSSL and of undici. */
const BEFORE_CONNECTION =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EPROTO|UND_ERR_CONNECT_TIMEOUT|(ERR_TLS|ERR_SSL|CERT|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)_\w+)$/;
const AFTER_CONNECTION =
  /^(ECONNRESET|ECONNABORTED|ENETRESET|EPIPE|ETIMEDOUT|HPE_\w+|UND_ERR_(SOCKET|CLOSED|DESTROYED|HEADERS_TIMEOUT|BODY_TIMEOUT)|ERR_HTTP2_(STREAM|SESSION)_ERROR|ERR_HTTP2_GOAWAY_SESSION)$/;

/** What fetch says in browsers, where it gives no cause. */
const BROWSERS: ReadonlySet<string> = new Set([
  "Failed to fetch",
  "NetworkError when attempting to fetch resource.",
  "Load failed",
]);
