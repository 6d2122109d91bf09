import { DebugInfo, type ErrorDetail, packDetail, RequestInfo } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { encodeDetails } from "../../src/detail/detail.js";
import { withoutDebugInfo } from "../../src/masking/forward.js";
import { encodeStatus } from "../../src/status/trailer.js";
import { MalformedError } from "../../src/wire/reader.js";
import { WireWriter } from "../../src/wire/writer.js";
import { Wrapper } from "../gen/interop/v1/interop.js";

const SECRET = "hunter2";
const debug = buffered(packDetail(DebugInfo, { detail: SECRET, stackEntries: [SECRET] }));
const shared = buffered(packDetail(RequestInfo, { requestId: "r-1", servingData: "" }));
const wrapped = (fields: Partial<Wrapper>) =>
  Wrapper.encode({ ...Wrapper.decode(new Uint8Array()), note: "a", ...fields }).finish();

const within = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

/** Nests a message in the field 1 of a message, and that in the field 1 of another … */
function nested(depth: number, bytes: Uint8Array): Uint8Array {
  let message = bytes;
  for (let level = 0; level < depth; level++) message = new WireWriter().uint32(10).bytes(message).finish();
  return message;
}

const any = ({ typeUrl, value }: ErrorDetail) =>
  new WireWriter().uint32(10).string(typeUrl).uint32(18).bytes(value).finish();

describe("withoutDebugInfo", () => {
  it.each<[string, Uint8Array, Uint8Array]>([
    ["in a field", wrapped({ inner: debug }), wrapped({})],
    ["in a list", wrapped({ more: [shared, debug, shared] }), wrapped({ more: [shared, shared] })],
    [
      "in a status in a field",
      wrapped({ inner: packStatus([debug, shared]), ratio: 0.5 }),
      wrapped({ inner: packStatus([shared]), ratio: 0.5 }),
    ],
    [
      "in an Any in an Any",
      wrapped({ inner: buffered({ typeUrl: "t/interop.v1.Wrapper", value: wrapped({ inner: debug }) }) }),
      wrapped({ inner: buffered({ typeUrl: "t/interop.v1.Wrapper", value: wrapped({}) }) }),
    ],
    ["with another prefix", wrapped({ inner: { ...debug, typeUrl: "google.rpc.DebugInfo" } }), wrapped({})],
    ["in a group", group(nested(1, any(debug))), group(new Uint8Array())],
    ["with its value before its type", nested(1, reversed()), new Uint8Array()],
  ])("removes a DebugInfo %s, and nothing else", (_, bytes, expected) => {
    expect(withoutDebugInfo(bytes)).toEqual(expected);
    expect(within(bytes)).toContain(SECRET);
  });

  it("removes a DebugInfo at any depth", () => {
    for (const depth of [1, 5, 31, 32, 33, 100]) {
      expect([depth, within(withoutDebugInfo(nested(depth, any(debug)))).includes(SECRET)]).toEqual([depth, false]);
    }
  });

  it("removes a field at the depth of 32 levels as a whole, and only if it mentions DebugInfo", () => {
    const message = new WireWriter().uint32(10).bytes(any(debug)).uint32(42).string("beside").finish();
    expect(withoutDebugInfo(nested(32, message))).toEqual(
      nested(32, new WireWriter().uint32(42).string("beside").finish()),
    );
    expect(withoutDebugInfo(nested(33, message))).toEqual(nested(32, new Uint8Array()));
  });

  it.each([
    ["bytes that are not a message and do not mention DebugInfo", Buffer.from("google.rpc.Help")],
    ["a message without DebugInfo", wrapped({ inner: shared, raw: Buffer.of(255, 0) })],
    ["a text that mentions DebugInfo", wrapped({ note: "see google.rpc.DebugInfo" })],
    ["unknown fields", new WireWriter().uint32(8000).int32(-1).uint32(8005).fixed32(5).finish()],
    ["an empty message", new Uint8Array()],
  ])("returns the same bytes for %s", (_, bytes) => {
    expect(withoutDebugInfo(bytes)).toBe(bytes);
  });

  it("throws if the bytes are the name of DebugInfo and nothing else", () => {
    expect(() => withoutDebugInfo(Buffer.from("google.rpc.DebugInfo"))).toThrow(MalformedError);
  });

  it("throws if the bytes are not a message", () => {
    const broken = Buffer.concat([wrapped({ inner: debug }), Buffer.of(10, 200)]);
    expect(() => withoutDebugInfo(broken)).toThrow(MalformedError);
  });
});

/** ts-proto uses Buffers for grpc-js. */
function buffered({ typeUrl, value }: ErrorDetail): ErrorDetail & { value: Buffer } {
  return { typeUrl, value: Buffer.from(value) };
}

function packStatus(details: readonly ErrorDetail[]) {
  return buffered({
    typeUrl: "type.googleapis.com/google.rpc.Status",
    value: encodeStatus(5, "no", encodeDetails(details)),
  });
}

function group(bytes: Uint8Array): Uint8Array {
  return new WireWriter()
    .uint32((3 << 3) | 3)
    .raw(bytes)
    .uint32((3 << 3) | 4)
    .finish();
}

function reversed(): Uint8Array {
  return new WireWriter().uint32(18).bytes(debug.value).uint32(10).string(debug.typeUrl).finish();
}
