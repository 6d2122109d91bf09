import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { Code, pack, RichError, StandardDetails, unpack } from "grpc-rich-errors";
import { type DetailCodec, Help, tsProtoCodec } from "grpc-rich-errors/details";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import { Catalog } from "../../src/catalog.js";
import type { WireWriter } from "../../src/wire/writer.js";
import { declare } from "../support/declared.js";
import { readStatus } from "../support/oracle.js";

interface Gone {
  readonly key: string;
}

const TYPE = "test.v1.Gone";
const KEY = "a key that is longer than one of the short ones";

function decode(input: Uint8Array | BinaryReader): Gone {
  const reader = input instanceof BinaryReader ? input : new BinaryReader(input);
  let key = "";
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 1) key = reader.string();
    else reader.skip(type);
  }
  return { key };
}

/** What a library that is given a writer may do with it. */
type Writer = Pick<WireWriter, "uint32" | "string" | "fork" | "join" | "finish">;
type Encode = (message: Gone, writer?: Writer) => { finish(): Uint8Array };

const own = ({ key }: Gone) => new BinaryWriter().uint32(10).string(key);

const LIBRARIES: readonly [string, Encode][] = [
  ["takes no writer", own],
  ["takes a writer, and uses another", (message, _writer) => own(message)],
  [
    "begins in the writer, and ends in another",
    (message, writer) => {
      writer?.uint32(18).string("left behind");
      return own(message);
    },
  ],
  [
    "needs a writer of protobufjs",
    ({ key }, writer = protobuf.Writer.create() as never) => {
      const given = writer as unknown as protobuf.Writer;
      return given.uint32(18).fork().ldelim().uint32(10).string(key);
    },
  ],
  [
    "ends no message that it begins",
    (message, writer) => (writer ? writer.uint32(10).string(message.key).uint32(18).fork() : own(message)),
  ],
  [
    "ends a message that it did not begin",
    (message, writer) => (writer ? writer.uint32(10).string(message.key).join() : own(message)),
  ],
  [
    "throws in the middle of a message",
    (message, writer) => {
      if (!writer) return own(message);
      writer.uint32(10).fork().string("left behind");
      throw new Error("no such method");
    },
  ],
];

const asCodec = (encode: Encode) =>
  tsProtoCodec<Gone>(TYPE, { encode: encode as never, decode } as never, BinaryReader);

describe.each(LIBRARIES)("the code of a library that %s", (_, encode) => {
  it.each([1, 2, 3])("is packed among others, time %d", (times) => {
    const detail: DetailCodec<Gone> = asCodec(encode);
    const GoneError = declare<Gone>({ code: Code.NOT_FOUND, detail });
    for (let time = 0; time < times; time++) {
      const error = new GoneError({ key: KEY }, { errorDetails: new StandardDetails().addHelpLink("d", "u") });
      const bytes = pack(error);
      expect(error.issues).toEqual([]);
      expect(readStatus(bytes).details.map(({ typeUrl }) => typeUrl)).toEqual([
        "type.googleapis.com/google.rpc.ErrorInfo",
        "type.googleapis.com/google.rpc.Help",
        `type.googleapis.com/${TYPE}`,
      ]);
      expect(readStatus(bytes).details[2]?.value).toEqual(Uint8Array.from(encode({ key: KEY }).finish()));
      const back = unpack(bytes, { catalogs: [new Catalog([GoneError])] });
      expect(back).toBeInstanceOf(GoneError);
      expect([back.detail, back.findDetail(Help)?.links, back.issues]).toEqual([
        { key: KEY },
        [{ description: "d", url: "u" }],
        [],
      ]);
    }
  });

  it("writes the same on its own", () => {
    const codec = asCodec(encode);
    const bytes = Uint8Array.from(encode({ key: KEY }).finish());
    for (let time = 0; time < 3; time++) expect(Uint8Array.from(codec.encode({ key: KEY }))).toEqual(bytes);
  });
});

describe("code of ts-proto 1, which needs a writer of protobufjs", () => {
  interface Limited {
    readonly limit: { readonly most: bigint } | undefined;
  }

  function encodeLimit({ most }: { most: bigint }, writer: protobuf.Writer): protobuf.Writer {
    if (BigInt.asUintN(64, most) !== most) throw new Error("value provided for field message.most is too large");
    return writer.uint32(8).uint64(most.toString() as never);
  }

  const generated = {
    encode: ({ limit }: Limited, writer = protobuf.Writer.create()) =>
      limit === undefined ? writer : encodeLimit(limit, writer.uint32(26).fork()).ldelim(),
    decode: (): Limited => ({ limit: undefined }),
  };

  const limitedError = () =>
    declare<Limited>({ code: Code.NOT_FOUND, detail: tsProtoCodec("test.v1.Limited", generated as never) });

  it("packs nested messages without a problem", () => {
    const error = new (limitedError())({ limit: { most: 8n } });
    const [, detail] = readStatus(pack(error)).details;
    expect([error.issues, detail?.value]).toEqual([[], Uint8Array.of(26, 2, 8, 8)]);
  });

  it("reports a wrong value in a nested message", () => {
    for (const most of [-1n, "eight"]) {
      const error = new (limitedError())({ limit: { most: most as bigint } });
      pack(error);
      expect(error.issues.map(({ message }) => message)).toEqual([expect.stringContaining("the field limit.most is ")]);
    }
  });
});

describe("a library with its own writer", () => {
  it("is not given another writer once it refused one", () => {
    const given: unknown[] = [];
    const codec = asCodec((message, writer) => {
      given.push(writer);
      return own(message);
    });
    for (let time = 0; time < 3; time++) codec.encode({ key: KEY });
    expect(given.map((writer) => writer !== undefined)).toEqual([true, false, false, false]);
  });

  it("is given this package's writer again after an invalid message", () => {
    const given: unknown[] = [];
    const codec = asCodec((message, writer) => {
      given.push(writer);
      if (message.key === "") throw new TypeError("a key must not be empty");
      return writer ? writer.uint32(10).string(message.key) : own(message);
    });
    expect(() => codec.encode({ key: "" })).toThrow(new TypeError("a key must not be empty"));
    expect(codec.encode({ key: KEY })).toEqual(own({ key: KEY }).finish());
    expect(given.map((writer) => writer !== undefined)).toEqual([true, false, true]);
  });
});

describe("a library with its own reader", () => {
  const bytes = own({ key: KEY }).finish();

  it("is not given another reader once it refused one", () => {
    const given: unknown[] = [];
    const codec = tsProtoCodec<Gone>(
      TYPE,
      {
        encode: own,
        decode(input) {
          given.push(input);
          if (!(input instanceof Uint8Array)) throw new TypeError("it is not an array of bytes");
          return decode(input);
        },
      },
      BinaryReader,
    );
    expect([1, 2, 3].map(() => codec.decode(bytes).key)).toEqual([KEY, KEY, KEY]);
    expect(given.map((input) => input instanceof Uint8Array)).toEqual([false, true, true, true]);
  });

  it("is given this package's reader again after invalid bytes", () => {
    const given: unknown[] = [];
    const codec = tsProtoCodec<Gone>(
      TYPE,
      {
        encode: own,
        decode(input: Uint8Array | BinaryReader) {
          given.push(input);
          return decode(input);
        },
      },
      BinaryReader,
    );
    expect(() => codec.decode(bytes.subarray(0, -1))).toThrow(RangeError);
    expect(codec.decode(bytes)).toEqual({ key: KEY });
    expect(given.map((input) => input instanceof Uint8Array)).toEqual([false, true, false]);
  });
});

describe("a custom codec", () => {
  const bad: readonly [string, (message: Gone) => unknown][] = [
    ["nothing", () => undefined],
    ["a list of numbers", () => [10, 1, 120]],
    ["numbers of two bytes", () => Uint16Array.of(10, 1, 120)],
    ["memory without a view", () => new ArrayBuffer(3)],
    ["a text", () => "abc"],
    ["a promise", async () => new Uint8Array()],
  ];

  it.each(bad)("that encodes to %s loses only its own detail", (_, encode) => {
    const detail = { typeName: TYPE, encode, decode } as DetailCodec<Gone>;
    const GoneError = declare<Gone>({ code: Code.NOT_FOUND, reason: "GONE", detail });
    const error = new GoneError({ key: KEY }, { errorDetails: new StandardDetails().addHelpLink("d", "u") });
    const back = unpack(pack(error));
    expect([back.code, back.reason, back.findDetail(Help)?.links.length]).toEqual([Code.NOT_FOUND, "GONE", 1]);
    expect(back.errorDetails).toHaveLength(2);
    expect(error.issues.map(({ kind }) => kind)).toEqual(["malformed-detail"]);
  });

  it("that encodes to invalid bytes spoils only its own detail", () => {
    const detail: DetailCodec<Gone> = { typeName: TYPE, encode: () => Buffer.from([0x1a, 0xff, 0xff]), decode };
    const GoneError = declare<Gone>({ code: Code.NOT_FOUND, reason: "GONE", detail });
    const error = new GoneError({ key: KEY }, { errorDetails: new StandardDetails().addHelpLink("d", "u") });
    const back = unpack(pack(error), { catalogs: [new Catalog([GoneError])] });
    expect(back).toBeInstanceOf(GoneError);
    expect(back.findDetail(Help)?.links).toHaveLength(1);
    expect(back.issues.map(({ kind }) => kind)).toEqual(["malformed-detail"]);
    expect(back.errorDetails[2]?.value).toEqual(Uint8Array.of(0x1a, 0xff, 0xff));
  });

  it("is used with its own encode if it was copied from another codec", () => {
    const codec = { ...asCodec((message, writer) => (writer ?? new BinaryWriter()).uint32(10).string(message.key)) };
    const loud = { ...codec, encode: ({ key }: Gone) => codec.encode({ key: key.toUpperCase() }) };
    const GoneError = declare<Gone>({ code: Code.NOT_FOUND, detail: loud });
    const error = unpack(pack(new GoneError({ key: "x" })), { catalogs: [new Catalog([GoneError])] });
    expect(error).toBeInstanceOf(RichError);
    expect(error.detail).toEqual({ key: "X" });
  });
});
