// The client without generated code. The options of loadSync decide the form of its messages, and of the details of errors.
import { credentials, loadPackageDefinition } from "@grpc/grpc-js";
import { promises, richErrorClientOptions } from "grpc-rich-errors";
import { loadSync } from "grpc-rich-errors/proto-loader";

const { packageDefinition, catalog } = loadSync(["shop/v1/orders.proto", "shop/v1/errors.proto"], {
  includeDirs: ["proto", "node_modules/grpc-rich-errors/proto"],
  longs: String,
});
const { OrderService } = loadPackageDefinition(packageDefinition).shop.v1;
const OrderRejectedError = catalog.byReason("shop.v1", "ORDER_REJECTED");

const options = richErrorClientOptions({ catalogs: [catalog] });
const client = new OrderService("127.0.0.1:50051", credentials.createInsecure(), options);
try {
  await promises(client).placeOrder({ orderId: "o-7", quantity: 0, address: "" });
} catch (err) {
  if (!(err instanceof OrderRejectedError)) throw err;
  const { badRequest, debugInfo } = err.standardDetails;
  console.log(err.message, err.reason, err.domain, err.detail.rule, err.retryDelay, debugInfo?.detail);
  for (const { field, description } of badRequest?.fieldViolations ?? []) console.log(field, description);
}
client.close();
