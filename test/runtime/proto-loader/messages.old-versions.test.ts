import { loadSync } from "grpc-rich-errors/proto-loader";
import { expect, it, vi } from "vitest";
import { CAMEL, ORDERS_PROTO, sent } from "../../support/orders.js";
import { protoFolder } from "../../support/proto-folder.js";
import { PROTO_FOLDER } from "../../support/reference-protos.js";

vi.mock("@grpc/proto-loader", () => import("proto-loader-0.7"));

it.each<[string, object]>([
  ["ORDER_REJECTED", CAMEL],
  ["NESTED", { itemCount: "7" }],
  ["STANDARD", { resourceType: "order" }],
])("proto-loader 0.7, whose messages have no functions, gives the same detail of %s", (reason, detail) => {
  const loaded = loadSync("shop.proto", {
    includeDirs: [protoFolder({ "shop.proto": ORDERS_PROTO }), PROTO_FOLDER],
    longs: String,
    enums: String,
  });
  expect(loaded.packageDefinition["shop.v1.OrderRejected"]).not.toHaveProperty("serialize");
  expect(sent(loaded, reason, detail).detail).toEqual(detail);
});
