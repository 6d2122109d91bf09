import { Long } from "@grpc/proto-loader";
import fc from "fast-check";
import { protobufjsCodec } from "grpc-rich-errors/details";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import { renderMessage } from "../../src/error/message.js";

describe("renderMessage", () => {
  const detail = {
    stream: "orders",
    revision: 9007199254740993n,
    size: -0.5,
    deleted: false,
    leader: { host: "10.0.0.1", node: { id: "n1" } },
    tags: ["a", 2n, false, "", {}, [1]],
    none: [],
    color: 1,
    colors: [1, 3, -1, "BLUE"],
    raw: new Uint8Array([1]),
    nothing: undefined,
    dollars: "$& $1 {stream}",
    long: Long.fromString("-9007199254740993"),
    low: { low: 1, high: 0, unsigned: false },
    toString$: "named like a method",
  };

  it.each([
    ["plain text", "plain text"],
    ["", ""],
    ["stream {stream} is gone", "stream orders is gone"],
    ["{stream}{stream}", "ordersorders"],
    ["at {revision}", "at 9007199254740993"],
    ["{size} and {deleted}", "-0.5 and false"],
    ["leader is {leader.host} ({leader.node.id})", "leader is 10.0.0.1 (n1)"],
    ["{{stream}} {{{stream}}}", "{stream} {orders}"],
    ["{} {a b} {", "{} {a b} {"],
    ["[{missing}] [{leader.missing}] [{stream.length}] [{nothing}]", "[] [] [] []"],
    ["[{leader}] [{raw}]", "[] []"],
    ["[{tags}] [{none}] [{colors}]", "[a, 2, false, , , ] [] [1, 3, -1, BLUE]"],
    ["[{toString}] [{__proto__}] [{constructor.name}]", "[] [] []"],
    ["{dollars}", "$& $1 {stream}"],
    ["{long} {low}", "-9007199254740993 "],
    ["{toString$}", "named like a method"],
  ])("renders %j as %j", (template, message) => {
    expect(renderMessage(template, detail)).toBe(message);
  });

  it.each([
    ["{color}", "RED"],
    ["{colors}", "RED, 3, INFRARED, BLUE"],
    ["{size} {revision} {stream}", "-0.5 9007199254740993 orders"],
  ])("renders %j with the names of enums as %j", (template, message) => {
    const color = { 1: "RED", "-1": "INFRARED" };
    expect(
      renderMessage(template, detail, {
        enumNames: { color, colors: color, size: color, revision: color, stream: color },
      }),
    ).toBe(message);
  });

  it("ignores the properties that a detail inherits", () => {
    expect(renderMessage("[{stream}]", Object.create({ stream: "inherited" }))).toBe("[]");
  });

  it("shows the value that a client receives for a field that is left out", () => {
    const Stock = protobuf.parse(
      "syntax = 'proto3'; message Stock { int32 count = 1; bool open = 2; Stock next = 3; }",
    ).root;
    const type = Stock.lookupType("Stock");
    const codec = protobufjsCodec("Stock", type, { defaults: true });
    const template = "{count} {open} [{next.count}] [{constructor}] [{toString}]";
    expect(renderMessage(template, {}, { detail: codec })).toBe("0 false [] [] []");
    expect(renderMessage(template, { open: true, next: {} }, { detail: codec })).toBe("0 true [0] [] []");
    // It is not a message of the type.
    expect(renderMessage(template, { open: true, next: 7 }, { detail: codec })).toBe(" true [] [] []");
    // Decoded messages of protobufjs inherit the values of such fields.
    const inheriting = { ...codec, decode: (bytes: Uint8Array) => type.decode(bytes) };
    expect(renderMessage(template, { next: {} }, { detail: inheriting })).toBe("0 false [0] [] []");
  });

  it.each([undefined, null, "text", 7])("leaves fields empty if the detail is %j", (nothing) => {
    expect(renderMessage("stream {stream}", nothing)).toBe("stream ");
  });

  it("returns a string for any template and any detail", () => {
    fc.assert(
      fc.property(fc.string(), fc.anything(), (template, anything) => {
        expect(renderMessage(`{a} ${template} {b.c}`, anything)).toBeTypeOf("string");
      }),
    );
  });
});
