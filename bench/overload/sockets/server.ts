import { promisify } from "node:util";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/eventlog";
import { ShapesService } from "../../../test/gen/shapes/v1/shapes.js";
import { notMeasured } from "../../servers.js";
import { turnedAway } from "../busy.js";
import { Service } from "../service.js";

// The server in its own process. It sends its port, and then its ledger for each message.

const service = new Service();
const boundary = richErrorServerInterceptor({ catalogs: [catalog], retryPushback: true });
const server = new Server({ interceptors: [boundary] });
server.addService(
  ShapesService,
  richHandlers(ShapesService, {
    unary: async () => {
      if (!(await service.serve())) throw turnedAway();
      return { index: 1 };
    },
    clientStream: notMeasured,
    serverStream: notMeasured,
    bidi: notMeasured,
  }),
);
process.on("message", () => process.send?.(service.ledger));
process.on("disconnect", () => process.exit());
// Every address of the loopback network leads here.
process.send?.(await promisify(server.bindAsync.bind(server))("0.0.0.0:0", ServerCredentials.createInsecure()));
