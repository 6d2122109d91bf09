import type { ErrorContent, OriginFacts } from "../error-content.js";
import { FROM_SERVER, UNKNOWN_ORIGIN } from "./origin.js";

/** As in Node, without the texts of grpc-js, which has no client in a browser. */
export function originOf({ metadata, errorDetails }: Pick<ErrorContent, "metadata" | "errorDetails">): OriginFacts {
  return errorDetails.length > 0 || metadata ? FROM_SERVER : UNKNOWN_ORIGIN;
}
