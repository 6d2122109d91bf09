import { Server } from "@grpc/grpc-js";
import { type RichHandler, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/kurrent";
import { ShapesService } from "../../../test/gen/shapes/v1/shapes.js";
import { listen, notMeasured } from "../../servers.js";
import { responses, type Scenario } from "../scenario.js";
import { announce } from "./child.js";
import { writeAll } from "./grpc-js.js";

/** Runs a server with the interceptor and `richHandlers`. */
export async function serveRich(unary: RichHandler<typeof ShapesService.unary>): Promise<void> {
  const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
  server.addService(
    ShapesService,
    richHandlers(ShapesService, {
      unary,
      serverStream: (call) =>
        call.request.scenario === ("write" satisfies Scenario) ? void writeAll(call) : responses(call.request),
      clientStream: notMeasured,
      bidi: notMeasured,
    }),
  );
  announce(await listen(server));
}
