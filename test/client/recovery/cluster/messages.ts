import type { Entry } from "./ledger.js";

/** What the controller sends to a node. */
export type Command =
  /** Lead, in a new epoch. */
  | { readonly type: "lead"; readonly epoch: number }
  /** Follow a leader, with its entries. */
  | { readonly type: "follow"; readonly epoch: number; readonly leader: string; readonly entries: readonly Entry[] }
  /** Store the leader's next entry. */
  | { readonly type: "store"; readonly epoch: number; readonly entry: Entry }
  /** A follower has this many of the leader's entries. */
  | { readonly type: "durable"; readonly epoch: number; readonly count: number }
  /** Stop leading. */
  | { readonly type: "resign" };

/** What a node sends to the controller. */
export type Report =
  /** The node listens. */
  | { readonly type: "ready"; readonly port: number; readonly count: number }
  /** The node leads, with these entries. */
  | { readonly type: "leading"; readonly epoch: number; readonly entries: readonly Entry[] }
  /** The leader has stored an entry. */
  | { readonly type: "append"; readonly epoch: number; readonly entry: Entry }
  /** A follower has this many entries. */
  | { readonly type: "stored"; readonly epoch: number; readonly count: number }
  /** The node no longer leads. */
  | { readonly type: "resigned" };
