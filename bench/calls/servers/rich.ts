import { Server } from "@grpc/grpc-js";
import { type RichHandler, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/kurrent";
import { ShapesService } from "../../../test/gen/shapes/v1/shapes.js";
import { answers, type Scenario } from "../wanted.js";
import { announce, listen } from "./child.js";
import { writeAll } from "./grpc-js.js";

const others = () => {
  throw new Error("it is not measured");
};

/** A server with everything attached. */
export async function serveRich(unary: RichHandler<typeof ShapesService.unary>): Promise<void> {
  const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
  server.addService(
    ShapesService,
    richHandlers(ShapesService, {
      unary,
      serverStream: (call) =>
        call.request.scenario === ("write" satisfies Scenario) ? void writeAll(call) : answers(call.request),
      clientStream: others,
      bidi: others,
    }),
  );
  announce(await listen(server));
}
