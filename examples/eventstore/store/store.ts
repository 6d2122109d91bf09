import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { ClassicLevel } from "classic-level";
import { StandardDetails } from "grpc-rich-errors";
import { ServerMalfunctionError } from "grpc-rich-errors/catalogs/kurrent";
import { AppendConsistencyViolationError } from "grpc-rich-errors/catalogs/kurrentdb";
import { type ConsistencyCheck, type EventRecord, StoredRecord } from "../gen/eventstore/v1/eventstore.js";
import { seal, unseal } from "./checksum.js";
import { checkAppend, checkDelete, decodeHead, encodeHead, type Head, isInState, readable, stateOf } from "./head.js";
import { HEADS, headKey, recordKey, streamOfHead } from "./keys.js";
import { WriteQueue } from "./write-queue.js";

/** The options of a store. */
export interface StoreOptions {
  /** The pause after each stream while the indexes are read, in milliseconds. It simulates a large store. */
  readonly scanPause?: number;
  /** The additional time of each write to the disk, in milliseconds. */
  readonly flushDelay?: number;
  /** Whether clients get the cause of a malfunction as DebugInfo. */
  readonly debugInfo?: boolean;
}

/** The records that a transaction appends to one stream. */
export interface StreamWrite {
  readonly stream: string;
  readonly expectedRevision: bigint;
  readonly records: readonly EventRecord[];
}

type Change = { type: "put"; key: string; value: Buffer } | { type: "del"; key: string };

/**
 * Streams of records in an embedded database.
 *
 * - A transaction is one batch of the database: it is stored completely or not at all.
 * - Writes run one after the other, and each sees the revisions that the previous one left.
 * - Every record has a checksum, so that a damaged one is detected and not returned.
 */
export class EventStore {
  readonly #db: ClassicLevel<string, Uint8Array>;
  readonly #heads = new Map<string, Head>();
  readonly #queue = new WriteQueue();
  readonly #changes = new EventEmitter().setMaxListeners(0);

  constructor(
    folder: string,
    private readonly options: StoreOptions = {},
  ) {
    this.#db = new ClassicLevel(folder, { valueEncoding: "view" });
  }

  /** How many streams exist, deleted ones included. */
  get size(): number {
    return this.#heads.size;
  }

  /** Opens the database and reads its indexes: the heads of all streams. */
  async open(): Promise<void> {
    await this.#db.open();
    for await (const [key, value] of this.#db.iterator(HEADS)) {
      this.#heads.set(streamOfHead(key), decodeHead(value));
      if (this.options.scanPause) await sleep(this.options.scanPause);
    }
  }

  /** Waits for the running writes, then closes the database. */
  async close(): Promise<void> {
    await this.#queue.idle();
    await this.#db.close();
  }

  /**
   * Appends to one or several streams in one transaction.
   *
   * @returns the revision of the last record of each stream
   */
  append(writes: readonly StreamWrite[], checks: readonly ConsistencyCheck[] = []): Promise<bigint[]> {
    return this.#queue.run(async () => {
      this.#check(checks);
      const changes: Change[] = [];
      const heads = writes.map(({ stream, expectedRevision, records }) => {
        const head = this.#heads.get(stream);
        checkAppend(stream, head, expectedRevision);
        let last = head?.last ?? -1n;
        const first = head?.state === "live" ? head.first : last + 1n;
        for (const record of records) {
          last += 1n;
          const stored = { stream, revision: last, storedAt: BigInt(Date.now()), record };
          const value = seal(StoredRecord.encode(stored).finish());
          changes.push({ type: "put", key: recordKey(stream, last), value });
        }
        return { stream, head: { state: "live", first, last } as const };
      });
      await this.#commit(changes, heads);
      return heads.map(({ head }) => head.last);
    });
  }

  /** Deletes a stream. The next append restores it. */
  delete(stream: string, expectedRevision: bigint): Promise<bigint> {
    return this.#queue.run(async () => {
      const { last } = checkDelete(stream, this.#heads.get(stream), expectedRevision);
      await this.#commit([], [{ stream, head: { state: "deleted", first: last + 1n, last } }]);
      return last;
    });
  }

  /** Deletes a stream permanently, and its records from the disk. */
  tombstone(stream: string, expectedRevision: bigint): Promise<bigint> {
    return this.#queue.run(async () => {
      const { last } = checkDelete(stream, this.#heads.get(stream), expectedRevision);
      const changes: Change[] = [];
      const records = { gte: recordKey(stream, 0n), lte: recordKey(stream, last) };
      for await (const key of this.#db.keys(records)) changes.push({ type: "del", key });
      await this.#commit(changes, [{ stream, head: { state: "tombstoned", first: last + 1n, last } }]);
      return last;
    });
  }

  /** Reads the records of a stream, beginning at a revision. */
  async *read(stream: string, from = 0n, limit = 0): AsyncGenerator<StoredRecord> {
    const { first, last } = readable(stream, this.#heads.get(stream));
    const range = { gte: recordKey(stream, from > first ? from : first), lte: recordKey(stream, last) };
    for await (const [key, value] of this.#db.iterator({ ...range, limit: limit || -1 })) {
      const bytes = unseal(value);
      if (!bytes) throw this.#damaged(stream, BigInt(`0x${key.slice(-16)}`), value);
      yield StoredRecord.decode(bytes);
    }
  }

  /** Reads the records of a stream, beginning at a revision, and follows it until the signal is aborted. */
  async *follow(stream: string, from: bigint, signal: AbortSignal): AsyncGenerator<StoredRecord> {
    let next = from;
    while (!signal.aborted) {
      const changed = once(this.#changes, changeOf(stream), { signal });
      changed.catch(() => {});
      const head = readable(stream, this.#heads.get(stream));
      for await (const record of this.read(stream, next)) {
        yield record;
        next = record.revision + 1n;
      }
      if (stateOf(this.#heads.get(stream)) === head.last) await changed.catch(() => {});
    }
  }

  #check(checks: readonly ConsistencyCheck[]): void {
    const violations = checks.flatMap(({ stream, expectedState }, checkIndex) => {
      const head = this.#heads.get(stream);
      if (isInState(head, expectedState)) return [];
      const value = { stream, expectedState, actualState: stateOf(head) };
      return [{ checkIndex, type: { $case: "streamState", value } as const }];
    });
    if (violations.length > 0) throw new AppendConsistencyViolationError({ violations });
  }

  async #commit(changes: Change[], heads: readonly { stream: string; head: Head }[]): Promise<void> {
    for (const { stream, head } of heads) changes.push({ type: "put", key: headKey(stream), value: encodeHead(head) });
    await this.#db.batch(changes, { sync: true });
    if (this.options.flushDelay) await sleep(this.options.flushDelay);
    for (const { stream, head } of heads) this.#heads.set(stream, head);
    for (const { stream } of heads) this.#changes.emit(changeOf(stream));
  }

  #damaged(stream: string, revision: bigint, value: Uint8Array): ServerMalfunctionError {
    const errorDetails = new StandardDetails();
    if (this.options.debugInfo) {
      errorDetails.setDebugInfo(`checksum mismatch in record ${revision} of "${stream}", ${value.length} bytes`);
    }
    return new ServerMalfunctionError({ message: "server malfunction: a stored record is damaged", errorDetails });
  }
}

/** The event name for a stream. Its prefix matters, because an emitter handles "error" specially. */
function changeOf(stream: string): string {
  return `changed ${stream}`;
}
