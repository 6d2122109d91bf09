import fc from "fast-check";
import * as details from "grpc-rich-errors/details";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import { durationFromMs, durationToMs } from "../../src/detail/duration.js";

const proto = new protobuf.Root();
proto.resolvePath = (_, target) => (target.startsWith("google/protobuf") ? target : `proto/${target}`);
proto.loadSync("google/rpc/error_details.proto", { keepCase: false });

const localizedMessage = { locale: "fr-CH", message: "trop court" };

describe("a standard type", () => {
  it.each<[details.DetailCodec<unknown>, object]>([
    [details.ErrorInfo, { reason: "R", domain: "d", metadata: { a: "b" } }],
    [details.BadRequest, { fieldViolations: [{ field: "f", description: "d", reason: "R", localizedMessage }] }],
    [details.PreconditionFailure, { violations: [{ type: "t", subject: "s", description: "d" }] }],
    [
      details.QuotaFailure,
      {
        violations: [
          {
            subject: "s",
            description: "d",
            apiService: "a",
            quotaMetric: "m",
            quotaId: "i",
            quotaDimensions: { region: "eu" },
            quotaValue: "9007199254740993",
            futureQuotaValue: "-1",
          },
        ],
      },
    ],
    [details.RetryInfo, { retryDelay: { seconds: "315576000000", nanos: 999_999_999 } }],
    [details.DebugInfo, { stackEntries: ["a", "b"], detail: "d" }],
    [details.RequestInfo, { requestId: "r", servingData: "s" }],
    [details.ResourceInfo, { resourceType: "t", resourceName: "n", owner: "o", description: "d" }],
    [details.Help, { links: [{ description: "d", url: "u" }] }],
    [details.LocalizedMessage, localizedMessage],
  ])("reads and writes $typeName like protobufjs", (codec, message) => {
    const type = proto.lookupType(codec.typeName);
    const bytes = type.encode(type.fromObject(message)).finish();
    const decoded = codec.decode(bytes);
    expect(JSON.parse(JSON.stringify(decoded, (_, value) => (typeof value === "bigint" ? `${value}` : value)))).toEqual(
      message,
    );
    expect(type.toObject(type.decode(codec.encode(decoded)), { longs: String })).toEqual(message);
  });

  it("has the name of its codec", () => {
    const named = Object.entries(details).filter(
      ([name, value]) => typeof value === "object" && "typeName" in value && value.typeName !== `google.rpc.${name}`,
    );
    expect(named).toEqual([]);
  });
});

describe("durationFromMs", () => {
  it.each([
    [0, 0n, 0],
    [-0, 0n, 0],
    [1, 0n, 1_000_000],
    [1_500, 1n, 500_000_000],
    [-1_500, -1n, -500_000_000],
    [0.000001, 0n, 1],
    [0.0000001, 0n, 0],
    [999.9999999, 1n, 0],
    [-999.9999999, -1n, 0],
    [Number.NaN, 0n, 0],
    [Number.POSITIVE_INFINITY, 315_576_000_000n, 0],
    [Number.NEGATIVE_INFINITY, -315_576_000_000n, 0],
    [1e300, 315_576_000_000n, 0],
  ])("converts %d ms to %d s and %d ns", (ms, seconds, nanos) => {
    expect(durationFromMs(ms)).toStrictEqual({ seconds, nanos });
  });

  it("never returns a Duration that the specification forbids", () => {
    fc.assert(
      fc.property(fc.double(), (ms) => {
        const { seconds, nanos } = durationFromMs(ms);
        expect(Math.abs(nanos)).toBeLessThan(1e9);
        expect(Number.isInteger(nanos)).toBe(true);
        expect(seconds <= 315_576_000_000n && seconds >= -315_576_000_000n).toBe(true);
        expect(Number(seconds) * nanos).toBeGreaterThanOrEqual(0);
      }),
      // The sum of a whole second and a fraction just below another rounds up.
      { examples: [[999.9999999], [-1999.99999999], [59_999.99999999]] },
    );
  });
});

describe("durationToMs", () => {
  it.each([
    [{ seconds: 0n, nanos: 0 }, 0],
    [{ seconds: 1n, nanos: 500_000_000 }, 1_500],
    [{ seconds: -1n, nanos: -500_000_000 }, -1_500],
    [{ seconds: 0n, nanos: 1 }, 0.000001],
    [{ seconds: 315_576_000_000n, nanos: 999_999_999 }, 315_576_000_001_000],
  ])("converts %o to %d ms", (duration, ms) => {
    expect(durationToMs(duration)).toBe(ms);
  });

  it("reverses durationFromMs for whole milliseconds", () => {
    fc.assert(
      fc.property(fc.integer(), (ms) => {
        expect(durationToMs(durationFromMs(ms))).toBe(ms);
      }),
    );
  });
});
