import { describe, expect, it } from "vitest";
import { changesOf } from "./changes.js";

/** A proto with two errors of one detail with these fields, and other types. The fields are in line 4. */
const detail = (
  fields: string,
  types = "",
) => `syntax = "proto3"; package shop.v1; import "richerrors/v1/annotations.proto";
enum OrderError { ORDER_ERROR_UNSPECIFIED = 0; ORDER_ERROR_GONE = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND message: "gone" detail_type: "shop.v1.Detail"}];
  ORDER_ERROR_LOST = 2 [(richerrors.v1.error) = {status_code: NOT_FOUND message: "lost" detail_type: "shop.v1.Detail"}]; }
message Detail { ${fields} }
${types}`;

/** The findings about changed fields, by their rules and whom they break. */
async function fieldChanges(before: string, after: string, oldTypes = "", types = oldTypes): Promise<string[]> {
  const found = await changesOf(detail(before, oldTypes), detail(after, types));
  return found.map((finding) => finding.replace(/^.*\[breaks (.*)\] \(DETAIL_(.*)\)$/, "$2: $1"));
}

const READERS = "old clients, old servers, stored data";
const EVERYBODY = `${READERS}, generated code`;

describe("the fields of a detail", () => {
  it("are reported once, even if several errors have the detail", async () => {
    expect(await changesOf(detail("int32 a = 1;"), detail("string a = 1;"))).toEqual([
      "4:18: the field a of shop.v1.Detail changes its type from int32 to string, which others cannot read; deprecate the " +
        `field and add another one [breaks ${EVERYBODY}] (DETAIL_FIELD_SAME_TYPE)`,
    ]);
  });

  it.each([
    // The bytes, JSON and code are the same.
    ["int32", "uint32", []],
    ["fixed64", "sfixed64", []],
    // The bytes are the same.
    ["int32", "int64", [`FIELD_SAME_JSON_TYPE: ${EVERYBODY}`]],
    ["uint64", "bool", [`FIELD_SAME_JSON_TYPE: ${EVERYBODY}`]],
    ["string", "bytes", [`FIELD_SAME_JSON_TYPE: ${EVERYBODY}`]],
    ["int32", "E", [`FIELD_SAME_JSON_TYPE: ${EVERYBODY}`]],
    // Code is the same.
    ["int32", "sint32", [`FIELD_SAME_TYPE: ${READERS}`]],
    ["float", "double", [`FIELD_SAME_TYPE: ${READERS}`]],
    ["fixed32", "uint32", [`FIELD_SAME_TYPE: ${READERS}`]],
    ["int64", "sint64", [`FIELD_SAME_TYPE: ${READERS}`]],
    // Nothing is the same.
    ["string", "int32", [`FIELD_SAME_TYPE: ${EVERYBODY}`]],
    ["M", "string", [`FIELD_SAME_TYPE: ${EVERYBODY}`]],
    ["double", "int64", [`FIELD_SAME_TYPE: ${EVERYBODY}`]],
  ])("change their type from %s to %s", async (old, current, expected) => {
    const types = "message M { string x = 1; } enum E { E_UNSPECIFIED = 0; }";
    expect(await fieldChanges(`repeated ${old} a = 1;`, `repeated ${current} a = 1;`, types)).toEqual(expected);
  });

  it("are the same if their numbers are swapped with their names", async () => {
    expect(await fieldChanges("string a = 1; string b = 2;", "string a = 2; string b = 1;")).toEqual([
      `FIELD_SAME_NUMBER: ${READERS}`,
      `FIELD_SAME_NUMBER: ${READERS}`,
    ]);
  });

  it("change between singular, repeated and map, and the keys of a map", async () => {
    const expected = [`FIELD_SAME_CARDINALITY: ${EVERYBODY}`];
    expect(await fieldChanges("string a = 1;", "repeated string a = 1;")).toEqual(expected);
    expect(await fieldChanges("repeated string a = 1;", "map<string, string> a = 1;")).toEqual(expected);
    expect(await fieldChanges("map<string, string> a = 1;", "map<int32, string> a = 1;")).toEqual(expected);
    expect(await fieldChanges("map<string, string> a = 1;", "map<string, string> a = 1;")).toEqual([]);
  });

  it("leave a oneof, which loses nothing if they were alone in it", async () => {
    const outside = "string a = 1; string b = 2;";
    const together = "oneof which { string a = 1; string b = 2; }";
    const alone = "oneof which { string a = 1; } string b = 2;";
    const changed = (breaks: string) => `FIELD_SAME_ONEOF: ${breaks}`;
    expect(await fieldChanges(together, outside)).toEqual([changed(EVERYBODY), changed(EVERYBODY)]);
    expect(await fieldChanges(alone, outside)).toEqual([changed("generated code")]);
    expect(await fieldChanges(alone, together)).toEqual([changed(EVERYBODY)]);
    expect(await fieldChanges(together, together.replace("which", "what"))).toEqual(
      Array(2).fill(changed("generated code")),
    );
    expect(await fieldChanges(together, together)).toEqual([]);
  });

  it("are found in messages at any depth, also in recursive ones and in maps", async () => {
    const tree = (
      type: string,
    ) => `message Tree { repeated Tree children = 1; map<string, Leaf> leaves = 2; } message Leaf { ${type} a = 1; E e = 2; }
      enum E { E_UNSPECIFIED = 0; E_ONE = 1; }`;
    expect(await fieldChanges("Tree tree = 1;", "Tree tree = 1;", tree("int32"), tree("string"))).toEqual([
      `FIELD_SAME_TYPE: ${EVERYBODY}`,
    ]);
    const renamed = tree("int32").replace("E_ONE", "E_FIRST");
    expect(await fieldChanges("Tree tree = 1;", "Tree tree = 1;", tree("int32"), renamed)).toEqual([
      `ENUM_VALUE_SAME_NAME: ${EVERYBODY}`,
    ]);
  });

  it("may be deleted after they were deprecated", async () => {
    const rest = "string b = 2;";
    const reserved = `reserved 1; reserved "a"; ${rest}`;
    expect(await fieldChanges(`string a = 1; ${rest}`, reserved)).toHaveLength(1);
    expect(await fieldChanges(`string a = 1 [deprecated = true]; ${rest}`, reserved)).toEqual([]);
    const [text] = await changesOf(detail(`string a = 1 [deprecated = true]; ${rest}`), detail(`reserved 1; ${rest}`));
    expect(text).toBe(
      '4:1: the field a of shop.v1.Detail is deleted, so that old clients read an empty value; write reserved "a"; in its ' +
        "place [breaks old clients, generated code] (DETAIL_FIELD_NO_DELETE_UNLESS_RETIRED)",
    );
  });

  it("of the standard details are not compared, because nobody here can change them", async () => {
    const proto = detail("").replaceAll("shop.v1.Detail", "google.rpc.QuotaFailure");
    expect(await changesOf(proto, proto)).toEqual([]);
  });
});
