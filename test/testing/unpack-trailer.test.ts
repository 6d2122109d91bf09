import { Metadata } from "@grpc/grpc-js";
import { Code, packError, RichError } from "grpc-rich-errors";
import { unpackTrailer } from "grpc-rich-errors/testing";
import { describe, expect, it } from "vitest";
import { catalog, TooManySidesError } from "../gen/shapes/v1/shapes.rich.js";
import { hex } from "../support/bytes.js";
import { writeErrorInfo, writeStatus } from "../support/oracle.js";

const SIDES = { shape: "discs", sides: 5n, limit: { most: 4n } };
const { metadata } = packError(new TooManySidesError(SIDES));
const bytes = metadata.get("grpc-status-details-bin")[0] as Buffer;
const padded = bytes.toString("base64");

/** Metadata with some values of the trailer. */
function withTrailers(...values: Buffer[]): Metadata {
  const trailers = new Metadata();
  for (const value of values) trailers.add("grpc-status-details-bin", value);
  return trailers;
}

describe("unpackTrailer", () => {
  it("is tested with base64 that has padding", () => {
    expect(padded).toMatch(/=$/);
  });

  it.each([
    ["metadata", metadata],
    ["bytes", new Uint8Array(bytes)],
    ["a Buffer", bytes],
    ["base64", padded],
    ["base64 without padding, as gRPC sends it", padded.replace(/=+$/, "")],
  ])("reads %s", (_, trailer) => {
    expect(unpackTrailer(trailer, { catalogs: [catalog] })).toBeRichError(TooManySidesError, SIDES);
  });

  it("reads base64 of any length, padded or not", () => {
    for (let length = 0; length < 4; length++) {
      const status = Buffer.from(writeStatus({ code: 5, message: "x".repeat(length) }));
      const text = status.toString("base64");
      expect(unpackTrailer(text).message).toHaveLength(length);
      expect(unpackTrailer(text.replace(/=+$/, "")).message).toHaveLength(length);
    }
  });

  it("accepts types and reasons that no catalog has", () => {
    expect(unpackTrailer(bytes)).toMatchObject({ name: "RichError", reason: "TOO_MANY_SIDES" });
    const info = { typeUrl: "t/google.rpc.ErrorInfo", value: writeErrorInfo("NEW", "shapes.example.com") };
    const status = writeStatus({ code: 5, details: [info, { typeUrl: "t/new.v1.Fact", value: hex("ff") }] });
    expect(unpackTrailer(status, { catalogs: [catalog] }).reason).toBe("NEW");
  });

  const other = new Metadata();
  other.set("x-shard", "7");
  other.set("x-region", "eu");
  const ascii = { get: () => ["CAU"], getMap: () => ({}) } as unknown as Metadata;

  it.each([
    ["no trailer", new Metadata(), "the metadata has no grpc-status-details-bin; its keys: none"],
    ["other trailers only", other, "the metadata has no grpc-status-details-bin; its keys: x-shard, x-region"],
    ["two trailers", withTrailers(bytes, bytes), "the metadata has 2 values of grpc-status-details-bin; send only one"],
    ["text for bytes", ascii, "grpc-status-details-bin is a string; set it to a Buffer"],
    ["a text that is not base64", "CAU!", 'grpc-status-details-bin is not base64: "CAU!"'],
    ["a character too many", "CAUSA", 'grpc-status-details-bin is not base64: "CAUSA"'],
    ["two values joined", "CAU=,CAU=", 'grpc-status-details-bin is not base64: "CAU=,CAU="'],
    ["base64 for URLs", "__8", 'grpc-status-details-bin is not base64: "__8"'],
    ["a long text", "!".repeat(50), `grpc-status-details-bin is not base64: "${"!".repeat(40)}"`],
    [
      "an empty text",
      "",
      "grpc-status-details-bin: invalid-code: the status code is 0, not a whole number from 1 to 16; the error is UNKNOWN",
    ],
    [
      "bytes that are no status",
      hex("08 05 ff"),
      "grpc-status-details-bin: malformed-status: the trailer is not a google.rpc.Status: the bytes end inside a number",
    ],
    [
      "several mistakes",
      writeStatus({ code: 99, details: [{ typeUrl: "t/google.rpc.BadRequest", value: hex("0a 05") }] }),
      "grpc-status-details-bin: invalid-code: the status code is 99, not a whole number from 1 to 16; the error is UNKNOWN; " +
        'malformed-detail: the detail of the type "google.rpc.BadRequest" cannot be read: the bytes end inside a number',
    ],
    [
      "two details of one type",
      writeStatus({ code: 3, details: Array(2).fill({ typeUrl: "t/google.rpc.Help", value: hex("") }) }),
      'grpc-status-details-bin: duplicate-detail: the error has several details of the type "google.rpc.Help"; the first counts',
    ],
  ])("throws for %s", (_, trailer, message) => {
    expect(() => unpackTrailer(trailer)).toThrow(new TypeError(message));
  });

  it("throws for a declared error without its detail if a catalog declares it", () => {
    const info = { typeUrl: "t/google.rpc.ErrorInfo", value: writeErrorInfo("TOO_MANY_SIDES", "shapes.example.com") };
    const status = writeStatus({ code: 3, details: [info] });
    expect(() => unpackTrailer(status, { catalogs: [catalog] })).toThrow(
      'missing-detail: the peer sent no detail of the type "shapes.v1.TooManySidesErrorDetails"; error.detail is an empty message',
    );
    expect(unpackTrailer(status).code).toBe(Code.INVALID_ARGUMENT);
  });

  it("reads an undeclared error that packError wrote", () => {
    const error = new RichError(Code.ABORTED, "no", { reason: "R", domain: "d" });
    expect(unpackTrailer(packError(error).metadata)).toMatchObject({
      code: 10,
      message: "no",
      reason: "R",
      domain: "d",
    });
  });
});
