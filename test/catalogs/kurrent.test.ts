import { Code, pack, type RichError, unpack } from "grpc-rich-errors";
import { catalog as platform, ServerError } from "grpc-rich-errors/catalogs/kurrent";
import { AppendConsistencyViolationError, StreamsError, catalog as streams } from "grpc-rich-errors/catalogs/kurrentdb";
import { describe, expect, it } from "vitest";

type Row = readonly [reason: string, code: Code, recovery: string, outcome: string, retryDelay?: number];

/** The errors as KurrentDB documents them, with a retry delay if its servers send RetryInfo. */
const PLATFORM: readonly Row[] = [
  ["ACCESS_DENIED", Code.PERMISSION_DENIED, "AUTHENTICATE", "NOT_APPLIED"],
  ["BAD_REQUEST", Code.INVALID_ARGUMENT, "FIX_REQUEST", "NOT_APPLIED"],
  ["NOT_LEADER_NODE", Code.FAILED_PRECONDITION, "REDIRECT", "NOT_APPLIED"],
  ["OPERATION_TIMEOUT", Code.DEADLINE_EXCEEDED, "BACK_OFF_AND_RETRY", "MAYBE_APPLIED", 5000],
  ["SERVER_NOT_READY", Code.UNAVAILABLE, "BACK_OFF_AND_RETRY", "NOT_APPLIED", 5000],
  ["SERVER_OVERLOADED", Code.UNAVAILABLE, "BACK_OFF_AND_RETRY", "NOT_APPLIED", 5000],
  ["SERVER_MALFUNCTION", Code.INTERNAL, "CONTACT_OPERATOR", "MAYBE_APPLIED"],
  ["SERVER_SHUTTING_DOWN", Code.UNAVAILABLE, "BACK_OFF_AND_RETRY", "MAYBE_APPLIED", 5000],
];

const STREAMS: readonly Row[] = [
  ["STREAM_NOT_FOUND", Code.NOT_FOUND, "FIX_REQUEST", "NOT_APPLIED"],
  ["STREAM_ALREADY_EXISTS", Code.ALREADY_EXISTS, "FIX_REQUEST", "NOT_APPLIED"],
  ["STREAM_DELETED", Code.FAILED_PRECONDITION, "FIX_REQUEST", "NOT_APPLIED"],
  ["STREAM_TOMBSTONED", Code.FAILED_PRECONDITION, "NONE", "NOT_APPLIED"],
  ["STREAM_REVISION_CONFLICT", Code.FAILED_PRECONDITION, "REFRESH_AND_RETRY", "NOT_APPLIED"],
  ["APPEND_RECORD_SIZE_EXCEEDED", Code.INVALID_ARGUMENT, "FIX_REQUEST", "NOT_APPLIED"],
  ["APPEND_TRANSACTION_SIZE_EXCEEDED", Code.ABORTED, "FIX_REQUEST", "NOT_APPLIED"],
  ["STREAM_ALREADY_IN_APPEND_SESSION", Code.ABORTED, "FIX_REQUEST", "NOT_APPLIED"],
  ["APPEND_SESSION_NO_REQUESTS", Code.FAILED_PRECONDITION, "FIX_REQUEST", "NOT_APPLIED"],
  ["APPEND_CONSISTENCY_VIOLATION", Code.FAILED_PRECONDITION, "REFRESH_AND_RETRY", "NOT_APPLIED"],
];

describe.each([
  ["platform", platform, "server", PLATFORM],
  ["Streams API", streams, "streams", STREAMS],
] as const)("the catalog of KurrentDB's %s", (_, catalog, domain, table) => {
  const definitions = [...catalog].map(({ definition }) => definition);

  it("has its errors with their recoveries", () => {
    const rows = definitions.map((d) => [d.reason, d.code, d.recovery, d.outcome, d.retryDelay]);
    expect(rows).toEqual(table.map((row) => [...row, undefined].slice(0, 5)));
  });

  it("keeps the domain of Kurrent's convention, and does not send its numbers", () => {
    expect(definitions.filter((d) => d.domain !== domain || d.numericCode)).toEqual([]);
  });

  it("has the documentation of a client action for every error", () => {
    expect(definitions.filter(({ documentation }) => !documentation.clientAction)).toEqual([]);
  });
});

describe("an error of KurrentDB", () => {
  it.each([...platform].filter(({ definition }) => definition.retryDelay))(
    "$definition.reason is sent with its server's retry delay",
    ({ definition }) => {
      const errorClass = platform.byReason("server", definition.reason) as unknown as new (
        options?: object,
      ) => RichError;
      const sent = (error: RichError) => unpack(pack(error), { catalogs: [platform] });
      expect(sent(new errorClass()).retryDelay).toBe(5000);
      expect(sent(new errorClass({ retryDelay: 1000 })).retryDelay).toBe(1000);
      expect(sent(new errorClass())).toBeInstanceOf(ServerError);
    },
  );

  it("lists every failed check of an append", () => {
    const value = { stream: "orders", expectedState: -1n, actualState: 9_007_199_254_740_993n };
    const violations = [
      { checkIndex: 0, type: { $case: "streamState" as const, value } },
      { checkIndex: 3, type: undefined },
    ];
    const back = unpack(pack(new AppendConsistencyViolationError({ violations })), { catalogs: [streams] });
    expect(back).toBeInstanceOf(StreamsError);
    expect(back.detail).toEqual({ violations });
    expect(back.issues).toEqual([]);
  });
});
