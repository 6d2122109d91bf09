import { Server } from "@grpc/grpc-js";
import { richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/kurrent";
import { ShapesService } from "../../../test/gen/shapes/v1/shapes.js";
import { ours } from "../../peers/ours.js";
import { answers, type Scenario, wanted } from "../wanted.js";
import { announce, listen } from "./child.js";
import { writeAll } from "./grpc-js.js";

const others = () => {
  throw new Error("it is not measured");
};
const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
server.addService(
  ShapesService,
  richHandlers(ShapesService, {
    unary: async ({ request }) => {
      if (request.scenario === ("succeed" satisfies Scenario)) return { index: 1 };
      throw ours.make(wanted(request));
    },
    serverStream: (call) =>
      call.request.scenario === ("write" satisfies Scenario) ? void writeAll(call) : answers(call.request),
    clientStream: others,
    bidi: others,
  }),
);
announce(await listen(server));
