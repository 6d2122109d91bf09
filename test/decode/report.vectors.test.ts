import { readFileSync } from "node:fs";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { type DecodedError, decodeReport } from "../../src/decode/report.js";
import { imageOf } from "../cli/images.js";
import { fromCaseDetail } from "../conformance/proto3-json.js";
import { CASES, type Sent, TRAILERS } from "../conformance/vectors.js";

const interop = readFileSync("test/proto/interop/v1/interop.proto", "utf8");
const image = fromBinary(FileDescriptorSetSchema, await imageOf({ "interop/v1/interop.proto": interop }));
const types = createFileRegistry(image);

const rows = TRAILERS.map((trailer) => ({
  title: `${trailer.name} by ${trailer.language} in ${trailer.method}`,
  ...trailer,
}));

/** The trailers of a call, as a log of headers shows them. */
function headersOf({ grpcStatus, grpcMessage, detailsWire }: Sent): string {
  const details = (detailsWire ?? []).map((value) => `grpc-status-details-bin: ${value}`);
  return [`grpc-status: ${grpcStatus}`, `grpc-message: ${grpcMessage ?? ""}`, ...details].join("\n");
}

function only(input: string): DecodedError {
  const { errors } = decodeReport(input, { catalogs: [], types: [types] });
  expect(errors).toHaveLength(1);
  return errors[0] as DecodedError;
}

describe("decodeReport over the trailers of other peers", () => {
  it.each(rows)("reads the headers of $title", ({ meant, sent }) => {
    const { code, message, details } = only(headersOf(sent));
    expect([code.number, message]).toEqual([meant.grpc.code, meant.grpc.message]);
    const expected = meant.expect ?? meant.details ?? [];
    expect(details.map(({ typeUrl }) => typeUrl)).toEqual(expected.map((detail) => fromCaseDetail(detail).typeUrl));
    for (const [index, detail] of expected.entries()) {
      const { json, fields, bytes } = details[index] ?? {};
      expect(bytes).toBeGreaterThan(0);
      if ("valueHex" in detail) expect(fields?.length).toBeGreaterThan(0);
      else expect({ "@type": detail["@type"], ...json }).toEqual(detail);
    }
  });

  it.each(rows.filter(({ sent }) => sent.detailsHex?.[0]))("reads the trailer alone of $title", ({ sent, meant }) => {
    const [hex = ""] = sent.detailsHex ?? [];
    const inputs = [hex, ...(sent.detailsWire ?? []), Buffer.from(hex, "hex").toString("base64")];
    const [first, ...others] = inputs.map(only);
    const { found, size, issues } = first as DecodedError;
    expect(found.encoding).toBe("hex");
    expect(size?.status).toBe(hex.length / 2);
    for (const other of others) expect({ ...other, found }).toEqual(first);
    expect(issues.some(({ kind }) => kind === "malformed-status")).toBe(meant.name === "truncated_bin");
  });

  it("says which peers and proxies lose the larger ones", () => {
    const exceeded = (name: string) => {
      const { sent } = rows.find((row) => row.name === name && row.language === "go") ?? {};
      return only(sent?.detailsHex?.[0] ?? "").size?.exceeds.map(({ by }) => by);
    };
    expect(exceeded("all_ten")).toEqual([]);
    expect(exceeded("medium_details")).toEqual(["nginx (grpc_pass)"]);
    expect(CASES.length).toBe(14);
  });
});
