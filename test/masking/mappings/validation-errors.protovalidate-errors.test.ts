import { create, createFileRegistry, createRegistry, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { createValidator, ValidationError } from "@bufbuild/protovalidate";
import { file_buf_validate_validate } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { Code } from "grpc-rich-errors";
import { isProtovalidateError, protovalidateErrors } from "grpc-rich-errors/mappings";
import { describe, expect, it } from "vitest";
import { ErrorMap } from "../../../src/masking/error-map.js";

const map = new ErrorMap(protovalidateErrors);
const registry = createRegistry(file_buf_validate_validate);

function field(name: string, number: number, type: JsonValue, rules: JsonValue, more: Record<string, JsonValue> = {}) {
  const options = { "[buf.validate.field]": rules };
  return { name, number, type: `TYPE_${type}`, label: "LABEL_OPTIONAL", options, ...more };
}

const many = (typeName: string) => ({ label: "LABEL_REPEATED", typeName });
const positive = { map: { values: { int32: { gt: 0 } } } };

const file = createFileRegistry(
  fromJson(
    FileDescriptorProtoSchema,
    {
      name: "shop.proto",
      package: "shop",
      syntax: "proto3",
      dependency: ["buf/validate/validate.proto"],
      messageType: [
        {
          name: "Order",
          field: [
            field("customer_name", 1, "STRING", { string: { minLen: 3 } }),
            field("items", 2, "MESSAGE", {}, many(".shop.Item")),
            field("prices", 3, "MESSAGE", positive, many(".shop.Order.PricesEntry")),
          ],
          nestedType: [
            {
              name: "PricesEntry",
              field: [field("key", 1, "STRING", {}), field("value", 2, "INT32", {})],
              options: { mapEntry: true },
            },
          ],
        },
        { name: "Item", field: [field("count", 1, "INT32", { int32: { gte: 1 } })] },
      ],
    },
    { registry },
  ),
  (name) => (name === "buf/validate/validate.proto" ? file_buf_validate_validate : undefined),
);
const Order = file.getMessage("shop.Order");
const Item = file.getMessage("shop.Item");
if (!Order || !Item) throw new TypeError("the messages of the test are missing");

const validator = createValidator({ registry });

describe("protovalidateErrors", () => {
  const order = create(Order, {
    customerName: "x",
    items: [create(Item, { count: 1 }), create(Item, { count: 0 })],
    prices: { "in €": 0 },
  });
  const { error: thrown } = validator.validate(Order, order);

  it("map a ValidationError to INVALID_ARGUMENT with a field violation for each of its own", () => {
    expect(thrown).toBeInstanceOf(ValidationError);
    const { error } = map.map(thrown);
    expect(error).toMatchObject({ code: Code.INVALID_ARGUMENT, message: "the request is not valid", cause: thrown });
    const violations = error?.standardDetails.badRequest?.fieldViolations ?? [];
    expect(violations.map(({ field, reason }) => [field, reason])).toEqual([
      ["customer_name", "STRING_MIN_LEN"],
      ["items[1].count", "INT32_GTE"],
      ['prices["in €"]', "INT32_GT"],
    ]);
    expect(violations.every(({ description }) => description.length > 5)).toBe(true);
    expect(error?.issues).toEqual([]);
  });
});

describe("paths that proto3 does not have", () => {
  const violation = (field: unknown[]) => ({ message: "", ruleId: "some.rule", field });
  it.each([
    [
      "a oneof",
      [
        { kind: "field", name: "a" },
        { kind: "oneof", name: "choice" },
      ],
      "a.choice",
    ],
    [
      "an extension",
      [
        { kind: "field", name: "a" },
        { kind: "extension", typeName: "x.y.ext" },
      ],
      "a[x.y.ext]",
    ],
    [
      "a numeric key",
      [
        { kind: "field", name: "a" },
        { kind: "map_sub", key: 5n },
      ],
      "a[5]",
    ],
    [
      "a bool key",
      [
        { kind: "field", name: "a" },
        { kind: "map_sub", key: true },
      ],
      "a[true]",
    ],
    ["an empty path", [], ""],
  ])("are written like protovalidate's own: %s", (_, path, expected) => {
    const thrown = Object.assign(new Error("x"), { name: "ValidationError", violations: [violation(path)] });
    expect(map.map(thrown).error?.standardDetails.badRequest?.fieldViolations).toMatchObject([
      { field: expected, description: "some.rule", reason: "SOME_RULE" },
    ]);
  });
});

it.each([
  new Error("ValidationError"),
  Object.assign(new Error("x"), { name: "ValidationError" }),
  Object.assign(new Error("x"), { name: "ValidationError", violations: [{ message: "of another library" }] }),
  Object.assign(new Error("x"), { name: "ValidationError", violations: [null] }),
  { name: "ValidationError", violations: [] },
  undefined,
])("isProtovalidateError returns false for %o", (thrown) => {
  expect(isProtovalidateError(thrown)).toBe(false);
  expect(map.map(thrown).found).toBe(false);
});
