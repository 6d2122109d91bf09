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

/** Sends a message to the process that started the server, or prints it if there is no such process. */
export function send(message: ServerMessage): void {
  // If that process exits, "disconnect" stops the server, so a lost message does not matter.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
  else if (message.type === "failed") console.log(message.report.method, message.report.className);
  else if (message.type === "listening") console.log("listening on port", message.port);
  else console.log(message.type);
}

/** Stops the server with the process that started it, which may already be gone. Nobody else would stop it then. */
export function exitWithParent(): void {
  process.on("disconnect", () => process.exit(1));
  if (process.send && !process.connected) process.exit(1);
}
