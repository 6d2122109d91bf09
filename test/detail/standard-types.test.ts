import * as details from "grpc-rich-errors/details";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";

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
    const named = Object.entries(details).filter(
      ([name, value]) => typeof value === "object" && "typeName" in value && value.typeName !== `google.rpc.${name}`,
    );
    expect(named).toEqual([]);
  });
});
