import type { Definition } from "./definition.js";
import { type ErrorDetail, packDetail } from "./detail.js";
import { ErrorInfo } from "./error-info.js";

/** The ErrorInfo of all errors of a definition that say no more than it, made once. */
export interface PlainInfo {
  readonly info: ErrorInfo;
  readonly packed: ErrorDetail;
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
    plain = { info, packed: Object.freeze(packDetail(ErrorInfo, info)) };
    plainInfos.set(definition, plain);
  }
  return plain;
}
