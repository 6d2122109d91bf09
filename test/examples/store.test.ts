import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServerMalfunctionError } from "grpc-rich-errors/catalogs/kurrent";
import {
  AppendConsistencyViolationError,
  StreamAlreadyExistsError,
  StreamDeletedError,
  StreamNotFoundError,
  StreamRevisionConflictError,
  StreamTombstonedError,
} from "grpc-rich-errors/catalogs/kurrentdb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ANY, DELETED, EXISTS, NO_STREAM, TOMBSTONED } from "../../examples/eventstore/store/revision.js";
import { EventStore, type StoreOptions } from "../../examples/eventstore/store/store.js";
import { record } from "../../examples/eventstore/tour/scene.js";
import { damage } from "../../examples/eventstore/tour/seed.js";

describe("EventStore", () => {
  let folder: string;
  let store: EventStore;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "store-test-"));
    store = await open();
  });

  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("reads records in the order in which they were appended", async () => {
    expect(await append("a", NO_STREAM, "one", "two")).toBe(1n);
    expect(await append("a", 1n, "three")).toBe(2n);
    expect(await idsOf("a")).toEqual(["one", "two", "three"]);
    expect(await idsOf("a", 1n)).toEqual(["two", "three"]);
    expect(await idsOf("a", 1n, 1)).toEqual(["two"]);
    expect(await idsOf("a", 9n)).toEqual([]);
  });

  it("keeps streams with similar or adjacent names apart", async () => {
    for (const name of ["a", "a0", "a~", "error", "r"]) await append(name, NO_STREAM, name);
    for (const name of ["a", "a0", "a~", "error", "r"]) expect(await idsOf(name)).toEqual([name]);
  });

  it("lets exactly one of many writers win who expect the same revision", async () => {
    await append("a", NO_STREAM, "first");
    const writers = Array.from({ length: 32 }, (_, index) => append("a", 0n, `writer-${index}`));
    const results = await Promise.allSettled(writers);
    const losers = results.filter((result) => result.status === "rejected").map(({ reason }) => reason);
    expect(losers).toHaveLength(31);
    for (const loser of losers) {
      const detail = { stream: "a", expectedRevision: 0n, actualRevision: 1n };
      expect(loser).toBeRichError(StreamRevisionConflictError, detail);
    }
    expect(await idsOf("a")).toHaveLength(2);
  });

  it("lets every writer append who expects no revision", async () => {
    const revisions = await Promise.all(Array.from({ length: 32 }, (_, index) => append("a", ANY, `${index}`)));
    expect(new Set(revisions).size).toBe(32);
    expect(await idsOf("a")).toHaveLength(32);
  });

  it("stores a transaction over several streams completely", async () => {
    const revisions = await store.append([
      { stream: "a", expectedRevision: NO_STREAM, records: [record("1", "T"), record("2", "T")] },
      { stream: "b", expectedRevision: ANY, records: [record("3", "T")] },
    ]);
    expect(revisions).toEqual([1n, 0n]);
    expect([await idsOf("a"), await idsOf("b")]).toEqual([["1", "2"], ["3"]]);
  });

  it("stores nothing of a transaction if one of its streams is not at the expected revision", async () => {
    const transaction = store.append([
      { stream: "a", expectedRevision: NO_STREAM, records: [record("1", "T")] },
      { stream: "b", expectedRevision: 7n, records: [record("2", "T")] },
    ]);
    const detail = { stream: "b", expectedRevision: 7n, actualRevision: NO_STREAM };
    await expect(transaction).rejects.toBeRichError(StreamRevisionConflictError, detail);
    store = await reopen();
    expect(store.size).toBe(0);
    await expect(idsOf("a")).rejects.toBeRichError(StreamNotFoundError, { stream: "a" });
  });

  it("reports all failed checks, and appends nothing", async () => {
    await append("a", NO_STREAM, "one");
    await append("gone", NO_STREAM, "one");
    await store.delete("gone", ANY);
    const checks = [
      { stream: "a", expectedState: 5n },
      { stream: "a", expectedState: EXISTS },
      { stream: "gone", expectedState: DELETED },
      { stream: "gone", expectedState: TOMBSTONED },
    ];
    const appended = store.append([{ stream: "b", expectedRevision: ANY, records: [record("1", "T")] }], checks);
    await expect(appended).rejects.toBeRichError(AppendConsistencyViolationError, {
      violations: [
        { checkIndex: 0, type: { $case: "streamState", value: { stream: "a", expectedState: 5n, actualState: 0n } } },
        {
          checkIndex: 3,
          type: { $case: "streamState", value: { stream: "gone", expectedState: TOMBSTONED, actualState: DELETED } },
        },
      ],
    });
    await expect(idsOf("b")).rejects.toBeRichError(StreamNotFoundError);
  });

  it("says how a stream differs from the writer's expectation", async () => {
    await expect(append("a", EXISTS, "one")).rejects.toBeRichError(StreamNotFoundError, { stream: "a" });
    await append("a", NO_STREAM, "one");
    await expect(append("a", NO_STREAM, "two")).rejects.toBeRichError(StreamAlreadyExistsError, { stream: "a" });
    await store.delete("a", 0n);
    await expect(append("a", EXISTS, "two")).rejects.toBeRichError(StreamDeletedError, { stream: "a" });
    const detail = { stream: "a", expectedRevision: 4n, actualRevision: DELETED };
    await expect(append("a", 4n, "two")).rejects.toBeRichError(StreamRevisionConflictError, detail);
  });

  it.each([
    ["no stream", NO_STREAM],
    ["any revision", ANY],
    ["the revision that it had", 1n],
  ])("revives a deleted stream for a writer who expects %s, without its old records", async (_, expected) => {
    await append("a", NO_STREAM, "one", "two");
    await store.delete("a", 1n);
    await expect(idsOf("a")).rejects.toBeRichError(StreamDeletedError, { stream: "a" });
    expect(await append("a", expected, "three")).toBe(2n);
    expect(await idsOf("a")).toEqual(["three"]);
  });

  it("never reuses a tombstoned stream's name", async () => {
    await append("a", NO_STREAM, "one");
    await store.tombstone("a", 0n);
    store = await reopen();
    await expect(idsOf("a")).rejects.toBeRichError(StreamTombstonedError, { stream: "a" });
    await expect(append("a", ANY, "two")).rejects.toBeRichError(StreamTombstonedError);
    await expect(store.delete("a", ANY)).rejects.toBeRichError(StreamTombstonedError);
  });

  it("keeps everything after a restart", async () => {
    await append("a", NO_STREAM, "one", "two");
    await append("b", NO_STREAM, "three");
    await store.delete("b", ANY);
    store = await reopen();
    expect(store.size).toBe(2);
    expect(await idsOf("a")).toEqual(["one", "two"]);
    expect(await append("a", 1n, "four")).toBe(2n);
    await expect(idsOf("b")).rejects.toBeRichError(StreamDeletedError);
  });

  it("reads up to a damaged record, and reveals no more about the damage than allowed", async () => {
    await append("a", NO_STREAM, "one", "two", "three");
    await store.close();
    await damage(folder, "a", 1n);

    store = await open();
    const read: string[] = [];
    const reading = async () => {
      for await (const { record } of store.read("a")) read.push(record?.id ?? "");
    };
    await expect(reading()).rejects.toSatisfy((error: ServerMalfunctionError) => {
      expect(error).toBeRichError(ServerMalfunctionError);
      return error.standardDetails.debugInfo === undefined;
    });
    expect(read).toEqual(["one"]);

    store = await reopen({ debugInfo: true });
    await expect(idsOf("a")).rejects.toMatchObject({
      standardDetails: { debugInfo: { detail: expect.stringContaining(`record 1 of "a"`) } },
    });
  });

  it("follows a stream until the signal is aborted", async () => {
    await append("a", NO_STREAM, "one");
    const over = new AbortController();
    const ids: string[] = [];
    for await (const { record } of store.follow("a", 0n, over.signal)) {
      ids.push(record?.id ?? "");
      if (ids.length < 4) await append("a", ANY, `after-${record?.id}`);
      else over.abort();
    }
    expect(ids).toEqual(["one", "after-one", "after-after-one", "after-after-after-one"]);
  });

  it("stops following with an error if the stream is deleted", async () => {
    await append("a", NO_STREAM, "one");
    const following = async () => {
      for await (const _ of store.follow("a", 0n, new AbortController().signal))
        setTimeout(() => store.delete("a", ANY));
    };
    await expect(following()).rejects.toBeRichError(StreamDeletedError, { stream: "a" });
  });

  async function open(options: StoreOptions = {}): Promise<EventStore> {
    const store = new EventStore(folder, options);
    await store.open();
    return store;
  }

  async function reopen(options: StoreOptions = {}): Promise<EventStore> {
    await store.close();
    return open(options);
  }

  async function append(stream: string, expectedRevision: bigint, ...ids: string[]): Promise<bigint | undefined> {
    const records = ids.map((id) => record(id, "Tested"));
    const [revision] = await store.append([{ stream, expectedRevision, records }]);
    return revision;
  }

  async function idsOf(stream: string, from?: bigint, limit?: number): Promise<string[]> {
    const ids: string[] = [];
    for await (const { record } of store.read(stream, from, limit)) ids.push(record?.id ?? "");
    return ids;
  }
});
