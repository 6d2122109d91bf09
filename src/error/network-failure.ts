import { Code } from "../code.js";
import type { OriginFacts } from "../error-content.js";
import { thrownText } from "../platform/values.js";
import { CANCELLED_BY_CLIENT, NO_RESPONSE, NOT_SENT } from "./origin.js";

/** A failure that no server responded to, and that grpc-js had no part in. */
export interface LocalFailure {
  readonly code: Code;
  readonly message: string;
  readonly originFacts: OriginFacts;
}

/**
 * Reads an error of Node, undici or `fetch` as the failure of a connection, by its code. The message of fetch's TypeError says little:
 * the failure is its cause. So is the error of a call to which grpc-js gives no status.
 */
export function readNetworkFailure(error: Error): LocalFailure | undefined {
  if (isWithoutStatus(error)) return { code: Code.INTERNAL, message: UNREADABLE, originFacts: CANCELLED_BY_CLIENT };
  const own = originFactsOf(error);
  if (own) return { code: Code.UNAVAILABLE, message: failureText(error), originFacts: own };
  const { message, cause } = error;
  if (!(error instanceof TypeError && cause instanceof Error)) return undefined;
  const originFacts = originFactsOf(cause);
  return originFacts && { code: Code.UNAVAILABLE, message: `${message}: ${failureText(cause)}`, originFacts };
}

/** Checks whether an error is what grpc-js makes of a compressed response that it cannot read, which has no status. */
export function isWithoutStatus({ message }: Error): boolean {
  return message === "undefined undefined: undefined";
}

const UNREADABLE = "the response is compressed, but its headers name no encoding that grpc-js can read";

function originFactsOf(error: Error): OriginFacts | undefined {
  const code = errorCodeOf(error);
  if (code === undefined) return undefined;
  const isConnecting = "syscall" in error && (error.syscall === "connect" || error.syscall === "getaddrinfo");
  if (isConnecting || BEFORE_CONNECTION.test(code)) return NOT_SENT;
  return AFTER_CONNECTION.test(code) ? NO_RESPONSE : undefined;
}

function errorCodeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** If all addresses of a host fail, Node's error has a code and an empty message. */
function failureText(error: Error): string {
  return thrownText(error) || (errorCodeOf(error) ?? "no connection");
}

/** Codes of Node, OpenSSL and undici. */
const BEFORE_CONNECTION =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EPROTO|UND_ERR_CONNECT_TIMEOUT|(ERR_TLS|ERR_SSL|CERT|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)_\w+)$/;
const AFTER_CONNECTION =
  /^(ECONNRESET|ECONNABORTED|ENETRESET|EPIPE|ETIMEDOUT|HPE_\w+|UND_ERR_(SOCKET|CLOSED|DESTROYED|HEADERS_TIMEOUT|BODY_TIMEOUT)|ERR_HTTP2_(STREAM|SESSION)_ERROR|ERR_HTTP2_GOAWAY_SESSION)$/;
