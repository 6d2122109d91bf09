import { pack, type RichError, unpack } from "grpc-rich-errors";
import type { LoadResult } from "grpc-rich-errors/proto-loader";
import { expect } from "vitest";

/** Errors with three kinds of details: fields of all kinds, a type that a message declares, and a standard detail. */
export const ORDERS_PROTO = `
  syntax = "proto3";
  package shop.v1;
  import "google/protobuf/wrappers.proto";
  import "richerrors/v1/annotations.proto";

  enum OrderError {
    ORDER_ERROR_UNSPECIFIED = 0;
    ORDER_ERROR_ORDER_REJECTED = 1 [(richerrors.v1.error) = {
      status_code: INVALID_ARGUMENT
      has_details: true
      message: "{order_id} breaks {rule} in {shop_address.town_name}: {the_note}, {color}"
    }];
    ORDER_ERROR_NESTED = 2 [(richerrors.v1.error) = {
      status_code: INVALID_ARGUMENT
      detail_type: "shop.v1.Order.LineItem"
      message: "{item_count} too many"
    }];
    ORDER_ERROR_STANDARD = 3 [(richerrors.v1.error) = {
      status_code: UNAVAILABLE
      detail_type: "google.rpc.ResourceInfo"
      message: "{resource_type} is gone"
    }];
  }
  message OrderRejected {
    string order_id = 1;
    sint64 rule = 2;
    Address shop_address = 3;
    google.protobuf.StringValue the_note = 4;
    Color color = 5;
    repeated int64 all_rules = 6;
    map<string, Address> by_name = 7;
    oneof way { string by_ship = 8; string by_train = 9; }
    bytes raw = 10;
    optional string maybe = 11;
  }
  message Address { string town_name = 1; }
  message Order { message LineItem { uint64 item_count = 1; } }
  enum Color { COLOR_NONE = 0; COLOR_RED = 1; }
`;

/** A 64-bit integer that a double cannot represent. */
export const RULE = "-9007199254740993";

/** The detail of a rejected order, with properties in camel case. */
export const CAMEL = {
  orderId: "o-7",
  rule: RULE,
  shopAddress: { townName: "Bern" },
  theNote: { value: "no" },
  color: "COLOR_RED",
};

/** The same detail with the field names of the proto. */
export const KEPT = {
  order_id: "o-7",
  rule: RULE,
  shop_address: { town_name: "Bern" },
  the_note: { value: "no" },
  color: "COLOR_RED",
};

/** Packs and unpacks the error with a reason. */
export function sent({ catalog }: LoadResult, reason: string, detail: object): RichError {
  const errorClass = catalog.byReason("shop.v1", reason);
  if (!errorClass) throw new Error(`${reason} is missing`);
  const thrown = new errorClass(detail);
  const received = unpack(pack(thrown), { catalogs: [catalog] });
  expect(thrown.issues).toEqual([]);
  expect(received.issues).toEqual([]);
  expect(received).toBeInstanceOf(errorClass);
  expect(received.message).toBe(thrown.message);
  return received;
}
