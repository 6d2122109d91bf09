import { type Issue, pack, RichError } from "grpc-rich-errors";
import { ErrorInfo, packDetail, tsProtoCodec, typeNameOf } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { DetailPacker } from "../../src/detail/packer.js";
import { decodeStatus } from "../../src/status/trailer.js";
import { definition, textCodec } from "../support/declared.js";
import { readStatus } from "../support/oracle.js";

/** What code for messages does with the writer that it is given, and gives back. */
interface Writer {
  uint32(value: number): Writer;
  string(value: string): Writer;
  fork(): Writer;
  join(): Writer;
}

const alone = { finish: () => new Uint8Array([10, 1, 97]) };
const refuse = () => {
  throw new RangeError("refused");
};

/** Generated code that does not do with the writer what it is to do; without one, it writes by itself. */
const WAYS: Readonly<Record<string, (writer: Writer) => object>> = {
  "writes a part and throws": (writer) => writer.uint32(10).string("part") && refuse(),
  "writes a part into a message and throws": (writer) => writer.uint32(10).fork().string("part") && refuse(),
  "writes a part and gives back another writer": (writer) => writer.uint32(10).string("part") && alone,
  "begins a message and does not end it": (writer) => writer.uint32(10).fork().string("part"),
  "ends a message that is not its own": (writer) => writer.uint32(10).string("part").join(),
  "ends all messages": (writer) => writer.join().join(),
  "gives back nothing": (writer) => writer.uint32(10).string("part") && (undefined as unknown as object),
};

describe("a detail whose code misuses the shared writer", () => {
  const gone = packDetail(textCodec("test.v1.Gone"), { text: "x" });

  it.each(Object.entries(WAYS))("is packed on its own, and leaves the others intact: %s", (_, write) => {
    const encode = (_message: unknown, writer?: Writer) => (writer ? write(writer) : alone);
    const codec = tsProtoCodec("test.v1.Odd", { encode: encode as never, decode: () => ({}) });
    for (const code of [
      codec,
      tsProtoCodec("test.v1.Odd", {
        encode: ((_: unknown, writer?: Writer) => (writer ? write(writer) : refuse())) as never,
        decode: () => ({}),
      }),
    ]) {
      const error = new RichError(definition({ detail: code }), {}, { errorDetails: [gone] });
      const bytes = pack(error);
      const { details } = readStatus(bytes);
      const isPacked = code === codec;
      expect(decodeStatus(bytes).issues).toEqual([]);
      expect(details.map(({ typeUrl }) => typeNameOf(typeUrl))).toEqual([
        "google.rpc.ErrorInfo",
        "test.v1.Gone",
        ...(isPacked ? ["test.v1.Odd"] : []),
      ]);
      if (isPacked) expect(Buffer.from(details[2]?.value ?? "")).toEqual(Buffer.from([10, 1, 97]));
      expect(error.issues.map(({ kind }) => kind)).toEqual(isPacked ? [] : ["malformed-detail"]);
      // Nor is the memory that errors share spoilt for the next.
      const next = new RichError(5, "next", { reason: "NEXT", domain: "d", errorDetails: [gone] });
      expect(readStatus(pack(next)).details.map(({ typeUrl }) => typeNameOf(typeUrl))).toEqual([
        "google.rpc.ErrorInfo",
        "test.v1.Gone",
      ]);
    }
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["text", "CAU="],
    ["a list", [1, 2]],
    ["an ArrayBuffer", new ArrayBuffer(2)],
    ["numbers of another width", new Uint16Array(2)],
    ["a Proxy of bytes", new Proxy(new Uint8Array(300), {})],
  ])("is left out if encode returns %s", (_, answer) => {
    const codec = { ...textCodec("test.v1.Odd"), encode: () => answer as Uint8Array };
    const error = new RichError(definition({ detail: codec }), { text: "x" }, { errorDetails: [gone] });
    expect(decodeStatus(pack(error)).issues).toEqual([]);
    expect(readStatus(pack(error)).details.map(({ typeUrl }) => typeNameOf(typeUrl))).toEqual([
      "google.rpc.ErrorInfo",
      "test.v1.Gone",
    ]);
    expect(error.issues.map(({ kind }) => kind)).toEqual(["malformed-detail"]);
  });
});

describe("a detail that cannot be packed", () => {
  it("is replaced by the next of its type", () => {
    const issues: Issue[] = [];
    const packer = new DetailPacker(issues);
    packer.addDetail({ typeUrl: "t/test.v1.Gone", value: new Proxy(new Uint8Array(300), {}) });
    packer.addDetail({ typeUrl: "t/test.v1.Gone", value: new Uint8Array([1]) });
    packer.addDetail({ typeUrl: "t/test.v1.Gone", value: new Uint8Array([2]) });
    packer.add({ ...ErrorInfo, encode: refuse }, { reason: "A", domain: "", metadata: {} });
    packer.add(ErrorInfo, { reason: "B", domain: "", metadata: {} });
    packer.add(ErrorInfo, { reason: "C", domain: "", metadata: {} });
    expect(readStatus(packer.finish()).details.map(({ value }) => [...value])).toEqual([[1], [10, 1, 66]]);
    expect(issues).toHaveLength(2);
  });
});
