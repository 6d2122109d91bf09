import { createRequire } from "node:module";
import kurrent from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/errors_pb.js";
import streams from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/errors_pb.js";
import fc from "fast-check";
import {
  type GoogleProtobufClass,
  type GoogleProtobufMessage,
  googleProtobufCodec,
  protobufjsCodec,
} from "grpc-rich-errors/details";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import { runs } from "../fuzz/runs.js";

const ROOT = protobuf.parse(`
  syntax = "proto3";
  package shop.v1;
  message Rejected { string id = 1; sint64 rule = 2; Color color = 3; bytes raw = 4; }
  enum Color { NONE = 0; RED = 1; }
`).root;

describe("protobufjsCodec", () => {
  const type = ROOT.lookupType("shop.v1.Rejected");
  const RULE = "-9007199254740993";

  it("reads back what it wrote, by the conversion options", () => {
    const codec = protobufjsCodec("shop.v1.Rejected", type, { longs: String, enums: String, bytes: String });
    const message = { id: "o-7", rule: RULE, color: "RED", raw: "AQI=" };
    expect(codec.typeName).toBe("shop.v1.Rejected");
    expect(codec.decode(codec.encode(message))).toEqual(message);
  });

  it("reads numbers as protobufjs does by default", () => {
    const codec = protobufjsCodec("shop.v1.Rejected", type);
    const read = codec.decode(codec.encode({ rule: RULE, color: 1 }));
    expect(read).toMatchObject({ color: 1 });
    expect(String(read["rule"])).toBe(RULE);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it("accepts a class that pbjs generated", () => {
    // As google-gax brings one along.
    const protos = createRequire(import.meta.url)("../../node_modules/google-gax/build/protos/operations.js");
    const { Duration } = protos.google.protobuf;
    const codec = protobufjsCodec("google.protobuf.Duration", Duration, { longs: String });
    expect(codec.decode(codec.encode({ seconds: "9007199254740993", nanos: 1 }))).toEqual({
      seconds: "9007199254740993",
      nanos: 1,
    });
  });

  it("throws for other messages and for invalid bytes", () => {
    const codec = protobufjsCodec("shop.v1.Rejected", type);
    expect(() => codec.encode(1 as never)).toThrow(/object expected/);
    expect(() => codec.decode(Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x07))).toThrow(RangeError);
  });
});

describe("googleProtobufCodec", () => {
  const PACKAGE = "kurrentdb.protocol.v2.streams.errors";
  const conflicts = googleProtobufCodec(
    `${PACKAGE}.StreamRevisionConflictErrorDetails`,
    streams.StreamRevisionConflictErrorDetails,
  );

  it("reads back what it wrote, including integers beyond the range of a double", () => {
    const message = new streams.StreamRevisionConflictErrorDetails();
    message.setStream("orders-é€😀");
    message.setExpectedRevision("-9007199254740993");
    message.setActualRevision("9223372036854775807");
    const bytes = conflicts.encode(message);
    expect(conflicts.decode(bytes)).toBeInstanceOf(streams.StreamRevisionConflictErrorDetails);
    for (const given of [bytes, Buffer.from(bytes)]) {
      expect(conflicts.decode(given).toObject()).toEqual({
        stream: "orders-é€😀",
        expectedRevision: "-9007199254740993",
        actualRevision: "9223372036854775807",
      });
    }
  });

  it("reads nested messages", () => {
    const codec = googleProtobufCodec("kurrent.rpc.NotLeaderNodeErrorDetails", kurrent.NotLeaderNodeErrorDetails);
    const leader = new kurrent.NotLeaderNodeErrorDetails.NodeInfo();
    leader.setHost("häuschen.example");
    leader.setPort(2113);
    const message = new kurrent.NotLeaderNodeErrorDetails();
    message.setCurrentLeader(leader);
    expect(codec.decode(codec.encode(message)).toObject()).toEqual({
      currentLeader: { host: "häuschen.example", port: 2113, nodeId: "" },
    });
  });

  const TWO_GB = [0xff, 0xff, 0xff, 0xff, 0x07];
  const MOST_STEPS = 20_000;

  /** Bytes that tell whether they are read in few steps. */
  function impatient(given: Uint8Array): Uint8Array {
    let steps = 0;
    return new Proxy(given, {
      get(target, key) {
        if (++steps > MOST_STEPS) throw new Error("that takes too long");
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" && key !== "constructor" ? value.bind(target) : value;
      },
    });
  }

  function impatientCodec<T extends GoogleProtobufMessage>(messageClass: GoogleProtobufClass<T>) {
    return googleProtobufCodec("any", {
      deserializeBinary: (given: Uint8Array) => messageClass.deserializeBinary(impatient(given)),
    });
  }

  it.each([
    ["a text", streams.StreamNotFoundErrorDetails, [0x0a, ...TWO_GB, 0x61, 0x62, 0x63]],
    ["a text in a message", kurrent.NotLeaderNodeErrorDetails, [0x0a, 0x07, 0x0a, ...TWO_GB, 0x61]],
    ["a message", kurrent.NotLeaderNodeErrorDetails, [0x0a, ...TWO_GB, 0x0a, 0x01, 0x61]],
    ["a field of another version", streams.StreamNotFoundErrorDetails, [0x7a, ...TWO_GB, 0x61]],
    ["a text behind a field of the number 0", streams.StreamNotFoundErrorDetails, [0x02, 0x00, 0x0a, ...TWO_GB, 0x61]],
    ["a field that leads back", kurrent.NotLeaderNodeErrorDetails, [0x2a, 0xf9, 0xff, 0xff, 0xff, 0xff, 0x07]],
    ["a text within two bytes", streams.StreamNotFoundErrorDetails, [0x0a, 0xff, 0x7f, 0x61]],
  ])("refuses %s that is longer than the bytes, in few steps", (_, messageClass, bytes) => {
    const codec = impatientCodec<GoogleProtobufMessage>(messageClass);
    expect(() => codec.decode(Uint8Array.from(bytes))).toThrow(/^(?!that takes too long)/);
  });

  it("reads or refuses any bytes in few steps", () => {
    const codecs = [streams.StreamNotFoundErrorDetails, kurrent.NotLeaderNodeErrorDetails].map((messageClass) =>
      impatientCodec<GoogleProtobufMessage>(messageClass),
    );
    const part = fc.oneof(
      fc.constantFrom([0x0a], [0x12], TWO_GB, [0xff, 0xff, 0x03]),
      fc.array(fc.integer({ max: 255 }), { maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.constantFrom(...codecs), (parts, codec) => {
        try {
          codec.decode(Uint8Array.from(parts.flat()));
        } catch (error) {
          expect(String(error)).not.toContain("that takes too long");
        }
      }),
      runs(0.1),
    );
  });
});
