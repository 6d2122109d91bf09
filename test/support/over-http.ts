import type { Catalog, RichError } from "grpc-rich-errors";
import { fromHttp, type HttpFormat, type ToHttpOptions, toHttp } from "grpc-rich-errors/http";

export const FORMATS: readonly HttpFormat[] = ["status", "problem", "compact"];

/** An error as its caller has it, who got it as text over HTTP. */
export function overHttp(error: unknown, catalogs: readonly Catalog[], options: ToHttpOptions = {}): RichError {
  const { status, headers, body } = toHttp(error, options);
  return fromHttp(status, new Headers(headers), JSON.stringify(body), { catalogs });
}
