import { Server, ServerCredentials } from "@grpc/grpc-js";
import { richErrorServerInterceptor, richHandlers, StandardDetails } from "grpc-rich-errors";
import { catalog, OrderRejectedError } from "./gen/shop/v1/errors.rich.js";
import { OrderServiceService } from "./gen/shop/v1/orders.js";

const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
server.addService(
  OrderServiceService,
  richHandlers(OrderServiceService, {
    placeOrder: async ({ request: { orderId, quantity, address } }) => {
      const problems = new StandardDetails();
      if (quantity < 1) problems.addFieldViolation("quantity", "must be at least 1");
      if (address === "") problems.addFieldViolation("address", "must not be empty");
      if (!problems.hasFieldViolations) return {};
      problems.setDebugInfo("rule 7 of the warehouse");
      throw new OrderRejectedError({ orderId, rule: 7n }, { retryDelay: 1500, errorDetails: problems });
    },
  }),
);
server.bindAsync("127.0.0.1:50051", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(`listening on port ${port}`);
});
