import type { ErrorInfo } from "./error-info.js";

/** The key in `ErrorInfo.metadata` under which a client learns what the server left out or cut. */
export const SHED = "shed";

/** What a server left out or cut, because it did not fit: `"DebugInfo"`, `"message"`. */
export function shedOf(info: ErrorInfo | undefined): readonly string[] {
  return info?.metadata[SHED]?.split(",").filter(Boolean) ?? [];
}
