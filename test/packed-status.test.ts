import { Catalog, type DetailCodec, packDetail, RichError, unpack } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { PackedStatus } from "../src/packed-status.js";
import { concat, hex } from "./support/bytes.js";
import { writeStatus } from "./support/oracle.js";

const codec = (index: number): DetailCodec<string> => ({
  typeName: `test.v1.Text${index}`,
  encode: (message) => Buffer.from(message),
  decode: (bytes) => Buffer.from(bytes).toString(),
});
const text = (index: number, value = `text ${index}`) => packDetail(codec(index), value);
const status = (...details: { typeUrl: string; value: Uint8Array }[]) =>
  new PackedStatus(writeStatus({ code: 5, message: "gone", details }));

describe("a detail of a packed status", () => {
  it.each([
    ["the first", 0],
    ["one in between", 1],
    ["the last", 2],
  ])("is read if it is %s", (_, index) => {
    expect(status(text(0), text(1), text(2)).read(codec(index))).toBe(`text ${index}`);
  });

  it("is the first of its type", () => {
    expect(status(text(1, "first"), text(1, "second")).read(codec(1))).toBe("first");
  });

  it("is known not to be there", () => {
    expect([status(text(1)).read(codec(2)), status().read(codec(2))]).toEqual([null, null]);
  });

  it.each(["/test.v1.Text1", "type.googleapis.com/test.v1.Text1", "https://example.com/a/b/test.v1.Text1"])(
    "is of the type that follows the last slash of %s",
    (typeUrl) => {
      expect(status({ ...text(1), typeUrl }).read(codec(1))).toBe("text 1");
    },
  );

  it.each([
    "test.v1.Text1",
    "other.test.v1.Text1",
    "type.googleapis.com/x.test.v1.Text1",
    "xtest.v1.Text1",
    "est.v1.Text1",
    "",
    "type.googleapis.com/test.v1.Text1/",
  ])("is not of a type that %j only ends like", (typeUrl) => {
    expect(status({ ...text(1), typeUrl }).read(codec(1))).toBeNull();
  });

  it.each([0, 1, 127, 128, 16_383, 16_384, 100_000])("is read if it is %d bytes long", (length) => {
    const value = "x".repeat(length);
    expect(status(text(0), text(1, value)).read(codec(1))).toBe(value);
  });

  it("is not looked for among very many, which are decoded together", () => {
    const many = Array.from({ length: 100 }, (_, index) => text(index));
    expect(status(...many).read(codec(99))).toBeUndefined();
    const error = unpack(writeStatus({ code: 5, message: "gone", details: many }));
    expect(many.map((_, index) => error.findDetail(codec(index)))).toEqual(many.map((_, index) => `text ${index}`));
  });

  it.each([
    ["a field that comes after the details", concat(hex("08 05 12 01 61 1a 02 0a 00"), hex("20 01"))],
    ["no message before the details", hex("08 05 1a 02 0a 00")],
    ["a value before its type", hex("08 05 12 01 61 1a 04 12 00 0a 00")],
    ["a field in a detail that is none of its two", hex("08 05 12 01 61 1a 04 0a 00 1a 00")],
    ["a detail that is longer than what is left", hex("08 05 12 01 61 1a 7f 0a 00")],
    ["a length that no trailer has", hex("08 05 12 01 61 1a ff ff ff ff 7f 0a 00")],
    ["nothing at all", hex("")],
  ])("is left to be found by decoding all where there is %s", (_, bytes) => {
    expect(new PackedStatus(bytes).read(codec(1))).toBeUndefined();
  });

  it("is the next one of its type if it cannot be read, and is not tried again", () => {
    let tried = 0;
    const picky: DetailCodec<string> = {
      ...codec(1),
      decode(bytes) {
        tried++;
        const value = codec(1).decode(bytes);
        if (value === "bad") throw new TypeError("it is bad");
        return value;
      },
    };
    const error = unpack(writeStatus({ code: 5, message: "gone", details: [text(1, "bad"), text(1, "good")] }));
    expect([1, 2, 3].map(() => error.findDetail(picky))).toEqual(["good", "good", "good"]);
    // The bad one alone, the bad one among all, and the good one three times.
    expect(tried).toBe(5);
  });
});

it("an error is identified by its ErrorInfo wherever it stands among the details", () => {
  const error = new RichError(5, "gone", { reason: "GONE", domain: "test", errorDetails: [text(1)] });
  const [info, detail] = error.errorDetails;
  const details = [detail, info].flatMap((one) => one ?? []);
  const read = unpack(writeStatus({ code: 5, message: "gone", details }), { catalogs: [new Catalog([])] });
  expect([read.reason, read.domain, read.findDetail(codec(1))]).toEqual(["GONE", "test", "text 1"]);
});
