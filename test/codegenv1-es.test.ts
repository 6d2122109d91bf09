import { clone, create, fromBinary, isMessage, toBinary } from "@bufbuild/protobuf";
import { anyPack, anyUnpack } from "@bufbuild/protobuf/wkt";
import { pack, RichError, unpack } from "grpc-rich-errors";
import { packDetail } from "grpc-rich-errors/details";
import { fromHttp, toHttp } from "grpc-rich-errors/http";
import { protobufEsCodec } from "grpc-rich-errors/protobuf-es";
import { describe, expect, it } from "vitest";
import {
  BadShapeError,
  CornersBusyError,
  catalog as shapes,
  TooManySidesError,
} from "./gen/es/shapes/v1/shapes.rich.js";
import { TooManySidesErrorDetailsSchema } from "./gen/es/shapes/v1/shapes_pb.js";
import { BadValuesError, TooLargeError, catalog as values } from "./gen/es/values/v1/values.rich.js";
import { Color, ValuesSchema } from "./gen/es/values/v1/values_pb.js";
import { TooManySidesError as TsProtoError } from "./gen/shapes/v1/shapes.rich.js";

// Generated code whose details are messages of protobuf-es.

describe("a thrown error", () => {
  it("takes a plain object, and has a message with all fields", () => {
    const error = new TooManySidesError({ shape: "cube", limit: { most: 9n } });
    expect(error.message).toBe("cube has 0 sides, 9 {at most}");
    expect(isMessage(error.detail, TooManySidesErrorDetailsSchema)).toBe(true);
    expect(error.detail).toEqual(
      create(TooManySidesErrorDetailsSchema, { shape: "cube", sides: 0n, limit: { most: 9n } }),
    );
    expect(error.detail).toBe(error.detail);
    expect(error.issues).toEqual([]);
  });

  it("takes a message, and keeps it", () => {
    const message = create(TooManySidesErrorDetailsSchema, { shape: "cube" });
    expect(new TooManySidesError(message).detail).toBe(message);
  });

  it("has the definition that ts-proto's class has, except for the codec", () => {
    const { detail, ...definition } = TooManySidesError.definition;
    const { detail: other, ...others } = TsProtoError.definition;
    expect(definition).toEqual(others);
    expect(detail?.typeName).toBe(other?.typeName);
  });

  it("reports values that its fields cannot hold, for programs without types", () => {
    const error = new TooManySidesError({ shape: 7, sides: 2 ** 60, limits: {}, limit: { most: 1n } } as never);
    expect(error.issues.map(({ message }) => message)).toEqual([
      'shapes.v1.TooManySidesErrorDetails: the field shape is 7, not a string; "7" is sent',
      "shapes.v1.TooManySidesErrorDetails: the field sides is 1152921504606847000, which a number does not hold exactly; " +
        "1152921504606846976n is sent; write a bigint",
      'shapes.v1.TooManySidesErrorDetails: the field limits is unknown; its value an object is left out; write "limit"',
    ]);
    const received = unpack(pack(error), { catalogs: [shapes] });
    expect(received.detail).toMatchObject({ shape: "7", sides: 2n ** 60n, limit: { most: 1n } });
  });

  it("has an empty message for a missing detail", () => {
    const error = new TooManySidesError(undefined as never);
    expect(error.issues.length).toBeGreaterThan(0);
    expect(unpack(pack(error), { catalogs: [shapes] }).detail).toEqual(create(TooManySidesErrorDetailsSchema));
  });
});

describe("a received error", () => {
  const detail = {
    ...{ int: -1, long: -(2n ** 63n), unsignedLong: 2n ** 64n - 1n, zigzag: -9_007_199_254_740_993n, text: "é" },
    ...{ color: Color.RED, colors: [Color.UNSPECIFIED, 7], longs: [1n], double: Number.NaN, optional: 0 },
    byName: { ["__proto__"]: 1n, constructor: 2n },
    byNumber: { "-9": "nine" },
    byTruth: { true: { text: "yes" } },
    choice: { case: "chosenValues", value: { text: "chosen" } },
    maybeLong: 0n,
    object: { key: [1, null, { nested: true }] },
    moment: { seconds: 1n, nanos: 2 },
    mask: { paths: ["a.b"] },
    more: [{ text: "1" }],
    raw: Uint8Array.of(0xff),
  } as const;

  it("has an equal message of the same class, from both libraries", () => {
    const thrown = new BadValuesError({
      ...detail,
      colors: [...detail.colors],
      longs: [...detail.longs],
      mask: { paths: ["a.b"] },
      more: [{ text: "1" }],
      object: { key: [1, null, { nested: true }] },
      any: anyPack(ValuesSchema, create(ValuesSchema, { text: "in any" })),
    });
    expect(thrown.issues).toEqual([]);
    const received = unpack(pack(thrown), { catalogs: [values] });
    if (!(received instanceof BadValuesError)) throw received;
    expect(received.detail).toEqual(thrown.detail);
    expect(Object.hasOwn(received.detail.byName, "__proto__")).toBe(true);
    const { any, choice } = received.detail;
    expect(any && anyUnpack(any, ValuesSchema)?.text).toBe("in any");
    expect(choice.case === "chosenValues" && choice.value.text).toBe("chosen");
    expect(received).toBeRichError(BadValuesError, { text: "é" });
  });

  it("is an instance of the class that the other library's code declares, which has the same identity", () => {
    const error = new TooManySidesError({ shape: "cube" });
    expect(error).toBeInstanceOf(TsProtoError);
    expect(new CornersBusyError()).not.toBeInstanceOf(TooManySidesError);
  });

  it("keeps unknown fields in its message", () => {
    const bytes = Uint8Array.of(...toBinary(ValuesSchema, create(ValuesSchema, { text: "x" })), 0xa2, 0x06, 1, 0x61);
    const received = unpack(pack(new BadValuesError(fromBinary(ValuesSchema, bytes))), { catalogs: [values] });
    if (!(received instanceof BadValuesError)) throw received;
    expect(toBinary(ValuesSchema, clone(ValuesSchema, received.detail))).toEqual(bytes);
  });

  it("comes back from HTTP, in each format", () => {
    const thrown = new TooManySidesError({ shape: "cube", sides: 2n ** 60n });
    for (const format of ["status", "problem", "compact"] as const) {
      const { status, headers, body } = toHttp(thrown, { format });
      const received = fromHttp(status, headers, JSON.stringify(body), { catalogs: [shapes] });
      expect(received).toBeRichError(TooManySidesError, { shape: "cube", sides: 2n ** 60n });
    }
  });

  it("has a standard detail as this package's plain object, and a message of google.protobuf as one of protobuf-es", () => {
    const bad = new BadShapeError({
      fieldViolations: [{ field: "sides", description: "no", reason: "", localizedMessage: undefined }],
    });
    expect(unpack(pack(bad), { catalogs: [shapes] }).standardDetails.badRequest).toEqual(bad.detail);
    const large = unpack(pack(new TooLargeError({ value: 2n ** 60n })), { catalogs: [values] });
    expect(large.detail).toEqual(
      expect.objectContaining({ $typeName: "google.protobuf.Int64Value", value: 2n ** 60n }),
    );
    expect(large.definition?.descriptors).toBeUndefined();
  });

  it("finds a message of protobuf-es among other details", () => {
    const codec = protobufEsCodec(TooManySidesErrorDetailsSchema);
    const extra = packDetail(codec, create(TooManySidesErrorDetailsSchema, { shape: "cube" }));
    const received = unpack(pack(new CornersBusyError({ errorDetails: [extra] })), { catalogs: [shapes] });
    expect(received.findDetail(codec)?.shape).toBe("cube");
    expect(received).toBeInstanceOf(RichError);
  });
});
