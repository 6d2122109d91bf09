import type { Catalog } from "../catalog.js";
import { Code } from "../code.js";
import type { Definition } from "../definition.js";
import { type ErrorDetail, typeNameOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import { receiveStatus } from "../error/receive.js";
import { type Complain, isReplaced, quoted, type Told } from "./told.js";

/**
 * The ErrorInfo of an error whose body has its reason beside the rest.
 *
 * Without a domain it is that of the only error with the reason, else it has none.
 */
export function infoOf(told: Told, catalogs: readonly Catalog[], complain: Complain): ErrorInfo | undefined {
  const { reason, domain, metadata = {} } = told;
  if (reason === undefined) return undefined;
  if (isReplaced(reason) || isReplaced(domain)) {
    return void complain("malformed-body", "the reason or the domain is not UTF-8");
  }
  if (domain !== undefined) return { reason, domain, metadata };
  const [only, another] = byReasonAlone(reason, catalogs);
  if (another) complain("ambiguous-reason", `several errors have the reason ${quoted(reason)}`);
  else if (!only && catalogs.length > 0) complain("unknown-reason", `no catalog has the reason ${quoted(reason)}`);
  if (!only || another) return { reason, domain: "", metadata };
  return {
    reason,
    domain: only.domain,
    metadata: only.numericCode ? { code: String(only.number), ...metadata } : metadata,
  };
}

/** All errors with a reason, in whichever domain. One that is in two catalogs counts once. */
function byReasonAlone(reason: string, catalogs: readonly Catalog[]): readonly Definition[] {
  const found = new Map<string, Definition>();
  for (const catalog of catalogs) {
    for (const { definition } of catalog) {
      if (definition.reason === reason) found.set(`${definition.enumName}.${definition.name}`, definition);
    }
  }
  return [...found.values()];
}

/** What the proto says of the error that details tell of. */
export function definitionOf(details: readonly ErrorDetail[], catalogs: readonly Catalog[]): Definition | undefined {
  const infos = details.filter(({ typeUrl }) => typeNameOf(typeUrl) === ErrorInfo.typeName);
  return receiveStatus({ code: Code.UNKNOWN, message: "", details: infos }, catalogs).definition;
}
