import type { Catalog, RichError } from "grpc-rich-errors";
import { fromHttp, type HttpFormat, type ToHttpOptions, toHttp } from "grpc-rich-errors/http";

export const FORMATS: readonly HttpFormat[] = ["status", "problem", "compact"];

/** Sends an error as text over HTTP and returns the error that the caller gets. */
export function overHttp(error: unknown, catalogs: readonly Catalog[], options: ToHttpOptions = {}): RichError {
  const { status, headers, body } = toHttp(error, options);
  return fromHttp(status, new Headers(headers), JSON.stringify(body), { catalogs });
}
