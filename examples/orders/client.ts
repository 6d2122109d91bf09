import { credentials } from "@grpc/grpc-js";
import { promises, richErrorClientOptions } from "grpc-rich-errors";
import { catalog, OrderRejectedError } from "./gen/shop/v1/errors.rich.js";
import { OrderServiceClient } from "./gen/shop/v1/orders.js";

const options = richErrorClientOptions({ catalogs: [catalog] });
const client = new OrderServiceClient("127.0.0.1:50051", credentials.createInsecure(), options);
try {
  await promises(client).placeOrder({ orderId: "o-7", quantity: 0, address: "" });
} catch (err) {
  if (!(err instanceof OrderRejectedError)) throw err;
  const { badRequest, debugInfo } = err.standardDetails;
  console.log(err.message, err.reason, err.domain, err.detail.rule, err.retryDelay, debugInfo?.detail);
  for (const { field, description } of badRequest?.fieldViolations ?? []) console.log(field, description);
}
client.close();
