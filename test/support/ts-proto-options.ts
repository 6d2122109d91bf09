import type { Protos } from "../plugin/compile.js";

/** A detail with every kind of field, and one with a name that some options change. */
export const PROTOS: Protos = {
  "shop/v1/orders.proto": `
    syntax = "proto3";
    package shop.v1;
    import "google/protobuf/any.proto";
    import "google/protobuf/duration.proto";
    import "google/protobuf/field_mask.proto";
    import "google/protobuf/struct.proto";
    import "google/protobuf/timestamp.proto";
    import "google/protobuf/wrappers.proto";
    import "richerrors/v1/annotations.proto";

    enum OrderError {
      option (richerrors.v1.error_enum) = {domain: "orders.shop.example"};
      ORDER_ERROR_UNSPECIFIED = 0;
      ORDER_ERROR_ORDER_REJECTED = 1 [(richerrors.v1.error) = {
        status_code: INVALID_ARGUMENT
        has_details: true
        message: "order {order_id} breaks rule {max_rule} for {bill_to.zip_code}: {line_count}, {is_final}, {order_kind}, {note_text}, {limit_value}"
      }];
      ORDER_ERROR_PART_MISSING = 2 [(richerrors.v1.error) = {
        status_code: NOT_FOUND
        detail_type: "shop.v1.Stock.Missing_Part"
      }];
      ORDER_ERROR_ADDRESS_UNKNOWN = 3 [(richerrors.v1.error) = {
        status_code: NOT_FOUND
        detail_type: "google.rpc.ResourceInfo"
        message: "no address {resource_name}"
      }];
      ORDER_ERROR_SHOP_CLOSED = 4 [(richerrors.v1.error) = {status_code: UNAVAILABLE}];
    }

    message OrderRejectedErrorDetails {
      string order_id = 1 [json_name = "orderIdent"];
      int64 max_rule = 2;
      uint64 unsigned_value = 3;
      sint64 signed_value = 4;
      fixed64 fixed_value = 5;
      sfixed64 signed_fixed = 6;
      int32 line_count = 7;
      double unit_price = 8;
      bool is_final = 9;
      bytes raw_order = 10;
      OrderKind order_kind = 11;
      Address bill_to = 12;
      google.protobuf.Timestamp placed_at = 13;
      google.protobuf.Duration max_wait = 14;
      oneof pay_ment {
        string card_number = 15;
        Address cash_at = 16;
      }
      map<string, int64> stock_by_item = 17;
      map<int64, string> item_by_number = 18;
      repeated int64 line_numbers = 19;
      repeated Address other_addresses = 20;
      optional string nick_name = 21;
      google.protobuf.StringValue note_text = 22;
      google.protobuf.Int64Value limit_value = 23;
      google.protobuf.Struct free_form = 24;
      google.protobuf.FieldMask wrong_fields = 25;
      google.protobuf.Any any_thing = 26;
      uint32 old_field = 27 [deprecated = true];
    }
    enum OrderKind {
      ORDER_KIND_UNSPECIFIED = 0;
      ORDER_KIND_SMALL = 1;
    }
    message Address {
      string zip_code = 1;
      int64 house_number = 2;
    }
    message Stock {
      message Missing_Part { string part_id = 1; }
    }
    service Orders {
      rpc PlaceOrder(Address) returns (Address) {
        option (richerrors.v1.errors) = {error: ["ORDER_ERROR_ORDER_REJECTED"]};
      }
    }
  `,
};

/** The messages of the errors that {@link consumerOf} makes. */
export const MESSAGES = [
  "order o-7 breaks rule 7 for 8050: 3, true, ORDER_KIND_SMALL, note, 9",
  "part missing: part id p-1",
  "no address 8050",
  "shop closed",
];

/** A module that makes errors as code that was generated with these options wants it, and exports them. */
export function consumerOf(folder: string, given: readonly string[]): string {
  const options = new Map(given.map((option) => option.split("=") as [string, string]));
  const value = (name: string, initial: string) => options.get(name) ?? initial;
  const keys = /true|keys/.test(value("snakeToCamel", "keys_json"));
  const property = (name: string) => {
    if (value("useJsonName", "false") === "true" && name === "order_id") return "orderIdent";
    if (!keys && value("useJsonName", "false") !== "true") return name;
    return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  };
  const long = (integer: number, unsigned = false) => {
    switch (value("forceLong", "number")) {
      case "bigint":
        return `${integer}n`;
      case "string":
        return `"${integer}"`;
      case "long":
      case "true":
        return `Long.fromString("${integer}", ${unsigned})`;
      default:
        return `${integer}`;
    }
  };
  const message = (type: string, fields: Readonly<Record<string, string>>) => {
    const typed = value("outputTypeAnnotations", "false") === "true" || value("outputTypeRegistry", "false") === "true";
    const entries = Object.entries(fields).map(([name, text]) => `${property(name)}: ${text}`);
    return `{ ${[...(typed ? [`$type: "${type}"`] : []), ...entries].join(", ")} }`;
  };
  const address = message("shop.v1.Address", { zip_code: '"8050"', house_number: long(4) });
  const seconds = message("google.protobuf.Timestamp", { seconds: long(1_700_000_000), nanos: "123000000" });
  const placedAt =
    {
      false: seconds,
      timestamp: seconds,
      string: '"2023-11-14T22:13:20.123Z"',
      "string-nano": '"2023-11-14T22:13:20.123Z"',
      temporal: 'Temporal.Instant.from("2023-11-14T22:13:20.123Z")',
    }[value("useDate", "true")] ?? "new Date(1_700_000_000_123)";
  const card = property("card_number");
  const payment = {
    unions: { pay_ment: `{ $case: "${card}", ${card}: "4" }` },
    "unions-value": { pay_ment: `{ $case: "${card}", value: "4" }` },
  }[value("oneof", "properties")] ?? { card_number: '"4"' };
  const asMap = value("useMapType", "false") === "true";
  const longKeys = asMap || /bigint|long|true/.test(value("forceLong", "number"));
  const detail = {
    order_id: '"o-7"',
    max_rule: long(7),
    unsigned_value: long(8, true),
    signed_value: long(-9),
    fixed_value: long(10, true),
    signed_fixed: long(-11),
    line_count: "3",
    unit_price: "0.5",
    is_final: "true",
    raw_order: value("env", "both") === "node" ? "Buffer.from([1, 2])" : "Uint8Array.of(1, 2)",
    order_kind: `${enumName(value)}.${value("removeEnumPrefix", "false") === "true" ? "SMALL" : "ORDER_KIND_SMALL"}`,
    bill_to: address,
    placed_at: placedAt,
    max_wait: message("google.protobuf.Duration", { seconds: long(2), nanos: "5" }),
    ...payment,
    stock_by_item: asMap ? `new Map([["a", ${long(5)}]])` : `{ a: ${long(5)} }`,
    item_by_number: longKeys ? `new Map([[${long(6)}, "six"]])` : '{ 6: "six" }',
    line_numbers: `[${long(1)}, ${long(2)}]`,
    other_addresses: `[${address}]`,
    nick_name: '"nick"',
    note_text: '"note"',
    limit_value: long(9),
    // With nestJs, ts-proto leaves the conversion of a Struct to proto-loader.
    free_form: value("nestJs", "false") === "true" ? "undefined" : '{ some_key: "text" }',
    wrong_fields: '["a", "b"]',
    any_thing: message("google.protobuf.Any", { type_url: '"t/x"', value: "Buffer.from([3])" }),
    old_field: "12",
  };
  const details = messageName(value, "OrderRejectedErrorDetails");
  const sparse = `{ ${property("order_id")}: "o-7" }`;
  const sparseDetail =
    value("useOptionals", "none") === "all"
      ? sparse
      : value("outputPartialMethods", "true") === "false"
        ? "undefined"
        : `${details}.create(${sparse})`;
  const root = `../${folder}/shop/v1/orders`;
  return `
    import Long from "long";
    ${value("useDate", "true") === "temporal" ? 'import "temporal-polyfill/global";' : ""}
    import { catalog, AddressUnknownError, OrderRejectedError, PartMissingError, ShopClosedError } from "${root}.rich.js";
    import { ${enumName(value)}, ${details} } from "${root}${value("fileSuffix", "")}.js";
    void Long;
    export { catalog };
    /** What ts-proto's own code makes of the bytes that it writes. */
    export const plain = (detail: never): unknown => ${details}.decode(
      Buffer.from(${details}.encode(detail).finish()),
    );
    export const detail: ${details} = ${message("shop.v1.OrderRejectedErrorDetails", detail)};
    export { OrderRejectedError };
    /** A detail with one field, and the default values of all others, if ts-proto's code can make one. */
    export const sparse = ${sparseDetail};
    export const errors = [
      new OrderRejectedError(detail),
      new PartMissingError(${message("shop.v1.Stock.Missing_Part", { part_id: '"p-1"' })}),
      new AddressUnknownError({ resourceType: "", resourceName: "8050", owner: "", description: "" }),
      new ShopClosedError(),
    ];
  `;
}

function enumName(value: (name: string, initial: string) => string): string {
  return `${value("typePrefix", "")}${value("enumPrefix", "")}OrderKind${value("enumSuffix", "")}${value("typeSuffix", "")}`;
}

function messageName(value: (name: string, initial: string) => string, name: string): string {
  const before = value("typePrefix", "") + value("messagePrefix", "");
  return before + name + value("messageSuffix", "") + value("typeSuffix", "");
}
