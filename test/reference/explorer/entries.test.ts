import { describe, expect, it } from "vitest";
import { entriesOf, systemOf } from "../../../src/reference/explorer/entries.js";
import { HEAD, listingFor } from "../../cli/images.js";

describe("an entry", () => {
  it("has its anchor, its system, and the methods that answer it", async () => {
    const listing = await listingFor({
      "shop/v1/errors.proto": `${HEAD}
        import "google/protobuf/empty.proto";
        enum OrderError {
          ORDER_ERROR_UNSPECIFIED = 0;
          ORDER_ERROR_ORDER_GONE = 7 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
          ORDER_ERROR_ORDER_BUSY = 8 [(richerrors.v1.error) = {status_code: ABORTED}];
        }
        service Orders {
          rpc Get(google.protobuf.Empty) returns (google.protobuf.Empty) {
            option (richerrors.v1.errors) = {error: "ORDER_ERROR_ORDER_GONE"};
          }
          rpc Put(google.protobuf.Empty) returns (google.protobuf.Empty) {
            option (richerrors.v1.errors) = {error: "ORDER_ERROR_ORDER_BUSY" error: "ORDER_ERROR_ORDER_GONE"};
          }
        }`,
    });
    expect(entriesOf(listing).map(({ anchor, system, methods }) => ({ anchor, system, methods }))).toEqual([
      { anchor: "shop.v1/ORDER_GONE", system: "shop", methods: ["shop.v1.Orders/Get", "shop.v1.Orders/Put"] },
      { anchor: "shop.v1/ORDER_BUSY", system: "shop", methods: ["shop.v1.Orders/Put"] },
    ]);
  });
});

describe("the system of an enum", () => {
  it.each([
    ["shop.orders.v1.OrderError", "shop.orders"],
    ["shop.orders.v2beta1.internal.StockError", "shop.orders"],
    ["kurrent.rpc.ServerError", "kurrent.rpc"],
    ["v1.OrderError", "v1"],
    ["OrderError", "OrderError"],
  ])("%s is %s", (name, system) => {
    expect(systemOf(name)).toBe(system);
  });
});
