import type { Options } from "@grpc/proto-loader";
import { pack, unpack } from "grpc-rich-errors";
import { type DynamicErrorClass, type LoadResult, loadSync } from "grpc-rich-errors/proto-loader";
import { describe, expect, it } from "vitest";
import { isLong } from "../../../src/platform/values.js";
import { CAMEL, KEPT, ORDERS_PROTO, RULE, sent } from "../../support/orders.js";
import { protoFolder } from "../../support/proto-folder.js";
import { PROTO_FOLDER } from "../../support/reference-protos.js";

function loadProto(options: Options): LoadResult {
  return loadSync("shop.proto", {
    includeDirs: [protoFolder({ "shop.proto": ORDERS_PROTO }), PROTO_FOLDER],
    ...options,
  });
}

describe("a detail", () => {
  it.each<[string, Options, object, object]>([
    ["longs as strings", { longs: String, enums: String }, CAMEL, CAMEL],
    ["longs as numbers", { longs: Number }, { ...CAMEL, rule: 7 }, { ...CAMEL, rule: 7, color: 1 }],
    ["names of the proto", { keepCase: true, longs: String, enums: String }, KEPT, KEPT],
    [
      "defaults",
      { longs: String, enums: String, defaults: true },
      { rule: RULE },
      {
        allRules: [],
        byName: {},
        color: "COLOR_NONE",
        orderId: "",
        raw: Buffer.of(),
        rule: RULE,
        shopAddress: null,
        theNote: null,
      },
    ],
    [
      "oneofs",
      { oneofs: true, bytes: Array },
      { byShip: "x", maybe: "", raw: [1] },
      { byShip: "x", way: "byShip", maybe: "", _maybe: "maybe", raw: [1] },
    ],
    [
      "arrays and objects",
      { arrays: true, objects: true, longs: String },
      { allRules: [1, "2"] },
      { allRules: ["1", "2"], byName: {} },
    ],
  ])("has %s if the options say so", (_, options, detail, expected) => {
    expect(sent(loadProto(options), "ORDER_REJECTED", detail).detail).toEqual(expected);
  });

  it("equals the message that the package definition decodes", () => {
    const loaded = loadProto({ json: true, oneofs: true, defaults: true });
    const { detail, errorDetails } = sent(loaded, "ORDER_REJECTED", CAMEL);
    const definition = loaded.packageDefinition["shop.v1.OrderRejected"];
    if (!definition || !("deserialize" in definition)) throw new Error("shop.v1.OrderRejected is missing");
    expect(detail).toEqual(Reflect.apply(definition["deserialize"] as never, undefined, [errorDetails.at(-1)?.value]));
  });

  it.each<[string, Options]>([
    ["strings", { longs: String }],
    ["numbers", { longs: Number }],
    ["objects", {}],
  ])("of a type that a message declares has longs as %s", (_, options) => {
    const error = sent(loadProto(options), "NESTED", { itemCount: 7 });
    const [[name, count] = []] = Object.entries(Object(error.detail));
    expect([name, String(count), typeof count]).toEqual([
      "itemCount",
      "7",
      "longs" in options ? typeof (options.longs as () => unknown)() : "object",
    ]);
    expect(error.message).toBe("7 too many");
  });

  it.each<[string, Options, object]>([
    ["in camel case", { defaults: true }, { resourceType: "order", resourceName: "", owner: "", description: "" }],
    ["as in the proto", { keepCase: true }, { resource_type: "order" }],
  ])("of a standard type has its fields %s even if its file is not loaded", (_, options, expected) => {
    const written = options.keepCase ? { resource_type: "order" } : { resourceType: "order" };
    const error = sent(loadProto(options), "STANDARD", written);
    expect(error.detail).toEqual(expected);
    expect(error.message).toBe("order is gone");
    expect(error.standardDetails.resourceInfo).toMatchObject({ resourceType: "order" });
  });

  it("of a standard type comes from its file if that is loaded", () => {
    const proto = ORDERS_PROTO.replace("import", 'import "google/rpc/error_details.proto";\nimport');
    const folder = protoFolder({ "shop.proto": proto });
    const loaded = loadSync("shop.proto", { includeDirs: [folder, PROTO_FOLDER], keepCase: true });
    expect(loaded.packageDefinition["google.rpc.ResourceInfo"]).toBeDefined();
    expect(sent(loaded, "STANDARD", { resource_type: "order" }).message).toBe("order is gone");
  });
});

describe("a message", () => {
  it.each<[string, Options, object]>([
    ["camel case and longs as strings", { longs: String, enums: String }, CAMEL],
    ["camel case and longs as objects", { enums: String }, CAMEL],
    ["names of the proto", { keepCase: true, longs: String, enums: String }, KEPT],
  ])("shows the fields of a detail with %s", (_, options, detail) => {
    const loaded = loadProto(options);
    const received = sent(loaded, "ORDER_REJECTED", detail);
    expect(received.message).toBe(`o-7 breaks ${RULE} in Bern: no, COLOR_RED`);
    // A received detail can be thrown again.
    const errorClass = loaded.catalog.byReason("shop.v1", "ORDER_REJECTED") as DynamicErrorClass;
    expect(new errorClass(received.detail).message).toBe(received.message);
    expect(isLong(Reflect.get(Object(received.detail), "rule"))).toBe(!options.longs);
  });
});

describe("a map in a detail", () => {
  const QUOTA = `
    syntax = "proto3";
    package shop.v1;
    import "richerrors/v1/annotations.proto";
    enum ShopError {
      SHOP_ERROR_UNSPECIFIED = 0;
      SHOP_ERROR_QUOTA = 1 [(richerrors.v1.error) = {status_code: RESOURCE_EXHAUSTED, detail_type: "google.rpc.QuotaFailure"}];
    }`;
  const load = (imports: string) =>
    loadSync("shop.proto", {
      includeDirs: [protoFolder({ "shop.proto": QUOTA.replace("import", `${imports}\nimport`) }), PROTO_FOLDER],
    });

  it("is an object if its proto is loaded, and else a list of entries, as protobufjs has it", () => {
    for (const [imports, quotaDimensions] of [
      ['import "google/rpc/error_details.proto";', { region: "eu" }],
      ["", [{ key: "region", value: "eu" }]],
    ] as const) {
      const errorClass = load(imports).catalog.byReason("shop.v1", "QUOTA");
      const error = errorClass && new errorClass({ violations: [{ quotaDimensions }] });
      expect([error?.issues, error?.standardDetails.quotaFailure?.violations[0]?.quotaDimensions]).toEqual([
        [],
        { region: "eu" },
      ]);
      const wrong = errorClass && new errorClass({ violations: [{ quotaDimensions: 7 }] });
      expect(wrong?.issues.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^google\.rpc\.QuotaFailure: the field violations\[0\]\.quotaDimensions is 7, not an? /),
      ]);
    }
  });
});

describe("a message of a file that protobufjs contains", () => {
  const value = Buffer.from([1]);

  it.each([
    [false, { any: { type_url: "a/b", value }, value: { numberValue: 1.5 } }],
    [true, { any: { type_url: "a/b", value }, value: { numberValue: 1.5 } }],
  ])("has the fields that protobufjs gives it, with keepCase: %s", (keepCase, detail) => {
    const includeDirs = ["test/proto", PROTO_FOLDER];
    const { catalog } = loadSync("values/v1/values.proto", { includeDirs, keepCase });
    const errorClass = catalog.byReason("values.example.com", "BAD_VALUES");
    if (!errorClass) throw new Error("BAD_VALUES is missing");
    const thrown = new errorClass(detail);
    expect(thrown.issues).toEqual([]);
    expect(unpack(pack(thrown), { catalogs: [catalog] }).detail).toMatchObject(detail);
  });

  it("has no fields by other names", () => {
    const { catalog } = loadSync("values/v1/values.proto", { includeDirs: ["test/proto", PROTO_FOLDER] });
    const errorClass = catalog.byReason("values.example.com", "BAD_VALUES");
    if (!errorClass) throw new Error("BAD_VALUES is missing");
    expect(new errorClass({ any: { typeUrl: "a/b", value } }).issues.map(({ message }) => message)).toEqual([
      'values.v1.Values: the field any.typeUrl is unknown; its value "a/b" is left out; write "type_url"',
    ]);
  });
});
