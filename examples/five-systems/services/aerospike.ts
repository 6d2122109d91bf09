import { setTimeout as sleep } from "node:timers/promises";
import type { RichImplementation } from "grpc-rich-errors";
import { GenerationError, NotFoundError, TimeoutError } from "grpc-rich-errors/catalogs/aerospike";
import type { AerospikeService } from "../gen/systems/v1/systems.js";

/** How many characters the store writes in a millisecond. */
const SPEED = 100;

interface StoredRecord {
  readonly value: string;
  readonly generation: number;
}

/** Records by key, each with a count of its writes. */
export function aerospike(): RichImplementation<AerospikeService> {
  const records = new Map<string, StoredRecord>();
  const store = async (key: string, record: StoredRecord) => {
    await sleep(record.value.length / SPEED);
    records.set(key, record);
  };
  return {
    get({ request: { key } }) {
      const record = records.get(key);
      if (!record) throw new NotFoundError();
      return record;
    },

    async put({ request: { key, value, expectedGeneration, totalTimeout } }) {
      const { generation } = records.get(key) ?? { generation: 0 };
      if (expectedGeneration > 0 && expectedGeneration !== generation) throw new GenerationError();
      const writing = store(key, { value, generation: generation + 1 });
      // A write that takes too long continues, so its outcome is in doubt.
      const late = totalTimeout > 0 && sleep(totalTimeout, "late");
      if ((await Promise.race(late ? [writing, late] : [writing])) === "late")
        throw new TimeoutError({ inDoubt: true });
      return { generation: generation + 1 };
    },
  };
}
