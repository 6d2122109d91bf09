import { Code, codeName, pack, RichError } from "grpc-rich-errors";
import { fromRpcError } from "grpc-rich-errors/grpc-web";
import grpcWeb from "grpc-web";
import { describe, expect, it } from "vitest";
import { catalog, SIDES, SIDES_MESSAGE, TooManySidesError, tooManySides } from "../support/errors.js";

const TRAILER = Buffer.from(pack(tooManySides())).toString("base64");

function rpcError(metadata: Record<string, string>, message = SIDES_MESSAGE): grpcWeb.RpcError {
  return new grpcWeb.RpcError(grpcWeb.StatusCode.INVALID_ARGUMENT, message, metadata);
}

describe("fromRpcError", () => {
  it("gives the declared class, with metadata", () => {
    const metadata = { "grpc-status": "3", "grpc-status-details-bin": TRAILER, "X-Hint": "7", "x-raw-bin": "Af8=" };
    const error = fromRpcError(rpcError(metadata), { catalogs: [catalog] });
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(error).toMatchObject({ origin: "SERVER", issues: [] });
    expect([error.metadata?.get("x-hint"), error.metadata?.get("x-raw-bin")]).toEqual([["7"], [Buffer.from([1, 255])]]);
  });

  it("reads base64 without padding, and of several values the first", () => {
    const trailer = TRAILER.replace(/=+$/, "");
    const error = fromRpcError(rpcError({ "grpc-status-details-bin": `${trailer}, ${trailer}` }), {
      catalogs: [catalog],
    });
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(error.issues.map(({ kind }) => kind)).toEqual(["several-statuses"]);
  });

  it.each(["////", "no base64", "\u{1f600}", ""])("has an issue for the trailer %j", (trailer) => {
    const error = fromRpcError(rpcError({ "grpc-status-details-bin": trailer }), { catalogs: [catalog] });
    expect(error).toMatchObject({ code: Code.INVALID_ARGUMENT, message: SIDES_MESSAGE });
    expect(error.issues.length).toBeGreaterThan(0);
  });

  it("reads a status", () => {
    const metadata = { "grpc-status-details-bin": TRAILER };
    const status = { code: 3, details: SIDES_MESSAGE, metadata };
    expect(fromRpcError(status, { catalogs: [catalog] })).toBeRichError(TooManySidesError, SIDES);
  });

  it.each([
    [0, "UNAVAILABLE", "TRANSPORT"],
    [404, "UNIMPLEMENTED", undefined],
    [502, "UNAVAILABLE", "TRANSPORT"],
    [500, "UNKNOWN", undefined],
  ])("gives the HTTP status %d the code %s", (status, code, origin) => {
    const error = fromRpcError(rpcError({}, `Http response at 400 or 500 level, http status code: ${status}`));
    expect([codeName(error.code), error.origin]).toEqual([code, origin]);
  });

  it("believes a server that sends such a text itself", () => {
    const text = "Http response at 400 or 500 level, http status code: 0";
    expect(fromRpcError(rpcError({ "grpc-status": "3" }, text))).toMatchObject({ code: 3, origin: "SERVER" });
  });

  it.each([
    undefined,
    null,
    7,
    "text",
    new Error("odd"),
    { code: 3 },
    { code: "3", message: "x" },
    { code: 3, message: "x", metadata: 7 },
  ])("reads %o as RichError.from does", (value) => {
    const { code, message } = RichError.from(value);
    expect(fromRpcError(value)).toMatchObject({ code, message });
  });

  it("returns a RichError as it is", () => {
    const error = tooManySides();
    expect(fromRpcError(error)).toBe(error);
  });

  it("refuses unknown options", () => {
    expect(() => fromRpcError(undefined, { catalog } as object)).toThrow(
      'fromRpcError: the option "catalog" is unknown',
    );
  });
});
