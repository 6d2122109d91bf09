import {
  StreamAlreadyExistsError,
  StreamDeletedError,
  StreamNotFoundError,
  StreamRevisionConflictError,
  StreamTombstonedError,
} from "grpc-rich-errors/catalogs/kurrentdb";
import { ANY, DELETED, EXISTS, NO_STREAM, TOMBSTONED } from "./revision.js";

/** What the store knows of a stream beside its records. */
export interface Head {
  readonly state: "live" | "deleted" | "tombstoned";
  /** The first record that can be read. A deletion moves it behind the last one. */
  readonly first: bigint;
  /** The last record that was appended. */
  readonly last: bigint;
}

export function encodeHead({ state, first, last }: Head): Buffer {
  return Buffer.from(`${state} ${first} ${last}`);
}

export function decodeHead(bytes: Uint8Array): Head {
  const match = /^(live|deleted|tombstoned) (\d+) (\d+)$/.exec(Buffer.from(bytes).toString());
  if (!match) throw new Error(`not the head of a stream: ${Buffer.from(bytes).toString("hex")}`);
  return { state: match[1] as Head["state"], first: BigInt(match[2] ?? ""), last: BigInt(match[3] ?? "") };
}

/** The state of a stream as a number: its revision, or one of the numbers below zero. */
export function stateOf(head: Head | undefined): bigint {
  if (!head) return NO_STREAM;
  if (head.state === "live") return head.last;
  return head.state === "deleted" ? DELETED : TOMBSTONED;
}

/** Tells whether a stream is in a state that a writer expects. */
export function isInState(head: Head | undefined, expected: bigint): boolean {
  if (expected === ANY) return true;
  return expected === EXISTS ? head?.state === "live" : stateOf(head) === expected;
}

/** The head of a stream that can be read, or the error that says why it cannot. */
export function readable(stream: string, head: Head | undefined): Head {
  if (!head) throw new StreamNotFoundError({ stream });
  if (head.state === "deleted") throw new StreamDeletedError({ stream });
  if (head.state === "tombstoned") throw new StreamTombstonedError({ stream });
  return head;
}

/** Throws what keeps a writer who expects a revision from appending to the stream. */
export function checkAppend(stream: string, head: Head | undefined, expected: bigint): void {
  if (head?.state === "tombstoned") throw new StreamTombstonedError({ stream });
  if (expected === EXISTS) {
    readable(stream, head);
  } else if (expected === NO_STREAM) {
    if (head?.state === "live") throw new StreamAlreadyExistsError({ stream });
  } else if (expected !== ANY && head?.last !== expected) {
    // A deleted stream can be continued at the revision that it had.
    throw new StreamRevisionConflictError({ stream, expectedRevision: expected, actualRevision: stateOf(head) });
  }
}

/** Throws what keeps a writer who expects a revision from deleting the stream. */
export function checkDelete(stream: string, head: Head | undefined, expected: bigint): Head {
  const found = readable(stream, head);
  if (!isInState(found, expected)) {
    throw new StreamRevisionConflictError({ stream, expectedRevision: expected, actualRevision: found.last });
  }
  return found;
}
