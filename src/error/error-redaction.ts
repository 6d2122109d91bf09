import type { Packable } from "../budget/fit.js";
import { type ErrorDetail, encodeDetails } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import { type Redaction, redactionOfProcess } from "../detail/process-redaction.js";
import type { OptionNames } from "../platform/options.js";
import { decodeDetails } from "../status/trailer.js";

/** Options of functions that pack an error. */
export interface PackOptions {
  /** Whether redacted fields of details and redacted facts are sent, too. By default, they are left out. */
  readonly sendRedacted?: boolean;
}

export const PACK_OPTIONS: OptionNames<PackOptions> = { sendRedacted: true };

/** Returns the parts of an error without redacted fields and facts: the same object if it has none. */
export function withoutRedacted(error: Packable): Packable {
  const redaction = redactionOfProcess();
  if (!redaction) return error;
  const { definition, info, packedDetails } = error;
  const packed = redaction.withoutFields(packedDetails);
  if (packed === packedDetails) return error;
  return {
    definition,
    info: info && sentInfo(info, redaction),
    packedDetails: packed,
    errorDetails: decodeDetails(packed),
  };
}

/** Returns an ErrorInfo without redacted keys, or without any key if they cannot be told apart. */
function sentInfo(info: ErrorInfo, redaction: Redaction): ErrorInfo {
  const kept = redaction.messageWithoutFields(ErrorInfo.typeName, ErrorInfo.encode(info));
  return kept ? ErrorInfo.decode(kept) : { ...info, metadata: {} };
}

/** Returns details without their redacted fields: the same list if they have none. */
export function detailsWithoutRedacted(details: readonly ErrorDetail[]): readonly ErrorDetail[] {
  const redaction = redactionOfProcess();
  if (!redaction) return details;
  const packed = encodeDetails(details);
  const kept = redaction.withoutFields(packed);
  return kept === packed ? details : decodeDetails(kept);
}
