import { AppendRecordSizeExceededError, AppendTransactionSizeExceededError } from "grpc-rich-errors/catalogs/kurrentdb";
import { EventRecord } from "../gen/eventstore/v1/eventstore.js";

/** How much one append may contain, in bytes. */
export interface Limits {
  readonly maxRecordSize: number;
  readonly maxTransactionSize: number;
}

/** Adds up the records of a transaction, and throws as soon as they exceed a limit. */
export class TransactionSize {
  #size = 0;

  constructor(private readonly limits: Limits) {}

  add(stream: string, records: readonly EventRecord[]): void {
    const { maxRecordSize, maxTransactionSize } = this.limits;
    for (const record of records) {
      const size = EventRecord.encode(record).finish().length;
      if (size > maxRecordSize) {
        throw new AppendRecordSizeExceededError({ stream, recordId: record.id, size, maxSize: maxRecordSize });
      }
      this.#size += size;
    }
    if (this.#size > maxTransactionSize) {
      throw new AppendTransactionSizeExceededError({ size: this.#size, maxSize: maxTransactionSize });
    }
  }
}
