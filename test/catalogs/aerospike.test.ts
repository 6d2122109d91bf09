import { describe, expect, it } from "vitest";
import {
  AerospikeError,
  AsyncConnectionError,
  BatchFailedError,
  ConnectionError,
  catalog,
  MaxRetriesExceededError,
  NoResponseError,
  TimeoutError,
  TxnFailedError,
} from "../../gen/aerospike/v1/errors.rich.js";
import type { RichError } from "../../src/index.js";
import { describeSurvival } from "./survival.js";

/** Errors of the server: number, name, reason and category, then edition and version if there are any. */
const SERVER: readonly [
  number: number,
  displayName: string,
  reason: string,
  category: string,
  edition?: string,
  since?: string,
][] = [
  [1, "AS_ERR_UNKNOWN", "UNKNOWN", "Basic"],
  [2, "AS_ERR_NOT_FOUND", "NOT_FOUND", "Basic"],
  [3, "AS_ERR_GENERATION", "GENERATION", "Basic"],
  [4, "AS_ERR_PARAMETER", "PARAMETER", "Basic"],
  [5, "AS_ERR_RECORD_EXISTS", "RECORD_EXISTS", "Basic"],
  [6, "AS_ERR_BIN_EXISTS", "BIN_EXISTS", "Basic"],
  [7, "AS_ERR_CLUSTER_KEY_MISMATCH", "CLUSTER_KEY_MISMATCH", "Basic"],
  [8, "AS_ERR_OUT_OF_SPACE", "OUT_OF_SPACE", "Basic"],
  [9, "AS_ERR_TIMEOUT", "TIMEOUT", "Basic"],
  [10, "AS_ERR_ALWAYS_FORBIDDEN", "ALWAYS_FORBIDDEN", "Basic", "EE"],
  [11, "AS_ERR_UNAVAILABLE", "UNAVAILABLE", "Basic"],
  [12, "AS_ERR_INCOMPATIBLE_TYPE", "INCOMPATIBLE_TYPE", "Basic"],
  [13, "AS_ERR_RECORD_TOO_BIG", "RECORD_TOO_BIG", "Basic"],
  [14, "AS_ERR_KEY_BUSY", "KEY_BUSY", "Basic"],
  [15, "AS_ERR_SCAN_ABORT", "SCAN_ABORT", "Basic"],
  [16, "AS_ERR_UNSUPPORTED_FEATURE", "UNSUPPORTED_FEATURE", "Basic"],
  [17, "AS_ERR_BIN_NOT_FOUND", "BIN_NOT_FOUND", "Basic"],
  [18, "AS_ERR_DEVICE_OVERLOAD", "DEVICE_OVERLOAD", "Basic"],
  [19, "AS_ERR_KEY_MISMATCH", "KEY_MISMATCH", "Basic"],
  [20, "AS_ERR_NAMESPACE", "NAMESPACE", "Basic"],
  [21, "AS_ERR_BIN_NAME", "BIN_NAME", "Basic"],
  [22, "AS_ERR_FORBIDDEN", "FORBIDDEN", "Basic"],
  [23, "AS_ERR_ELEMENT_NOT_FOUND", "ELEMENT_NOT_FOUND", "Basic", "", "3.7.0.1"],
  [24, "AS_ERR_ELEMENT_EXISTS", "ELEMENT_EXISTS", "Basic", "", "3.7.0.1"],
  [25, "AS_ERR_ENTERPRISE_ONLY", "ENTERPRISE_ONLY", "Basic", "EE"],
  [50, "AS_SEC_OK_LAST", "SEC_OK_LAST", "Security", "EE"],
  [51, "AS_SEC_ERR_NOT_SUPPORTED", "SEC_NOT_SUPPORTED", "Security", "EE"],
  [52, "AS_SEC_ERR_NOT_ENABLED", "SEC_NOT_ENABLED", "Security", "EE"],
  [53, "AS_SEC_ERR_SCHEME", "SEC_SCHEME", "Security", "EE"],
  [54, "AS_SEC_ERR_COMMAND", "SEC_COMMAND", "Security", "EE"],
  [55, "AS_SEC_ERR_FIELD", "SEC_FIELD", "Security", "EE"],
  [56, "AS_SEC_ERR_STATE", "SEC_STATE", "Security", "EE"],
  [60, "AS_SEC_ERR_USER", "SEC_USER", "Security", "EE"],
  [61, "AS_SEC_ERR_USER_EXISTS", "SEC_USER_EXISTS", "Security", "EE"],
  [62, "AS_SEC_ERR_PASSWORD", "SEC_PASSWORD", "Security", "EE"],
  [63, "AS_SEC_ERR_EXPIRED_PASSWORD", "SEC_EXPIRED_PASSWORD", "Security", "EE"],
  [64, "AS_SEC_ERR_FORBIDDEN_PASSWORD", "SEC_FORBIDDEN_PASSWORD", "Security", "EE"],
  [65, "AS_SEC_ERR_CREDENTIAL", "SEC_CREDENTIAL", "Security", "EE"],
  [66, "AS_SEC_ERR_EXPIRED_SESSION", "SEC_EXPIRED_SESSION", "Security", "EE", "4.1.0.1"],
  [70, "AS_SEC_ERR_ROLE", "SEC_ROLE", "Security", "EE"],
  [71, "AS_SEC_ERR_ROLE_EXISTS", "SEC_ROLE_EXISTS", "Security", "EE"],
  [72, "AS_SEC_ERR_PRIVILEGE", "SEC_PRIVILEGE", "Security", "EE"],
  [73, "AS_SEC_ERR_WHITELIST", "SEC_WHITELIST", "Security", "EE", "4.6.0.2"],
  [80, "AS_SEC_ERR_NOT_AUTHENTICATED", "SEC_NOT_AUTHENTICATED", "Security", "EE"],
  [81, "AS_SEC_ERR_ROLE_VIOLATION", "SEC_ROLE_VIOLATION", "Security", "EE"],
  [82, "AS_SEC_ERR_NOT_WHITELISTED", "SEC_NOT_WHITELISTED", "Security", "EE", "4.6.0.2"],
  [90, "AS_SEC_ERR_LDAP_NOT_ENABLED", "SEC_LDAP_NOT_ENABLED", "Security", "EE", "4.1.0.1"],
  [91, "AS_SEC_ERR_LDAP_SETUP", "SEC_LDAP_SETUP", "Security", "EE", "4.1.0.1"],
  [92, "AS_SEC_ERR_LDAP_TLS_SETUP", "SEC_LDAP_TLS_SETUP", "Security", "EE", "4.1.0.1"],
  [93, "AS_SEC_ERR_LDAP_AUTHENTICATION", "SEC_LDAP_AUTHENTICATION", "Security", "EE", "4.1.0.1"],
  [94, "AS_SEC_ERR_LDAP_QUERY", "SEC_LDAP_QUERY", "Security", "EE", "4.1.0.1"],
  [100, "AS_ERR_UDF_EXECUTION", "UDF_EXECUTION", "UDF"],
  [150, "AS_ERR_BATCH_DISABLED", "BATCH_DISABLED", "Batch", "", "3.6.0"],
  [151, "AS_ERR_BATCH_MAX_REQUESTS", "BATCH_MAX_REQUESTS", "Batch", "", "3.6.0"],
  [152, "AS_ERR_BATCH_QUEUES_FULL", "BATCH_QUEUES_FULL", "Batch", "", "3.6.0"],
  [160, "AS_ERR_GEO_INVALID_GEOJSON", "GEO_INVALID_GEOJSON", "Geo", "", "3.7.0"],
  [200, "AS_ERR_SINDEX_FOUND", "SINDEX_FOUND", "Secondary index"],
  [201, "AS_ERR_SINDEX_NOT_FOUND", "SINDEX_NOT_FOUND", "Secondary index"],
  [202, "AS_ERR_SINDEX_OOM", "SINDEX_OOM", "Secondary index"],
  [203, "AS_ERR_SINDEX_NOT_READABLE", "SINDEX_NOT_READABLE", "Secondary index"],
  [204, "AS_ERR_SINDEX_GENERIC", "SINDEX_GENERIC", "Secondary index"],
  [205, "AS_ERR_SINDEX_NAME", "SINDEX_NAME", "Secondary index"],
  [206, "AS_ERR_SINDEX_MAX_COUNT", "SINDEX_MAX_COUNT", "Secondary index"],
  [210, "AS_ERR_QUERY_USER_ABORT", "QUERY_USER_ABORT", "Secondary index"],
  [211, "AS_ERR_QUERY_QUEUE_FULL", "QUERY_QUEUE_FULL", "Secondary index"],
  [212, "AS_ERR_QUERY_TIMEOUT", "QUERY_TIMEOUT", "Secondary index"],
  [213, "AS_ERR_QUERY_CB", "QUERY_CB", "Secondary index"],
  [214, "AS_ERR_QUERY_NET_IO", "QUERY_NET_IO", "Secondary index"],
  [215, "AS_ERR_QUERY_DUPLICATE", "QUERY_DUPLICATE", "Secondary index"],
];

/** Errors of the clients. */
const CLIENT: readonly [number: number, reason: string][] = [
  [-1, "CLIENT"],
  [-2, "PARAM"],
  [-3, "NO_MORE_RECORDS"],
  [-4, "INVALID_HOST"],
  [-5, "CLIENT_ABORT"],
  [-6, "ASYNC_CONNECTION"],
  [-7, "NO_MORE_CONNECTIONS"],
  [-8, "INVALID_NODE"],
  [-9, "TLS_ERROR"],
  [-10, "CONNECTION"],
  [-11, "ASYNC_QUEUE_FULL"],
  [-12, "MAX_RETRIES_EXCEEDED"],
  [-13, "USE_NORMAL_RETRY"],
  [-14, "MAX_ERROR_RATE"],
  [-15, "NO_RESPONSE"],
  [-16, "BATCH_FAILED"],
  [-17, "TXN_FAILED"],
  [-18, "TXN_ALREADY_COMMITTED"],
  [-19, "TXN_ALREADY_ABORTED"],
];

/** An error of each class that has a detail, and its message. */
const SAMPLES: readonly [RichError, string][] = [
  [new TimeoutError({ inDoubt: true }), "the request took too long (in doubt: true)"],
  [new AsyncConnectionError({ inDoubt: false }), "the client could not connect (in doubt: false)"],
  [new ConnectionError({ inDoubt: true }), "the connection failed (in doubt: true)"],
  [new MaxRetriesExceededError({ inDoubt: true }), "all retries failed (in doubt: true)"],
  [new NoResponseError({ inDoubt: true }), "no response was received (in doubt: true)"],
  [new BatchFailedError({ inDoubt: true }), "parts of the batch failed (in doubt: true)"],
  [new TxnFailedError({ inDoubt: true }), "the transaction failed (in doubt: true)"],
];

const CLASSES = [...catalog];
const DEFINITIONS = CLASSES.map(({ definition }) => definition);
const ofServer = DEFINITIONS.filter(({ number }) => number > 0);
const ofClients = DEFINITIONS.filter(({ number }) => number < 0);

describe("the catalog of Aerospike", () => {
  it("has the server's 69 errors with their numbers, names and categories", () => {
    expect(ofServer).toHaveLength(69);
    expect(ofServer.map((d) => [d.number, d.displayName, d.reason, d.category])).toEqual(
      SERVER.map(([number, displayName, reason, category]) => [number, displayName, reason, category]),
    );
  });

  it.each([
    [-2147483649, undefined],
    [-2147483648, "Client"],
    [-1, "Client"],
    [0, undefined],
    [1, "Basic"],
    [49, "Basic"],
    [50, "Security"],
    [99, "Security"],
    [100, "UDF"],
    [109, "UDF"],
    [110, undefined],
    [149, undefined],
    [150, "Batch"],
    [159, "Batch"],
    [160, "Geo"],
    [169, "Geo"],
    [170, undefined],
    [199, undefined],
    [200, "Secondary index"],
    [219, "Secondary index"],
    [220, undefined],
  ])("knows the category of the number %j, an error's or not: %j", (number, category) => {
    expect(catalog.categoryOf(number)).toBe(category);
    expect(catalog.categoryOf("aerospike", number)).toBe(category);
  });

  it("has no number with another category than its error", () => {
    for (const { definition } of catalog) expect(catalog.categoryOf(definition.number)).toBe(definition.category);
  });

  it("has the 19 errors of the clients, below zero and in their own category", () => {
    expect(catalog.size).toBe(69 + 19);
    expect(ofClients.map(({ number, reason }) => [number, reason])).toEqual(CLIENT);
    expect(new Set(ofClients.map(({ category }) => category))).toEqual(new Set(["Client"]));
  });

  it("finds errors by number, below zero too", () => {
    for (const [number, , reason] of SERVER) {
      expect(catalog.byNumber("aerospike", number)?.definition.reason).toBe(reason);
    }
    for (const [number, reason] of CLIENT) {
      expect(catalog.byNumber("aerospike", number)?.definition.reason).toBe(reason);
    }
  });

  it.each([0, 26, 49, 57, 74, 83, 99, 101, 153, 207, 216, -20])("knows no error of the number %j", (number) => {
    expect(catalog.byNumber("aerospike", number)).toBeUndefined();
  });

  it("has the edition and the first version of each error", () => {
    const found = ofServer.map(({ number, labels, since }) => [number, labels?.["edition"], since]);
    const documented = SERVER.map(([number, , , , edition, since]) => [number, edition || undefined, since]);
    expect(found).toEqual(documented);
  });

  it("has the side on which each error arises", () => {
    expect(new Set(ofServer.map(({ origin }) => origin))).toEqual(new Set(["SERVER"]));
    expect(new Set(ofClients.map(({ origin }) => origin))).toEqual(new Set(["CLIENT"]));
    const byBoth = DEFINITIONS.filter(({ labels }) => labels?.["made_by"]);
    expect(byBoth.map(({ number, labels }) => [number, labels])).toEqual([[9, { made_by: "client,server" }]]);
  });

  it("has a detail, with the in-doubt flag, in every error that may have been applied", () => {
    const maybe = DEFINITIONS.filter(({ outcome }) => outcome === "MAYBE_APPLIED");
    expect(maybe.map(({ number }) => number)).toEqual([9, -6, -10, -12, -15, -16, -17]);
    expect(maybe.filter(({ detail }) => !detail)).toEqual([]);
  });

  it("has no success among its errors, except for the end mark of a security response", () => {
    const successes = DEFINITIONS.filter(({ recovery }) => recovery === "TREAT_AS_SUCCESS");
    expect(successes.map(({ number }) => number)).toEqual([50]);
  });

  it("tells writers to read again after another writer came first", () => {
    const refreshed = DEFINITIONS.filter(({ recovery }) => recovery === "REFRESH_AND_RETRY");
    expect(refreshed.map(({ reason }) => reason)).toEqual(["GENERATION"]);
  });
});

describe("an error of Aerospike", () => {
  describeSurvival(catalog, AerospikeError, SAMPLES);
});
