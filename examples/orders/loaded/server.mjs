// The server without generated code. It reads the errors and the service from the protos when it starts.
import { loadPackageDefinition, Server, ServerCredentials } from "@grpc/grpc-js";
import { richErrorServerInterceptor, richHandlers, StandardDetails } from "grpc-rich-errors";
import { loadSync } from "grpc-rich-errors/proto-loader";

const { packageDefinition, catalog } = loadSync(["shop/v1/orders.proto", "shop/v1/errors.proto"], {
  includeDirs: ["proto", "node_modules/grpc-rich-errors/proto"],
  longs: String,
});
const { OrderService } = loadPackageDefinition(packageDefinition).shop.v1;
const OrderRejectedError = catalog.byReason("shop.v1", "ORDER_REJECTED");

const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
server.addService(
  OrderService.service,
  richHandlers(OrderService.service, {
    placeOrder: async ({ request: { orderId, quantity, address } }) => {
      const problems = new StandardDetails();
      if (!quantity) problems.addFieldViolation("quantity", "must be at least 1");
      if (!address) problems.addFieldViolation("address", "must not be empty");
      if (!problems.hasFieldViolations) return {};
      problems.setDebugInfo("rule 7 of the warehouse");
      throw new OrderRejectedError({ orderId, rule: "7" }, { retryDelay: 1500, errorDetails: problems });
    },
  }),
);
server.bindAsync("127.0.0.1:50051", ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
});
