import type { Catalog } from "../catalog.js";
import type { MethodContract } from "../contract.js";

/** What a server lets out. */
export interface Policy {
  /** The errors of other servers that go on to the client. */
  readonly catalogs: readonly Catalog[];
  /** How large the header block of an error may be, in bytes. */
  readonly maxHeaderBytes: number;
  /** What the errors of the method are held against; nothing if it has no contract. */
  readonly terms?: Terms;
}

/** What the errors of a method are held against. */
export interface Terms {
  readonly contract: MethodContract;
  /** Errors outside of the contract are masked, and not only reported. */
  readonly strict: boolean;
}

/** What a server lets out that has no interceptor to say so. */
export const DEFAULT_POLICY: Policy = { catalogs: [], maxHeaderBytes: 4096 };
