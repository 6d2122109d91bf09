import * as root from "grpc-rich-errors";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";

const proto = new protobuf.Root();
proto.resolvePath = (_, target) => (target.startsWith("google/protobuf") ? target : `proto/${target}`);
proto.loadSync("google/rpc/error_details.proto", { keepCase: false });

const localizedMessage = { locale: "fr-CH", message: "trop court" };

describe("a standard type", () => {
  it.each<[root.DetailCodec<unknown>, object]>([
    [root.ErrorInfo, { reason: "R", domain: "d", metadata: { a: "b" } }],
    [root.BadRequest, { fieldViolations: [{ field: "f", description: "d", reason: "R", localizedMessage }] }],
    [root.PreconditionFailure, { violations: [{ type: "t", subject: "s", description: "d" }] }],
    [
      root.QuotaFailure,
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
    [root.RetryInfo, { retryDelay: { seconds: "315576000000", nanos: 999_999_999 } }],
    [root.DebugInfo, { stackEntries: ["a", "b"], detail: "d" }],
    [root.RequestInfo, { requestId: "r", servingData: "s" }],
    [root.ResourceInfo, { resourceType: "t", resourceName: "n", owner: "o", description: "d" }],
    [root.Help, { links: [{ description: "d", url: "u" }] }],
    [root.LocalizedMessage, localizedMessage],
  ])("$typeName reads and writes what protobufjs does", (codec, message) => {
    const type = proto.lookupType(codec.typeName);
    const bytes = type.encode(type.fromObject(message)).finish();
    const decoded = codec.decode(bytes);
    expect(JSON.parse(JSON.stringify(decoded, (_, value) => (typeof value === "bigint" ? `${value}` : value)))).toEqual(
      message,
    );
    expect(type.toObject(type.decode(codec.encode(decoded)), { longs: String })).toEqual(message);
  });

  it("is named as its codec", () => {
    const named = Object.entries(root).filter(
      ([name, value]) => typeof value === "object" && "typeName" in value && value.typeName !== `google.rpc.${name}`,
    );
    expect(named).toEqual([]);
  });
});
