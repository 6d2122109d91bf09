import { Metadata } from "@grpc/grpc-js";
import { Catalog, pack, RichError, unpack } from "grpc-rich-errors";
import { type DetailCodec, ErrorInfo, packDetail } from "grpc-rich-errors/details";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { decodeStatus, PackedStatus } from "../../src/status/trailer.js";
import { concat, hex } from "../support/bytes.js";
import { declare } from "../support/declared.js";
import { writeStatus } from "../support/oracle.js";

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

  it("is reported as missing", () => {
    expect([status(text(1)).read(codec(2)), status().read(codec(2))]).toEqual([null, null]);
  });

  it.each(["/test.v1.Text1", "type.googleapis.com/test.v1.Text1", "https://example.com/a/b/test.v1.Text1"])(
    "has the type after the last slash of %s",
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
  ])("does not have a type that %j merely ends with", (typeUrl) => {
    expect(status({ ...text(1), typeUrl }).read(codec(1))).toBeNull();
  });

  it.each([0, 1, 127, 128, 16_383, 16_384, 100_000])("is read if it is %d bytes long", (length) => {
    const value = "x".repeat(length);
    expect(status(text(0), text(1, value)).read(codec(1))).toBe(value);
  });

  it("is not searched among many details, which are all decoded at once", () => {
    const many = Array.from({ length: 100 }, (_, index) => text(index));
    expect(status(...many).read(codec(99))).toBeUndefined();
    const error = unpack(writeStatus({ code: 5, message: "gone", details: many }));
    expect(many.map((_, index) => error.findDetail(codec(index)))).toEqual(many.map((_, index) => `text ${index}`));
  });

  it.each([
    ["a field after the details", concat(hex("08 05 12 01 61 1a 02 0a 00"), hex("20 01"))],
    ["no message before the details", hex("08 05 1a 02 0a 00")],
    ["a value before its type URL", hex("08 05 12 01 61 1a 04 12 00 0a 00")],
    ["an unknown field in a detail", hex("08 05 12 01 61 1a 04 0a 00 1a 00")],
    ["a detail that is longer than the remaining bytes", hex("08 05 12 01 61 1a 7f 0a 00")],
    ["a length of gigabytes", hex("08 05 12 01 61 1a ff ff ff ff 7f 0a 00")],
    ["no fields", hex("")],
  ])("is found in bytes with %s, as a full decode finds it", (_, bytes) => {
    const { details } = decodeStatus(bytes);
    expect(details.filter(({ typeUrl }) => typeUrl.endsWith("/test.v1.Text1"))).toEqual([]);
    expect(new PackedStatus(bytes).read(codec(1))).toBeNull();
    const more = concat(bytes, writeStatus({ details: [text(1)] }));
    const found = decodeStatus(more).details.some(({ typeUrl }) => typeUrl.endsWith("/test.v1.Text1"));
    expect(new PackedStatus(more).read(codec(1))).toBe(found ? "text 1" : null);
  });

  it("is the next of its type if one cannot be read, which is not tried again", () => {
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

it("identifies an error by its ErrorInfo at any place among the details", () => {
  const error = new RichError(5, "gone", { reason: "GONE", domain: "test", errorDetails: [text(1)] });
  const [info, detail] = error.errorDetails;
  const details = [detail, info].flatMap((one) => one ?? []);
  const read = unpack(writeStatus({ code: 5, message: "gone", details }), { catalogs: [new Catalog([])] });
  expect([read.reason, read.domain, read.findDetail(codec(1))]).toEqual(["GONE", "test", "text 1"]);
});

describe("a lazily decoded error", () => {
  const { decode } = PackedStatus.prototype;
  let decoded = 0;
  beforeEach(() => {
    decoded = 0;
    PackedStatus.prototype.decode = function (this: PackedStatus) {
      decoded++;
      return decode.call(this);
    };
  });
  afterEach(() => {
    PackedStatus.prototype.decode = decode;
  });

  /** A codec that counts how often it decodes. */
  function counting(index: number): DetailCodec<string> & { times: number } {
    const counted = {
      ...codec(index),
      times: 0,
      decode(bytes: Uint8Array) {
        counted.times++;
        return codec(index).decode(bytes);
      },
    };
    return counted;
  }

  const own = counting(1);
  const other = counting(2);
  const Gone = declare<string>({ name: "GONE", reason: "GONE", code: 5, detail: own });
  const catalogs = [new Catalog([Gone])];
  const sent = () => new Gone("text 1", { message: "gone", errorDetails: [text(2)] });

  const WAYS: readonly [string, (bytes: Uint8Array, given?: readonly Catalog[]) => RichError][] = [
    ["unpack", (bytes, given = catalogs) => unpack(bytes, { catalogs: given })],
    [
      "RichError.from",
      (bytes, given = catalogs) => {
        const metadata = new Metadata();
        metadata.set("grpc-status-details-bin", Buffer.from(bytes));
        return RichError.from({ code: 5, details: "gone", metadata }, { catalogs: given });
      },
    ],
  ];

  it.each(WAYS)("is identified by %s without a full decode, and its details are decoded on demand", (_, read) => {
    own.times = 0;
    other.times = 0;
    // The first time by what ErrorInfo says, then by its bytes.
    for (const time of [1, 2, 3]) {
      const error = read(pack(sent()));
      expect(error).toBeInstanceOf(Gone);
      expect([error.code, error.message, error.reason, error.domain]).toEqual([5, "gone", "GONE", "test.example.com"]);
      expect([decoded, own.times, other.times]).toEqual([0, time - 1, time - 1]);
      expect([error.detail, error.detail]).toEqual(["text 1", "text 1"]);
      expect([decoded, own.times, other.times]).toEqual([0, time, time - 1]);
      expect([error.findDetail(other), error.findDetail(codec(3)), error.retryDelay]).toEqual([
        "text 2",
        undefined,
        undefined,
      ]);
      expect([decoded, own.times, other.times]).toEqual([0, time, time]);
    }
  });

  it.each(WAYS)(
    "is identified by %s by the bytes of its ErrorInfo, which is decoded only the first time",
    (_, read) => {
      const Fresh = declare<string>({ name: "GONE", reason: "GONE", code: 5, detail: own });
      const fresh = [new Catalog([Fresh])];
      const decodeInfo = vi.spyOn(ErrorInfo, "decode");
      onTestFinished(() => decodeInfo.mockRestore());
      const times = [1, 2, 3].map(() => {
        const error = read(pack(sent()), fresh);
        expect([error.constructor, error.reason, error.info?.domain]).toEqual([Fresh, "GONE", "test.example.com"]);
        return decodeInfo.mock.calls.length;
      });
      expect(times).toEqual([1, 1, 1]);
    },
  );

  it.each(WAYS)("is fully decoded by %s once, when all details are read", (_, read) => {
    const error = read(pack(sent()));
    expect(error.errorDetails).toHaveLength(3);
    void [error.errorDetails, error.issues, error.toJSON(), error.standardDetails.help];
    expect(decoded).toBe(1);
  });

  it.each(WAYS)(
    "is identified by %s if its ErrorInfo contains more than its definition, or no catalog knows it",
    (_, read) => {
      const more = read(pack(new Gone("text 1", { message: "gone", info: { id: "7" } })));
      expect([more.constructor, more.info?.metadata]).toEqual([Gone, { id: "7" }]);
      const stranger = read(pack(new RichError(5, "gone", { reason: "GONE", domain: "elsewhere" })));
      expect([stranger.reason, stranger.domain, stranger.definition]).toEqual(["GONE", "elsewhere", undefined]);
      expect(read(pack(sent()), []).reason).toBe("GONE");
      expect(decoded).toBe(0);
    },
  );

  const DETAILS = pack(sent()).subarray(8);
  const ODD: readonly [string, Uint8Array][] = [
    ["whose code does not come first", concat(hex("12 04 67 6f 6e 65 08 05"), DETAILS)],
    ["whose code comes last", concat(hex("12 04 67 6f 6e 65"), DETAILS, hex("08 05"))],
    ["whose code comes after the details", concat(DETAILS, hex("08 05 12 04 67 6f 6e 65"))],
    ["whose code has an overlong encoding", concat(hex("08 85 00 12 04 67 6f 6e 65"), DETAILS)],
    ["with a field before the code", concat(hex("20 01 08 05 12 04 67 6f 6e 65"), DETAILS)],
    ["with a field between message and details", concat(hex("08 05 12 04 67 6f 6e 65 20 01"), DETAILS)],
  ];

  describe.each(WAYS)("by %s", (_, read) => {
    it.each(ODD)("is the same in bytes %s, and not fully decoded", (_, bytes) => {
      const error = read(bytes);
      expect(error).toBeInstanceOf(Gone);
      expect([error.code, error.message, error.reason]).toEqual([5, "gone", "GONE"]);
      expect([error.detail, error.findDetail(other)]).toEqual(["text 1", "text 2"]);
      expect(decoded).toBe(0);
      expect(error.issues.filter(({ kind }) => kind !== "unknown-type")).toEqual([]);
      expect(pack(error)).toEqual(pack(sent()));
    });
  });
});

describe("the code and the message of a packed status", () => {
  it.each<[string, { code: number; message: string }]>([
    ["08 05 12 02 68 69", { code: 5, message: "hi" }],
    ["08 7f 12 00", { code: 127, message: "" }],
    ["08 00 12 00", { code: 0, message: "" }],
    ["08 80 01 12 00", { code: 128, message: "" }],
    ["08 05 12 03 68 69", { code: 5, message: "" }],
    ["08 05 12", { code: 5, message: "" }],
    ["08 05", { code: 5, message: "" }],
    ["08", { code: 0, message: "" }],
    ["", { code: 0, message: "" }],
    ["0a 05 12 00", { code: 0, message: "" }],
    ["08 05 1a 00", { code: 5, message: "" }],
    ["1a 00 12 02 68 69 08 05", { code: 5, message: "hi" }],
  ])("in %s are %o", (bytes, head) => {
    const { code, message } = decodeStatus(hex(bytes));
    expect({ code, message }).toEqual(head);
    for (const form of [hex(bytes), Buffer.from(hex(bytes))]) expect(new PackedStatus(form).head).toEqual(head);
  });

  it.each([127, 128, 16_383, 16_384, 2_097_151, 2_097_152])("are found if the message has %d bytes", (length) => {
    const message = "x".repeat(length);
    const packed = new PackedStatus(writeStatus({ code: 5, message, details: [text(1)] }));
    expect(packed.head?.message === message).toBe(true);
    expect([packed.read(codec(1)), packed.read(codec(2))]).toEqual(["text 1", null]);
  });
});
