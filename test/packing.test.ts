import { Metadata } from "@grpc/grpc-js";
import { Code, pack, packError, RichError, unpack } from "grpc-rich-errors";
import { StreamRevisionConflictError, catalog as streams } from "grpc-rich-errors/catalogs/kurrentdb";
import { describe, expect, it } from "vitest";
import { hex } from "./support/bytes.js";
import { readStatus } from "./support/oracle.js";

const CONFLICT = { stream: "orders", expectedRevision: -1n, actualRevision: 9007199254740993n };

/** The trailer as `protoc --encode` writes it: code 9, ErrorInfo, then the detail. */
const TRAILER =
  "CAkSCGNvbmZsaWN0Gk8KKHR5cGUuZ29vZ2xlYXBpcy5jb20vZ29vZ2xlLnJwYy5FcnJvckluZm8SIwoYU1RSRUFNX1JFVklTSU9OX0NPTkZMSUNUEgdz" +
  "dHJlYW1zGnIKW3R5cGUuZ29vZ2xlYXBpcy5jb20va3VycmVudGRiLnByb3RvY29sLnYyLnN0cmVhbXMuZXJyb3JzLlN0cmVhbVJldmlzaW9uQ29uZmxp" +
  "Y3RFcnJvckRldGFpbHMSEwoGb3JkZXJzEAEYgoCAgICAgCA=";

describe("pack", () => {
  it("returns the bytes of the trailer", () => {
    const error = new StreamRevisionConflictError(CONFLICT, { message: "conflict" });
    expect(Buffer.from(pack(error)).toString("base64")).toBe(TRAILER);
  });

  it("includes the code and the message of the error", () => {
    const error = new RichError(Code.DATA_LOSS, "geht nicht 😀 \ud800", { reason: "R" });
    expect(readStatus(pack(error))).toMatchObject({ code: 15, message: "geht nicht 😀 \ufffd" });
  });

  it("returns equal bytes for equal errors, whatever the order of their facts", () => {
    const one = new StreamRevisionConflictError(CONFLICT, { info: { a: "1", b: "2" } });
    const two = new StreamRevisionConflictError({ ...CONFLICT }, { info: { b: "2", a: "1" } });
    expect(pack(one)).toEqual(pack(two));
  });
});

describe("unpack", () => {
  it("reads the trailer of a peer", () => {
    const error = unpack(Buffer.from(TRAILER, "base64"), { catalogs: [streams] });
    expect(error).toBeInstanceOf(StreamRevisionConflictError);
    expect(error).toMatchObject({
      code: 9,
      message: "conflict",
      reason: "STREAM_REVISION_CONFLICT",
      domain: "streams",
    });
    expect(error.detail).toEqual(CONFLICT);
    expect(error.issues).toEqual([]);
  });

  it("reads the trailer without catalogs, and packs the same bytes again", () => {
    const error = unpack(Buffer.from(TRAILER, "base64"));
    expect([error.name, error.reason]).toEqual(["RichError", "STREAM_REVISION_CONFLICT"]);
    expect(Buffer.from(pack(error)).toString("base64")).toBe(TRAILER);
  });

  it.each([
    ["no bytes", "", Code.UNKNOWN, "", ["invalid-code"]],
    ["not protobuf", "ff", Code.UNKNOWN, "", ["malformed-status", "invalid-code"]],
    ["the code 0", "08 00 12 02 6f 6b", Code.UNKNOWN, "ok", ["invalid-code"]],
    ["a code of ten bytes", "08 fb ff ff ff ff ff ff ff ff 01", Code.UNKNOWN, "", ["invalid-code"]],
    ["cut short after the message", "08 05 12 02 6e 6f 1a", Code.NOT_FOUND, "no", ["malformed-status"]],
  ])("reports what is wrong with %s", (_, bytes, code, message, kinds) => {
    const error = unpack(hex(bytes));
    expect([error.code, error.message, error.issues.map(({ kind }) => kind)]).toEqual([code, message, kinds]);
  });

  it("does not read beyond the bytes it is given", () => {
    const bytes = Buffer.from(TRAILER, "base64");
    const within = new Uint8Array(Buffer.concat([hex("ff ff ff"), bytes, hex("ff ff")]));
    const error = unpack(within.subarray(3, 3 + bytes.length), { catalogs: [streams] });
    expect([error.detail, error.issues]).toEqual([CONFLICT, []]);
  });
});

describe("packError", () => {
  it("is a status for grpc-js", () => {
    const error = new StreamRevisionConflictError(CONFLICT, { message: "conflict" });
    const { code, details, metadata } = packError(error);
    expect([code, details]).toEqual([9, "conflict"]);
    const [trailer] = metadata.get("grpc-status-details-bin");
    expect(trailer).toBeInstanceOf(Buffer);
    expect((trailer as Buffer).toString("base64")).toBe(TRAILER);
  });

  it("adds the error's own trailers and does not change them", () => {
    const metadata = new Metadata();
    metadata.set("x-shard", "7");
    const packed = packError(new StreamRevisionConflictError(CONFLICT, { metadata }));
    expect(Object.keys(packed.metadata.getMap())).toEqual(["x-shard", "grpc-status-details-bin"]);
    expect(Object.keys(metadata.getMap())).toEqual(["x-shard"]);
  });

  it.each([1, 2])("replaces an existing trailer, even %d times", (times) => {
    const metadata = new Metadata();
    for (let i = 0; i < times; i++) metadata.add("grpc-status-details-bin", Buffer.from("stale"));
    const packed = packError(new StreamRevisionConflictError(CONFLICT, { message: "conflict", metadata }));
    const trailers = packed.metadata
      .get("grpc-status-details-bin")
      .map((value) => (value as Buffer).toString("base64"));
    expect(trailers).toEqual([TRAILER]);
  });

  it("removes the trailer of an error without details", () => {
    const metadata = new Metadata();
    metadata.set("grpc-status-details-bin", Buffer.from("stale"));
    const packed = packError(new RichError(Code.NOT_FOUND, "no", { metadata }));
    expect(packed.metadata.get("grpc-status-details-bin")).toEqual([]);
    expect(packError(new RichError(Code.NOT_FOUND, "no")).metadata.getMap()).toEqual({});
  });
});

it("packError leaves out the metadata of an error from another server", () => {
  const metadata = new Metadata();
  metadata.set("authorization", "Bearer SECRET");
  const received = RichError.from({ code: 5, details: "gone", metadata });
  expect(packError(received)).toMatchObject({ code: 5, details: "gone" });
  expect(packError(received).metadata.getMap()).toEqual({});
});
