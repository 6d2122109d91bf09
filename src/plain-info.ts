import type { Definition } from "./definition.js";
import { packDetail } from "./detail.js";
import { encodeDetails } from "./envelope.js";
import { ErrorInfo } from "./error-info.js";

/** The ErrorInfo of all errors of a definition that say no more than it, made once. */
export interface PlainInfo {
  readonly info: ErrorInfo;
  /** As it stands in a status. */
  readonly packed: Uint8Array;
}

const plainInfos = new WeakMap<Definition, PlainInfo>();

/** The ErrorInfo of an error that says no more than its definition. */
export function plainInfoOf(definition: Definition): PlainInfo {
  let plain = plainInfos.get(definition);
  if (!plain) {
    const { reason, domain, numericCode, number } = definition;
    const metadata: Record<string, string> = Object.create(null);
    if (numericCode) metadata["code"] = String(number);
    // Many errors show the same one.
    const info = Object.freeze({ reason, domain, metadata: Object.freeze(metadata) });
    plain = { info, packed: encodeDetails([packDetail(ErrorInfo, info)]) };
    plainInfos.set(definition, plain);
  }
  return plain;
}
