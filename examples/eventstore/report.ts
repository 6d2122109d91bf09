import { type FailedCall, RichError } from "grpc-rich-errors";

/** A message from the server to the process that started it. */
export type ServerMessage =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "serving" }
  | { readonly type: "draining" }
  | { readonly type: "failed"; readonly report: FailureReport };

/** A failed call as plain data: the error that the handler threw. */
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
  /** The type URLs of all details, in order. */
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
