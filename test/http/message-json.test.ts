import type { DescEnum, DescField, DescMessage, JsonValue, Registry } from "@bufbuild/protobuf";
import fc, { type Arbitrary } from "fast-check";
import type { ErrorDetail, JsonDetail } from "grpc-rich-errors/details";
import { beforeAll, describe, expect, it } from "vitest";
import { fileDescriptorsOf } from "../../src/declaration/descriptors.js";
import { Schema } from "../../src/declaration/schema.js";
import { detailFromJson } from "../../src/http/detail-json.js";
import { MessageJson } from "../../src/http/message-json.js";
import { typesOf } from "../../src/http/message-types.js";
import { Message, type MessageType, type MessageTypes } from "../../src/message/types.js";
import { runs } from "../fuzz/runs.js";
import { BadValuesError } from "../gen/values/v1/values.rich.js";
import { compile } from "../plugin/compile.js";
import { reflected, reflectedFromJson, reflectedToJson } from "../support/reflection.js";

const PROTOS = {
  "zoo/v1/old.proto": `
    syntax = "proto2";
    package zoo.v1;
    import "google/protobuf/struct.proto";
    enum Size { SIZE_LARGE = 7; SIZE_SMALL = 1; }
    message Old {
      required string name = 1;
      optional int32 age = 2 [default = 7];
      optional group Tail = 3 { optional sfixed32 length = 1; repeated group Hair = 2 { optional bytes color = 4; } }
      repeated Size sizes = 4;
      optional Size size = 5;
      repeated sint32 numbers = 6;
      repeated uint32 packed = 7 [packed = true];
      oneof food { string meat = 8; Size plants = 9; google.protobuf.Value other = 10; google.protobuf.NullValue none = 11; }
      map<string, Old> by_name = 12;
    }
  `,
  "zoo/v1/new.proto": `
    edition = "2023";
    package zoo.v1;
    import "google/protobuf/type.proto";
    option features.field_presence = IMPLICIT;
    message New {
      string a_name_2_b = 1;
      New head = 2 [features.message_encoding = DELIMITED];
      Color size = 3 [features.field_presence = EXPLICIT];
      float weight = 4;
      repeated double weights = 5 [features.repeated_field_encoding = EXPANDED];
      map<int64, New> by_number = 6;
      map<bool, fixed32> by_truth = 7;
      map<uint32, bytes> by_small = 8;
      string raw = 9 [features.utf8_validation = NONE, json_name = "__proto__"];
      Closed closed = 10 [features.field_presence = EXPLICIT];
      google.protobuf.Type type = 11;
    }
    enum Color { COLOR_NONE = 0; COLOR_RED = 2; }
    enum Closed { option features.enum_type = CLOSED; CLOSED_NONE = 0; CLOSED_A = 3; }
  `,
};

interface Case {
  readonly desc: DescMessage;
  readonly registry: Registry;
  readonly types: MessageTypes;
}

const cases = new Map<string, Case>();

beforeAll(async () => {
  const schema = new Schema((await compile(PROTOS)).protoFile);
  const names = ["zoo.v1.Old", "zoo.v1.New"];
  const messages = names.map((name) => schema.message(name)).filter((message) => message !== undefined);
  const own = fileDescriptorsOf(messages);
  for (const [name, descriptors] of [
    ["zoo.v1.Old", own],
    ["zoo.v1.New", own],
    ["values.v1.Values", BadValuesError.definition.descriptors],
    ["google.rpc.QuotaFailure", undefined],
    ["google.rpc.ErrorInfo", undefined],
  ] as const) {
    const registry = reflected(descriptors);
    const desc = registry.getMessage(name);
    if (desc) cases.set(name, { desc, registry, types: typesOf(descriptors ? [descriptors] : []) });
  }
});

/** The arbitrary JSON of a message: mostly right, so that the wrong is looked at one at a time. */
function jsonOf(desc: DescMessage, depth: number): Arbitrary<JsonValue> {
  const own = WELL_KNOWN[desc.typeName];
  if (own) return own;
  const fields = depth > 3 ? [] : desc.fields;
  const names = fields.map((field) => fc.tuple(fc.constantFrom(field.name, field.jsonName), fieldOf(field, depth)));
  if (names.length === 0) return fc.constant({});
  return fc.array(fc.oneof(...names), { maxLength: 4 }).map((entries) => Object.fromEntries(entries));
}

const ODD: Arbitrary<JsonValue> = fc.constantFrom<JsonValue>(
  ...[null, "", " 1", "1 ", "0x10", "-0", "01", "1e3", 1.5, -1, 2 ** 31, 2 ** 32, 2 ** 53, "x", true, "true", "NaN"],
  ...["-Infinity", "9223372036854775808", "1.0", "\ud800", "QQ", "QQ==", "_-", "é", "COLOR_RED", "SIZE_SMALL", 3, 99],
  [],
  [null],
  {},
  { a: null },
);

function oddly(right: Arbitrary<JsonValue>): Arbitrary<JsonValue> {
  return fc.oneof({ arbitrary: right, weight: 12 }, { arbitrary: ODD, weight: 1 });
}

function fieldOf(field: DescField, depth: number): Arbitrary<JsonValue> {
  const one = oddly(singleOf(field, depth));
  if (field.fieldKind === "list") return oddly(fc.array(one, { maxLength: 3 }));
  if (field.fieldKind !== "map") return one;
  const key = fc.oneof(
    fc.constantFrom("1", "-1", "01", "true", "false", "", "__proto__", "7"),
    fc.string({ maxLength: 3 }),
  );
  return oddly(fc.array(fc.tuple(key, one), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)));
}

function singleOf(field: DescField, depth: number): Arbitrary<JsonValue> {
  if (field.message) return fc.constant(undefined).chain(() => jsonOf(field.message as DescMessage, depth + 1));
  if (field.enum) return enumOf(field.enum);
  const integer = fc.oneof(fc.integer(), fc.integer().map(String), fc.nat({ max: 3 }));
  return fc.oneof(integer, fc.double().map(numberOrName), fc.string(), fc.boolean(), fc.base64String());
}

function numberOrName(number: number): JsonValue {
  return Number.isFinite(number) ? number : String(number);
}

function enumOf({ values }: DescEnum): Arbitrary<JsonValue> {
  return fc.constantFrom<JsonValue>(...values.flatMap(({ name, number }) => [name, number]), 5, "NEWER", null);
}

const json = fc.jsonValue() as Arbitrary<JsonValue>;

const WELL_KNOWN: Readonly<Record<string, Arbitrary<JsonValue>>> = {
  "google.protobuf.Value": json,
  "google.protobuf.ListValue": fc.array(json, { maxLength: 3 }),
  "google.protobuf.Struct": fc.dictionary(fc.string(), json, { maxKeys: 3 }),
  "google.protobuf.Timestamp": fc.oneof(
    fc
      .date({ noInvalidDate: true, min: new Date(-62_135_596_800_000), max: new Date(253_402_300_799_999) })
      .map((date) => date.toISOString()),
    fc.constantFrom("2026-11-20T22:18:43+01:30", "2026-11-20T22:18:43.1234567-00:00", "9999-12-31T23:59:59.999999999Z"),
    fc.constantFrom("0000-12-31T23:59:59Z", "2026-02-30T00:00:00Z", "2026-11-20t22:18:43Z", "2026-11-20T22:18:43"),
  ),
  "google.protobuf.Duration": fc.oneof(
    fc
      .tuple(fc.integer({ min: -400_000_000, max: 400_000_000 }), fc.stringMatching(/^\d{1,9}$/))
      .map(([whole, part]) => `${whole * 1000}.${part}s`),
    fc.constantFrom("1s", "-0.5s", "-0s", "315576000001s", "1", "s", "+1s"),
  ),
  "google.protobuf.FieldMask": fc.constantFrom("", "a", "aB,c", "a.bC", "a_b", "aBC,,"),
  "google.protobuf.Any": fc.constantFrom<JsonValue>(
    ...[
      {},
      { "@type": "t/google.protobuf.Int32Value", value: 5 },
      { "@type": "google.rpc.Help", links: [{ url: "x" }] },
    ],
    ...[{ "@type": "t/google.protobuf.Duration", value: "x" }, { "@type": "t/new.v1.Fact" }, { "@type": "" }, { a: 1 }],
    { "@type": "t/google.protobuf.Empty" },
  ),
};

/** What a function returns, or nothing where it throws. */
function outcome<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}

function write({ typeUrl, value }: ErrorDetail, { types }: Case, alwaysEmitImplicit = false): unknown {
  const any = new Message(types.get("google.protobuf.Any") as MessageType);
  for (const field of any.type.fields) any.set(field, field.name === "value" ? value : typeUrl);
  return new MessageJson(types, { alwaysEmitImplicit }).write(any);
}

function expectSameJson(detail: ErrorDetail, one: Case): void {
  for (const alwaysEmitImplicit of [false, true]) {
    const expected = outcome(() => reflectedToJson(detail, one.registry, { alwaysEmitImplicit }));
    const written = outcome(() => write(detail, one, alwaysEmitImplicit));
    // As text, because the order of members and a negative zero count.
    expect(JSON.stringify(written)).toBe(JSON.stringify(expected));
  }
}

describe.each(["values.v1.Values", "zoo.v1.Old", "zoo.v1.New", "google.rpc.QuotaFailure", "google.rpc.ErrorInfo"])(
  "a %s",
  (name) => {
    it("is read from JSON as protobuf-es reads it, and written as it writes it", () => {
      const one = cases.get(name) as Case;
      fc.assert(
        fc.property(jsonOf(one.desc, 0), (fields) => {
          const detail: JsonDetail = { ...(fields as object), "@type": `t/${name}` };
          const expected = outcome(() => reflectedFromJson(detail, one.registry));
          const packed = outcome(() => detailFromJson(detail, one.types));
          expect(packed && { ...packed, value: [...packed.value] }).toEqual(
            expected && { ...expected, value: [...expected.value] },
          );
          if (packed) expectSameJson(packed, one);
        }),
        runs(0.05),
      );
    });

    it("is written as protobuf-es writes it, whatever its bytes are", () => {
      const one = cases.get(name) as Case;
      const packed = jsonOf(one.desc, 0).map((fields) =>
        outcome(() => reflectedFromJson({ ...(fields as object), "@type": `t/${name}` }, one.registry)),
      );
      const changed = fc.tuple(packed, fc.nat(), fc.nat(255)).map(([detail, at, byte]) => {
        const bytes = Uint8Array.from(detail?.value ?? []);
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        return bytes;
      });
      fc.assert(
        fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 30 })), (value) => {
          expectSameJson({ typeUrl: `t/${name}`, value }, one);
        }),
        // A Duration whose nanoseconds are more than a second.
        { ...runs(0.05), examples: [[Uint8Array.from([226, 1, 6, 16, 128, 168, 214, 185, 7])]] },
      );
    });
  },
);
