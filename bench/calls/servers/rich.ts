import { Server } from "@grpc/grpc-js";
import { type RichHandler, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/kurrent";
import { ShapesService } from "../../../test/gen/shapes/v1/shapes.js";
import { ours } from "../../peers/ours.js";
import { listen, notMeasured } from "../../servers.js";
import type { Attachment } from "../attachments.js";
import { responses, type Scenario, sampleFor } from "../scenario.js";
import { announce } from "./child.js";
import { writeAll } from "./grpc-js.js";

type Unary = RichHandler<typeof ShapesService.unary>;

/** Runs a server with the interceptor and `richHandlers`. */
export async function serveRich(unary: Unary, { telemetry, interceptors, attach }: Attachment = {}): Promise<void> {
  const rich = richErrorServerInterceptor({ catalogs: [catalog], ...(telemetry && { telemetry: telemetry.server }) });
  const server = new Server({ interceptors: [rich, ...(interceptors ? [interceptors.server] : [])] });
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
  const port = await listen(server);
  attach?.(server);
  announce(port);
}

/** A handler that responds, or throws the error of the request. */
export const respondOrThrow: Unary = async ({ request }) => {
  if (request.scenario === ("succeed" satisfies Scenario)) return { index: 1 };
  throw ours.make(sampleFor(request));
};
