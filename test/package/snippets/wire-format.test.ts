import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createFileRegistry, fromBinary, toJson } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { pack, StandardDetails } from "grpc-rich-errors";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { expect, test } from "vitest";
import { runTool } from "../../plugin/compile.js";
import { ORDERS, openPage } from "../page.js";
import { ROOT } from "../project.js";

const page = openPage("docs/wire-format.md");

test("shows the status of the example as it is on the wire", async () => {
  const image = join(page.folder, "orders.binpb");
  await runTool("buf", ["build", "--config", ORDERS, "-o", image], ROOT);
  const catalog = catalogFromDescriptorSet(await readFile(image));
  const errorDetails = new StandardDetails()
    .addFieldViolation("quantity", "must be at least 1")
    .addFieldViolation("address", "must not be empty")
    .setDebugInfo("rule 7 of the warehouse");
  const OrderRejectedError = catalog.byReason("shop.v1", "ORDER_REJECTED");
  const error =
    OrderRejectedError && new OrderRejectedError({ orderId: "o-7", rule: 7n }, { retryDelay: 1500, errorDetails });
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, await readFile(image)));
  const schema = registry.getMessage("google.rpc.Status");
  if (!error || !schema) throw new Error("the image lacks the error or google.rpc.Status");
  const shown = JSON.parse(page.take('"code": 3'));
  expect(toJson(schema, fromBinary(schema, pack(error)), { registry })).toEqual(shown);
});

page.testOtherCode();
