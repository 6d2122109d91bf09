import { Metadata } from "@grpc/grpc-js";
import { Code, packError } from "grpc-rich-errors";
import { ErrorInfo, packDetail, RequestInfo } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { clientLibraryProblem, readThrownStatus } from "../../src/masking/client-library.js";
import { markReceived } from "../../src/status/metadata.js";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";

const { metadata: trailers } = packError(tooManySides());
const TRAILER = "grpc-status-details-bin";
const trailer = trailers.get(TRAILER)[0] as Buffer;
const info = packDetail(ErrorInfo, { reason: "GONE", domain: "shop.example.com", metadata: {} });
const requestInfo = packDetail(RequestInfo, { requestId: "r-1", servingData: "" });

/** Reads a thrown value that did not come through interceptors. */
function read(thrown: unknown, given?: Metadata) {
  return readThrownStatus({ thrown, trailer: given }, [catalog], false);
}

/** Reads a status that came through interceptors with its metadata. */
function readStatus(thrown: object, statusMetadata: Metadata | null) {
  return readThrownStatus({ thrown, trailer: undefined, statusMetadata }, [catalog], false);
}

describe("readThrownStatus returns undefined for", () => {
  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["a text", "5 NOT_FOUND: no"],
    ["a function with the fields of a status", Object.assign(() => {}, { code: 5, details: "no" })],
    ["an object without a code", { details: "no" }],
    ["a status with the code OK", { code: 0, details: "no" }],
    ["a status with an invalid code", { code: 99, details: "no" }],
    ["a status without a text", { code: 5 }],
    ["an error with a code and no details", Object.assign(new Error("no"), { code: 5 })],
    ["an error of Connect with an invalid code", { code: 99, rawMessage: "no" }],
    ["a text of Connect without the raw message", { code: 5, details: "[not_found] no" }],
    ["an error of protobuf-ts without a message", { code: "NOT_FOUND", meta: {} }],
  ])("%s", (_, thrown) => {
    expect(read(thrown)).toBeUndefined();
  });
});

describe("readThrownStatus reads", () => {
  it.each<[string, object, Code, string]>([
    ["a status", { code: 5, details: "no" }, 5, "no"],
    ["a status with a message", { code: 16, message: "no" }, 16, "no"],
    ["an error with details", Object.assign(new Error("x"), { code: 1, details: "no" }), 1, "no"],
  ])("%s of this server", (_, thrown, code, text) => {
    const status = read(thrown);
    expect(status).toMatchObject({ code, text, library: undefined, received: { code, message: text } });
    expect(status?.received.errorDetails).toEqual([]);
  });

  it("the details from the metadata of a status, or from the trailers given beside it", () => {
    expect(read({ code: 3, details: "no", metadata: trailers })?.received).toBeRichError(TooManySidesError, SIDES);
    const beside = read({ code: 3, details: "no", metadata: new Metadata() }, trailers);
    expect(beside?.received).toBeRichError(TooManySidesError, SIDES);
  });

  it("an error of Connect with the details that have a type and bytes", () => {
    const { value } = info;
    const details = [
      null,
      "text",
      7,
      undefined,
      {},
      { type: "a.B" },
      { value },
      { type: 7, value },
      { type: "a.B", value: "text" },
      { type: "google.rpc.ErrorInfo", value },
      { type: "google.rpc.RequestInfo", value: requestInfo.value },
    ];
    const status = read({ code: Code.NOT_FOUND, rawMessage: "no", message: "[not_found] no", details });
    expect(status).toMatchObject({ code: 5, text: "no", library: "@connectrpc/connect" });
    expect(status?.received).toMatchObject({ code: 5, message: "no", reason: "GONE", received: true });
    expect(status?.received.errorDetails).toEqual([info, requestInfo]);
  });

  it.each([[undefined], ["text"], [{}]])("an error of Connect whose details are %o", (details) => {
    const status = read({ code: 5, rawMessage: "no", details });
    expect(status).toMatchObject({ code: 5, text: "no", library: "@connectrpc/connect" });
    expect(status?.received.errorDetails).toEqual([]);
  });

  it("a declared error of Connect as an instance of its class", () => {
    const details = tooManySides().errorDetails.map(({ typeUrl, value }) => ({
      type: typeUrl.replace(/.*\//, ""),
      value,
    }));
    expect(read({ code: 3, rawMessage: "no", details })?.received).toBeRichError(TooManySidesError, SIDES);
  });

  it("an error of protobuf-ts with its trailer in base64", () => {
    const meta = { [TRAILER]: trailer.toString("base64") };
    const status = read(Object.assign(new Error("no"), { code: "INVALID_ARGUMENT", meta }));
    expect(status).toMatchObject({ code: 3, text: "no", library: "@protobuf-ts/runtime-rpc" });
    expect(status?.received).toBeRichError(TooManySidesError, SIDES);
    expect(status?.received.message).toBe("no");
  });

  it.each([[{}], [{ [TRAILER]: ["AAAA"] }]])("an error of protobuf-ts with the headers %o", (meta) => {
    const status = read(Object.assign(new Error("no"), { code: "NOT_FOUND", meta }));
    expect(status).toMatchObject({ code: 5, text: "no", library: "@protobuf-ts/runtime-rpc" });
    expect(status?.received).toMatchObject({ code: 5, message: "no" });
    expect(status?.received.errorDetails).toEqual([]);
  });
});

describe("readThrownStatus, of a status that came through interceptors,", () => {
  it("uses the metadata if it comes from another server", () => {
    const received = new Metadata();
    received.merge(trailers);
    received.set("content-type", "application/grpc");
    for (const given of [received, marked(trailers.clone())]) {
      const status = readStatus({ code: 3, details: "no" }, given);
      expect(status).toMatchObject({ code: 3, text: "no", library: "@grpc/grpc-js" });
      expect(status?.received).toBeRichError(TooManySidesError, SIDES);
    }
  });

  it("reads the trailer of this server, without taking it for another server's", () => {
    const status = readStatus({ code: 3, details: "no" }, trailers);
    expect(status).toMatchObject({ code: 3, text: "no", library: undefined, received: { code: 3, message: "no" } });
    expect(status?.received).toBeInstanceOf(TooManySidesError);
  });

  it("recognizes the library by the text", () => {
    expect(readStatus({ code: 5, details: "[not_found] no" }, null)).toMatchObject({
      text: "[not_found] no",
      library: "@connectrpc/connect",
      received: { message: "[not_found] no" },
    });
  });

  it("reads no other fields", () => {
    const status = readStatus({ code: 5, details: "no", rawMessage: "other" }, null);
    expect(status).toMatchObject({ text: "no", library: undefined });
  });
});

it("clientLibraryProblem names the library and the fix", () => {
  expect(clientLibraryProblem("nice-grpc").message).toBe(
    "masked an error of a nice-grpc client, because its text comes from another server; " +
      'add its catalog to "catalogs" or an entry to "map"',
  );
});

function marked(metadata: Metadata): Metadata {
  markReceived(metadata);
  return metadata;
}
