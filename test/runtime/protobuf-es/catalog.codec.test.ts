import { create } from "@bufbuild/protobuf";
import { type Duration, DurationSchema } from "@bufbuild/protobuf/wkt";
import { Code, packDetail, RichError } from "grpc-rich-errors";
import { protobufEsCodec } from "grpc-rich-errors/protobuf-es";
import { describe, expect, it } from "vitest";

describe("protobufEsCodec", () => {
  const codec = protobufEsCodec(DurationSchema);
  const duration: Duration = create(DurationSchema, { seconds: 9_007_199_254_740_993n, nanos: 1 });

  it("reads what it wrote, as messages of protobuf-es", () => {
    expect(codec.typeName).toBe("google.protobuf.Duration");
    expect(codec.decode(codec.encode(duration))).toEqual(duration);
  });

  it("writes plain objects as create takes them", () => {
    const { $typeName: _, ...plain } = duration;
    expect(codec.encode(plain as Duration)).toEqual(codec.encode(duration));
  });

  it("throws for bytes that hold no such message", () => {
    expect(() => codec.decode(Uint8Array.of(0x08))).toThrow(RangeError);
  });

  it("finds details of any error", () => {
    const error = new RichError(Code.ABORTED, "busy", { errorDetails: [packDetail(codec, duration)] });
    expect(error.findDetail(codec)?.seconds).toBe(duration.seconds);
  });
});
