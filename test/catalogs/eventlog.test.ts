import { describe, expect, it } from "vitest";
import {
  AggregateRecreateNotAllowedError,
  ClientIdempotencyViolationError,
  catalog,
  DeleteAggregateNotExistsError,
  DeleteNotLeaderError,
  DeleteOptimisticConcurrencyViolationError,
  EventLogError,
  ExistsAggregateNotExistsError,
  IdentifyMismatchError,
  InflightDuplicateWriteError,
  LatencyTooHighError,
  NotLeaderError,
  OptimisticConcurrencyViolationError,
  ReadAggregateNotExistsError,
  RegisterSchemaAlreadyExistsError,
  RegisterSchemaCannotAcceptWritesError,
  RegisterSchemaUnsupportedTypeError,
  ReplicationBatchWalSeqGapError,
  ServerBusyError,
  ShardRoutingIncompatibleFiltersError,
  ShardRoutingMultipleShardsError,
  TrimAggregateNotExistsError,
  TrimIndexOutOfRangeError,
  TrimNotLeaderError,
  UnavailableBatchIndexError,
  WriteAggregateNotExistsError,
  WriteSchemaCompilationFailedError,
  WriteSchemaValidationFailedError,
  ZeroEventTypeError,
} from "../../gen/eventlog/v1/errors.rich.js";
import type { RichError } from "../../src/index.js";
import { EVENT_LOG_TABLE } from "./eventlog-table.js";
import { describeSurvival } from "./survival.js";

/** The numbers whose documentation names a client action, by action. */
const RECOVERIES: Readonly<Record<string, readonly number[]>> = {
  FIX_REQUEST: [1000, 2000, 2001, 2004, 2005, 2006, 2021, 2022, 2024, 3004, 4001, 8000, 8001, 9000, 9001, 9002, 10003],
  AUTHENTICATE: [10001, 10002, 10004, 10005, 10006, 10007],
  RETRY: [1002, 2029],
  BACK_OFF_AND_RETRY: [2012, 11000],
  REFRESH_AND_RETRY: [2003, 4002],
  REDIRECT: [2011, 2027, 3005, 4006],
  TREAT_AS_SUCCESS: [2002],
  HOLD_AND_RETRY: [2013],
  CONTACT_OPERATOR: [1003],
};

/** The numbers whose documentation says whether the request took effect. */
const OUTCOMES: Readonly<Record<string, readonly number[]>> = {
  NOT_APPLIED: [
    2000, 2001, 2003, 2004, 2005, 2006, 2008, 2011, 2020, 2021, 2022, 2024, 2027, 3000, 3004, 3005, 4000, 4001, 4002,
    4006, 9000, 9001, 10003, 10004, 10005, 10006, 10007, 11000,
  ],
  MAYBE_APPLIED: [2007, 2013],
  ALREADY_APPLIED: [2002],
};

const aggregate = "orders/7";
/** More than a double can represent. */
const LARGE = 9_007_199_254_740_993n;

/** An error of each class that has a detail, and its message. */
const SAMPLES: readonly [RichError, string][] = [
  [
    new UnavailableBatchIndexError({ aggregate, batchIndex: 3n, firstAvailableBatchIndex: LARGE }),
    "batch 3 of orders/7 no longer exists; the first available batch is 9007199254740993",
  ],
  [new ReadAggregateNotExistsError({ aggregate }), "cannot read the aggregate orders/7, because it does not exist"],
  [new ZeroEventTypeError({ eventIndex: 2 }), "event 2 has the type 0"],
  [
    new ClientIdempotencyViolationError({ clientId: "c-1", clientSequence: LARGE }),
    "sequence 9007199254740993 of client c-1 is already stored",
  ],
  [
    new OptimisticConcurrencyViolationError({ aggregate, expectedVersion: -1n, actualVersion: LARGE }),
    "orders/7 is at version 9007199254740993, not -1",
  ],
  [
    new WriteAggregateNotExistsError({ aggregate }),
    "cannot write to the aggregate orders/7, because it does not exist",
  ],
  [new AggregateRecreateNotAllowedError({ aggregate }), "orders/7 was deleted and cannot be created again"],
  [new NotLeaderError({ leaderAddress: "node-2:7777" }), 'this node is a follower; the leader is "node-2:7777"'],
  [
    new InflightDuplicateWriteError({ clientId: "c-1", clientSequence: 8n }),
    "sequence 8 of client c-1 is not confirmed yet",
  ],
  [
    new RegisterSchemaAlreadyExistsError({ eventType: 5n, schemaVersion: 2n }),
    "event type 5 already has schema version 2",
  ],
  [
    new WriteSchemaValidationFailedError({ eventIndex: 1, eventType: 5n, schemaVersion: 2n, violations: ["no id"] }),
    "event 1 does not match schema version 2 of event type 5",
  ],
  [
    new WriteSchemaCompilationFailedError({ eventType: 5n, schemaVersion: 2n }),
    "schema version 2 of event type 5 is damaged on the server",
  ],
  [
    new RegisterSchemaUnsupportedTypeError({ unsupportedType: "union" }),
    "the schema uses union, which cannot be compiled",
  ],
  [
    new RegisterSchemaCannotAcceptWritesError({ leaderAddress: "node-2:7777" }),
    'this node is a follower; the leader is "node-2:7777"',
  ],
  [new TrimAggregateNotExistsError({ aggregate }), "cannot trim the aggregate orders/7, because it does not exist"],
  [
    new TrimIndexOutOfRangeError({ aggregate, trimIndex: 1n, firstIndex: 4n, lastIndex: 9n }),
    "cannot trim orders/7 to 1; it has 4 to 9",
  ],
  [new TrimNotLeaderError({ leaderAddress: "" }), 'this node is a follower; the leader is ""'],
  [new DeleteAggregateNotExistsError({ aggregate }), "cannot delete the aggregate orders/7, because it does not exist"],
  [
    new DeleteOptimisticConcurrencyViolationError({ aggregate, expectedVersion: 5n, actualVersion: 7n }),
    "orders/7 is at version 7, not 5",
  ],
  [new DeleteNotLeaderError({ leaderAddress: "node-2:7777" }), 'this node is a follower; the leader is "node-2:7777"'],
  [
    new ReplicationBatchWalSeqGapError({ expectedWalSequence: 10n, receivedWalSequence: 12n }),
    "the log expects sequence 10, but the batch begins with 12",
  ],
  [new ExistsAggregateNotExistsError({ aggregate }), "the aggregate orders/7 does not exist"],
  [
    new LatencyTooHighError({ requestedLatencyMs: 9000n, maxLatencyMs: 5000n }),
    "the requested latency is 9000 ms; the maximum is 5000 ms",
  ],
  [
    new ShardRoutingMultipleShardsError({ shards: [0, 3], numShards: 4 }),
    "the aggregates of the request are in more than one of 4 shards",
  ],
  [
    new ShardRoutingIncompatibleFiltersError({ routingRule: "org_id", missingFilter: "Orgs" }),
    "the cluster routes by org_id, but the watch has no filter for Orgs",
  ],
  [
    new IdentifyMismatchError({ clientId: "c-1", identifiedClientId: "c-2" }),
    "the write is from client c-1, but the connection belongs to c-2",
  ],
  [new ServerBusyError({ shard: 3 }), "the queue of shard 3 is full"],
];

const CLASSES = [...catalog];
const DEFINITIONS = CLASSES.map(({ definition }) => definition);

function numbersBy(property: "recovery" | "outcome"): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const definition of DEFINITIONS) {
    const value = definition[property];
    if (!value) continue;
    found[value] ??= [];
    found[value].push(definition.number);
  }
  return found;
}

describe("the catalog of the event store", () => {
  it("has its 68 errors with their documented numbers, names and categories", () => {
    expect(catalog.size).toBe(68);
    expect(EVENT_LOG_TABLE).toHaveLength(68);
    expect(DEFINITIONS.map((d) => [d.number, d.displayName, d.reason, d.category])).toEqual(EVENT_LOG_TABLE);
  });

  it("has 12 categories, the narrower one for numbers in two of them", () => {
    expect(new Set(DEFINITIONS.map(({ category }) => category)).size).toBe(12);
    const schema = DEFINITIONS.filter(({ category }) => category === "Schema").map(({ number }) => number);
    expect(schema).toEqual([2020, 2021, 2022, 2023, 2024, 2025, 2026, 2027, 2028, 2029]);
    expect(catalog.byNumber("eventlog", 2013)?.definition.category).toBe("Write and request");
  });

  it("has one name under two numbers, with two reasons", () => {
    const sameName = DEFINITIONS.filter(({ displayName }) => displayName === "AggregateNotExists");
    expect(sameName.map(({ number, className }) => [number, className])).toEqual([
      [1001, "ReadAggregateNotExistsError"],
      [2005, "WriteAggregateNotExistsError"],
    ]);
  });

  it("finds errors by number", () => {
    for (const [number, , reason] of EVENT_LOG_TABLE) {
      expect(catalog.byNumber("eventlog", number)?.definition.reason).toBe(reason);
    }
  });

  it.each([0, 999, 1006, 2014, 2019, 2030, 3006, 9003, 10000, 10008, 11001])(
    "knows no error of the number %j",
    (number) => {
      expect(catalog.byNumber("eventlog", number)).toBeUndefined();
    },
  );

  it.each([
    [999, undefined],
    [1000, "Read"],
    [1006, "Read"],
    [1999, "Read"],
    [2000, "Write and request"],
    [2019, "Write and request"],
    [2020, "Schema"],
    [2029, "Schema"],
    [2030, "Write and request"],
    [2050, "Write and request"],
    [2999, "Write and request"],
    [3000, "Trim"],
    [3999, "Trim"],
    [4000, "Delete"],
    [4999, "Delete"],
    [5000, "Listing"],
    [5999, "Listing"],
    [6000, "Replication batch"],
    [6999, "Replication batch"],
    [7000, "Exists / aggregate-details"],
    [7999, "Exists / aggregate-details"],
    [8000, "Watch"],
    [8999, "Watch"],
    [9000, "Shard routing"],
    [9999, "Shard routing"],
    [10000, "Identity and authentication"],
    [10999, "Identity and authentication"],
    [11000, "Server health"],
    [11999, "Server health"],
    [12000, undefined],
  ])("knows the category of the number %j, an error's or not: %j", (number, category) => {
    expect(catalog.categoryOf(number)).toBe(category);
    expect(catalog.categoryOf("eventlog", number)).toBe(category);
  });

  it("has no number with another category than its error", () => {
    for (const { number, category } of DEFINITIONS)
      expect([number, catalog.categoryOf(number)]).toEqual([number, category]);
  });

  it("has a recovery wherever the documentation names one", () => {
    expect(numbersBy("recovery")).toEqual(RECOVERIES);
  });

  it("has an outcome wherever it is known", () => {
    expect(numbersBy("outcome")).toEqual(OUTCOMES);
  });

  it("never calls an unconfirmed write applied", () => {
    const { definition } = InflightDuplicateWriteError;
    expect([definition.recovery, definition.outcome]).toEqual(["HOLD_AND_RETRY", "MAYBE_APPLIED"]);
    expect(definition.code).not.toBe(ClientIdempotencyViolationError.definition.code);
  });

  it("marks the errors that followers send to their leader", () => {
    const marked = DEFINITIONS.filter(({ labels }) => labels).map(({ number, labels }) => [number, labels]);
    expect(marked).toEqual([6000, 6001, 6002].map((number) => [number, { port: "replication" }]));
  });

  it("has the documentation of a client action for every error", () => {
    expect(DEFINITIONS.filter(({ documentation }) => !documentation.clientAction)).toEqual([]);
  });
});

describe("an error of the event store", () => {
  describeSurvival(catalog, EventLogError, SAMPLES);
});
