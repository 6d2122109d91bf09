import {
  StreamAlreadyExistsError,
  StreamDeletedError,
  StreamNotFoundError,
  StreamRevisionConflictError,
  StreamTombstonedError,
} from "grpc-rich-errors/catalogs/kurrentdb";
import { ANY, DELETED, EXISTS, NO_STREAM, TOMBSTONED } from "./revision.js";

/** The state of a stream, without its records. */
export interface Head {
  readonly state: "live" | "deleted" | "tombstoned";
  /** The first record that can be read. A deletion moves it past the last one. */
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

/** The state of a stream as a number: its revision, or one of the negative numbers. */
export function stateOf(head: Head | undefined): bigint {
  if (!head) return NO_STREAM;
  if (head.state === "live") return head.last;
  return head.state === "deleted" ? DELETED : TOMBSTONED;
}

/** Checks whether a stream is in the state that a writer expects. */
export function isInState(head: Head | undefined, expected: bigint): boolean {
  if (expected === ANY) return true;
  return expected === EXISTS ? head?.state === "live" : stateOf(head) === expected;
}

/** Returns the head of a readable stream, or throws the reason why it cannot be read. */
export function readable(stream: string, head: Head | undefined): Head {
  if (!head) throw new StreamNotFoundError({ stream });
  if (head.state === "deleted") throw new StreamDeletedError({ stream });
  if (head.state === "tombstoned") throw new StreamTombstonedError({ stream });
  return head;
}

/** Throws if a writer who expects a revision may not append to the stream. */
export function checkAppend(stream: string, head: Head | undefined, expected: bigint): void {
  if (head?.state === "tombstoned") throw new StreamTombstonedError({ stream });
  if (expected === EXISTS) {
    readable(stream, head);
  } else if (expected === NO_STREAM) {
    if (head?.state === "live") throw new StreamAlreadyExistsError({ stream });
  } else if (expected !== ANY && head?.last !== expected) {
    // A deleted stream continues at its last revision.
    throw new StreamRevisionConflictError({ stream, expectedRevision: expected, actualRevision: stateOf(head) });
  }
}

/** Throws if a writer who expects a revision may not delete the stream. */
export function checkDelete(stream: string, head: Head | undefined, expected: bigint): Head {
  const found = readable(stream, head);
  if (!isInState(found, expected)) {
    throw new StreamRevisionConflictError({ stream, expectedRevision: expected, actualRevision: found.last });
  }
  return found;
}
