import { type Code, isCode } from "../code.js";
import { attempt } from "../platform/values.js";

/** The status of a call over gRPC or gRPC-Web. */
interface GrpcStatus {
  readonly code: Code;
  /** The message, under the name that grpc-js gives it. */
  readonly details: string;
}

/**
 * Returns the status in the headers or trailers of a response over gRPC or gRPC-Web, or `undefined` if they have no
 * status of an error. Never throws.
 *
 * Connect joins the headers and the trailers of a response, so a field may have two equal values.
 */
export function statusInHeaders(headers: Headers): GrpcStatus | undefined {
  const code = Number(headers.get("grpc-status")?.split(",")[0] || Number.NaN);
  if (!isCode(code)) return undefined;
  const text = headers.get("grpc-message") ?? "";
  return { code, details: attempt(() => decodeURIComponent(text)) ?? text };
}
