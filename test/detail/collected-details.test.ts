import { Code, fromStatus, RichError, StandardDetails, toStatus } from "grpc-rich-errors";
import { BadRequest, DebugInfo, typeNameOf } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";

const localizedMessage = { locale: "fr-CH", message: "trop court" };
const violation = { field: "items[3].count", description: "too small", reason: "TOO_SMALL", localizedMessage };
const quota = {
  subject: "project:p1",
  description: "daily limit",
  apiService: "shop.example",
  quotaMetric: "orders",
  quotaId: "orders-per-day",
  quotaDimensions: { region: "eu", zone: "a" },
  quotaValue: 9223372036854775807n,
  futureQuotaValue: -1n,
};
const resource = { resourceType: "t", resourceName: "n", owner: "o", description: "d" };

describe("StandardDetails", () => {
  it.each<[keyof StandardDetails, (details: StandardDetails) => StandardDetails, unknown]>([
    [
      "badRequest",
      (d) => d.addFieldViolation("a", "b"),
      { fieldViolations: [{ field: "a", description: "b", reason: "", localizedMessage: undefined }] },
    ],
    [
      "badRequest",
      (d) => d.addFieldViolation(violation.field, violation.description, violation),
      { fieldViolations: [violation] },
    ],
    [
      "preconditionFailure",
      (d) => d.addPreconditionViolation("TOS", "s", "d"),
      { violations: [{ type: "TOS", subject: "s", description: "d" }] },
    ],
    [
      "quotaFailure",
      (d) => d.addQuotaViolation("s", "d"),
      {
        violations: [
          {
            apiService: "",
            quotaMetric: "",
            quotaId: "",
            quotaDimensions: {},
            quotaValue: 0n,
            futureQuotaValue: undefined,
            subject: "s",
            description: "d",
          },
        ],
      },
    ],
    ["quotaFailure", (d) => d.addQuotaViolation(quota.subject, quota.description, quota), { violations: [quota] }],
    [
      "help",
      (d) => d.addHelpLink("Manual", "https://example.com"),
      { links: [{ description: "Manual", url: "https://example.com" }] },
    ],
    ["retryInfo", (d) => d.setRetryDelay(1500), { retryDelay: { seconds: 1n, nanos: 500_000_000 } }],
    ["retryDelay", (d) => d.setRetryDelay(1500), 1500],
    ["retryDelay", (d) => d.setRetryDelay(0), 0],
    ["debugInfo", (d) => d.setDebugInfo("boom"), { detail: "boom", stackEntries: [] }],
    ["debugInfo", (d) => d.setDebugInfo("boom", ["a:1", "b:2"]), { detail: "boom", stackEntries: ["a:1", "b:2"] }],
    ["requestInfo", (d) => d.setRequestInfo("r-1"), { requestId: "r-1", servingData: "" }],
    ["requestInfo", (d) => d.setRequestInfo("r-1", "shard=7"), { requestId: "r-1", servingData: "shard=7" }],
    ["resourceInfo", (d) => d.setResourceInfo({}), { resourceType: "", resourceName: "", owner: "", description: "" }],
    ["resourceInfo", (d) => d.setResourceInfo(resource), resource],
    ["localizedMessage", (d) => d.setLocalizedMessage("fr-CH", "Requête"), { locale: "fr-CH", message: "Requête" }],
  ])("%s: the client reads what the server collected", (name, collect, expected) => {
    const collected = collect(new StandardDetails());
    expect(collected[name]).toEqual(expected);
    const error = fromStatus(toStatus(new RichError(Code.ABORTED, "no", { errorDetails: collected })));
    expect(error.standardDetails[name]).toEqual(expected);
    expect(error.issues).toEqual([]);
  });

  const readers = [
    "badRequest",
    "preconditionFailure",
    "quotaFailure",
    "help",
    "retryInfo",
    "retryDelay",
    "debugInfo",
    "requestInfo",
    "resourceInfo",
    "localizedMessage",
  ] as const;

  it("is empty at first", () => {
    const details = new StandardDetails();
    expect(readers.map((name) => details[name])).toEqual(readers.map(() => undefined));
    expect([...details]).toEqual([]);
    expect([details.hasFieldViolations, details.hasPreconditionViolations, details.hasQuotaViolations]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("collects violations of one kind in one detail, in order", () => {
    const details = new StandardDetails().addFieldViolation("a", "1").addHelpLink("h", "u").addFieldViolation("b", "2");
    expect(details.badRequest?.fieldViolations.map(({ field }) => field)).toEqual(["a", "b"]);
    expect([...details].map(({ typeUrl }) => typeNameOf(typeUrl))).toEqual([
      "google.rpc.BadRequest",
      "google.rpc.Help",
    ]);
  });

  it("knows which violations it has", () => {
    expect(new StandardDetails().addFieldViolation("a", "b").hasFieldViolations).toBe(true);
    expect(new StandardDetails().addPreconditionViolation("a", "b", "c").hasPreconditionViolations).toBe(true);
    expect(new StandardDetails().addQuotaViolation("a", "b").hasQuotaViolations).toBe(true);
    expect(new StandardDetails().addHelpLink("a", "b").hasFieldViolations).toBe(false);
  });

  it("keeps the last value that was set", () => {
    expect(new StandardDetails().setRetryDelay(1).setRetryDelay(2).retryDelay).toBe(2);
  });

  it("does not keep the caller's array of stack entries", () => {
    const entries = ["a"];
    const details = new StandardDetails().setDebugInfo("d", entries);
    entries.push("b");
    expect(details.debugInfo?.stackEntries).toEqual(["a"]);
  });

  it("can be iterated more than once", () => {
    const details = new StandardDetails().setRequestInfo("r");
    expect([...details]).toEqual([...details]);
  });

  it("has no delay if a peer's RetryInfo has none", () => {
    const error = fromStatus({
      code: 14,
      message: "",
      details: [{ typeUrl: "t/google.rpc.RetryInfo", value: new Uint8Array() }],
    });
    expect(error.standardDetails.retryInfo).toEqual({ retryDelay: undefined });
    expect(error.retryDelay).toBeUndefined();
  });

  it("reads the first valid detail of two", () => {
    const value = (text: string) =>
      BadRequest.encode({
        fieldViolations: [{ field: text, description: "", reason: "", localizedMessage: undefined }],
      });
    const typeUrl = "t/google.rpc.BadRequest";
    const details = [new Uint8Array([0x0a, 9]), value("one"), value("two")].map((bytes) => ({ typeUrl, value: bytes }));
    const { badRequest, debugInfo } = fromStatus({ code: 3, message: "", details }).standardDetails;
    expect(badRequest?.fieldViolations[0]?.field).toBe("one");
    expect(debugInfo).toBeUndefined();
  });

  it("reads from any source of details", () => {
    const details = StandardDetails.from((codec) =>
      codec.typeName === DebugInfo.typeName ? codec.decode(new Uint8Array()) : undefined,
    );
    expect(details.debugInfo).toEqual({ detail: "", stackEntries: [] });
    expect([...details]).toHaveLength(1);
  });
});

it.each([
  [-1000, 0],
  [Number.POSITIVE_INFINITY, 2_147_483_647],
  [1e12, 2_147_483_647],
  [1500, 1500],
])("reads a retry delay of %d ms within the range of a timer: %d ms", (given, read) => {
  expect(new StandardDetails().setRetryDelay(given).retryDelay).toBe(read);
});

describe("an invalid value", () => {
  it.each<[string, (details: StandardDetails) => StandardDetails, string]>([
    ["a text for a delay", (d) => d.setRetryDelay("soon" as never), 'the retry delay is "soon", not a number of'],
    ["no number for a delay", (d) => d.setRetryDelay(Number.NaN), "the retry delay is NaN, not a number of"],
    ["a bigint for a delay", (d) => d.setRetryDelay(5n as never), "the retry delay is 5n, not a number of"],
    [
      "a Date for a delay",
      (d) => d.setRetryDelay(new Date(0) as never),
      "the retry delay is 1970-01-01T00:00:00.000Z, not",
    ],
    [
      "a stack for its entries",
      (d) => d.setDebugInfo("d", 5 as never),
      "the stack entries are 5, not an array of strings",
    ],
    ["a number for a field", (d) => d.addFieldViolation(5 as never, "d", null as never), ""],
  ])("is left out of the error, and the rest is sent: %s", (_, add, why) => {
    const details = add(new StandardDetails().setRequestInfo("r")).setResourceInfo({ owner: "o" });
    for (const errorDetails of [details, [...details]]) {
      const error = new RichError(Code.ABORTED, "no", { errorDetails });
      expect(error.standardDetails).toMatchObject({ requestInfo: { requestId: "r" }, resourceInfo: { owner: "o" } });
      if (why !== "") expect(error.issues.map(({ message }) => message)).toEqual([expect.stringContaining(why)]);
    }
    expect(details.retryDelay).toBeUndefined();
  });

  it("is replaced by a later valid value", () => {
    const errorDetails = new StandardDetails().setRetryDelay(Number.NaN).setRetryDelay(5);
    const error = new RichError(Code.ABORTED, "no", { errorDetails });
    expect([error.retryDelay, error.issues.length]).toEqual([5, 1]);
  });
});
