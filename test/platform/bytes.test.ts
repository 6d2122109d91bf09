import { runInNewContext } from "node:vm";
import { Code, pack, RichError, unpack } from "grpc-rich-errors";
import { fromHttp } from "grpc-rich-errors/http";
import { expect, it } from "vitest";
import { isBytes } from "../../src/platform/bytes.js";

/** Bytes as another realm has them, such as a frame of a page or the sandbox of a test runner. */
const foreign = (bytes: Uint8Array): Uint8Array => runInNewContext(`Uint8Array.of(${[...bytes]})`);

it("accepts bytes of any realm, and no other view, array or object", () => {
  for (const bytes of [new Uint8Array(1), Buffer.alloc(1), foreign(Uint8Array.of(1))])
    expect(isBytes(bytes)).toBe(true);
  const named = { [Symbol.toStringTag]: "Uint8Array" };
  for (const other of [
    new Uint16Array(1),
    new DataView(new ArrayBuffer(1)),
    new ArrayBuffer(1),
    [1],
    named,
    "a",
    null,
  ]) {
    expect(isBytes(other)).toBe(false);
  }
});

it("packs and reads bytes of another realm", () => {
  expect(foreign(Uint8Array.of(1))).not.toBeInstanceOf(Uint8Array);
  const detail = { typeUrl: "t/new.v1.Fact", value: foreign(Uint8Array.of(8, 1)) };
  const error = new RichError(Code.ABORTED, "no", { reason: "X", domain: "x", errorDetails: [detail] });
  expect(error.issues).toEqual([]);
  const back = unpack(foreign(pack(error)));
  expect([back.code, back.message, back.reason]).toEqual([Code.ABORTED, "no", "X"]);
  expect(back.errorDetails.map(({ value }) => [...value])).toEqual(error.errorDetails.map(({ value }) => [...value]));
  const metadata = { get: () => [foreign(pack(error))], getMap: () => ({}), clone: () => ({}) };
  expect(RichError.from({ code: 10, details: "no", metadata }).reason).toBe("X");
  expect(fromHttp(409, {}, foreign(Buffer.from('{"error":"no","errorCode":"X"}')))).toMatchObject({ reason: "X" });
  expect(fromHttp(404, {}, foreign(Buffer.from("<html>"))).code).toBe(Code.UNIMPLEMENTED);
});
