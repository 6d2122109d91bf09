import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ElementText, readProtoText } from "../../../src/runtime/proto-loader/proto-text.js";
import { runs } from "../../fuzz/runs.js";

const PROTO = `// License.

syntax = "proto3";
package shop.v1;
import "other.proto";
option java_package = "enum.Hidden {";

// Colors.
enum Color {
  option allow_alias = true;
  // None.
  NONE = 0;
  reserved 2 to 4, "GREY";
  RED = -1 [deprecated = true, (mark).of = {a: "]" b: [1, 2]}]; // Not above.
  option = 5;
}

message enum { int32 package = 1 [(x) = {enum: 1}]; oneof way { string message = 2; } }
message Outer {
  map<string, Color> syntax = 1;
  message Inner {
    enum Deep { DEEP = 0; }
  }
  extend Outer { optional int32 enum = 5; }
}
service Shop { rpc Enum(Outer) returns (Outer) { option (x) = {enum: {Fake: 1}}; } }
enum Last { LAST = 0; }
`;

describe("readProtoText", () => {
  const { syntax, enums } = readProtoText(PROTO);

  it("finds all enums, also those in messages, and nothing that only looks like an enum", () => {
    expect(syntax).toBe("proto3");
    expect([...enums.keys()]).toEqual(["shop.v1.Color", "shop.v1.Outer.Inner.Deep", "shop.v1.Last"]);
  });

  it("reads the values of enums with comments, positions and options", () => {
    const color = enums.get("shop.v1.Color");
    const shortened = ({ at, comment, options }: ElementText) => [
      at.line,
      at.column,
      comment,
      options.map(({ name }) => name.join(" ")),
    ];
    expect(color && shortened(color)).toEqual([8, 0, " Colors.", ["allow_alias"]]);
    expect([...(color?.values ?? [])].map(([name, value]) => [name, ...shortened(value)])).toEqual([
      ["NONE", 11, 2, " None.", []],
      ["RED", 13, 2, "", ["deprecated", "(mark) of"]],
      ["option", 14, 2, "", []],
    ]);
    expect(color?.values.get("RED")?.options[1]?.value).toMatchObject({
      kind: "message",
      fields: [
        { name: "a", value: { kind: "string", text: "]" } },
        { name: "b", value: { kind: "list", items: [{ text: "1" }, { text: "2" }] } },
      ],
    });
  });

  it.each([
    ['edition = "2023"; enum E { A = 0; }', "2023", ["E"]],
    ["enum E { A = 0; }", "proto2", ["E"]],
    ["", "proto2", []],
  ])("recognizes the syntax of %j", (text, syntax, names) => {
    const read = readProtoText(text);
    expect([read.syntax, [...read.enums.keys()]]).toEqual([syntax, names]);
  });

  it("terminates for any text", () => {
    const words = PROTO.split(/(\s+|[{}[\]();=])/);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words)), (parts) => {
        expect(readProtoText(parts.join(" ")).enums).toBeInstanceOf(Map);
      }),
      runs(0.05),
    );
  });
});
