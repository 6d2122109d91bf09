import { type FailedCall, RichError } from "grpc-rich-errors";

/** What the server tells the process that started it, if one did. */
export type ServerMessage =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "serving" }
  | { readonly type: "draining" }
  | { readonly type: "failed"; readonly report: FailureReport };

/** A failed call as plain data: what the handler threw. */
export interface FailureReport {
  readonly method: string;
  readonly masked: boolean;
  readonly className: string;
  readonly code: number;
  readonly message: string;
  readonly reason: string | undefined;
  readonly domain: string | undefined;
  readonly detail: unknown;
  readonly retryDelay: number | undefined;
  /** The type URLs of everything that the error carries, in order. */
  readonly typeUrls: readonly string[];
}

export function reportOf({ error, masked, method }: Pick<FailedCall, "error" | "masked" | "method">): FailureReport {
  const thrown = RichError.from(error);
  return {
    method,
    masked,
    className: thrown.name,
    code: thrown.code,
    message: thrown.message,
    reason: thrown.reason,
    domain: thrown.domain,
    detail: thrown.detail,
    retryDelay: thrown.retryDelay,
    typeUrls: thrown.errorDetails.map(({ typeUrl }) => typeUrl),
  };
}
