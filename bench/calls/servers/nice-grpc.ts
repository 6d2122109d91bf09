import { createServer } from "nice-grpc";
import { errorDetailsServerMiddleware } from "nice-grpc-error-details";
import { type ShapeRequest, ShapesService } from "../../../test/gen/shapes/v1/shapes.js";
import { niceGrpc } from "../../peers/nice-grpc.js";
import { notMeasured } from "../../servers.js";
import { responses, type Scenario, sampleFor } from "../scenario.js";
import { announce } from "./child.js";

const server = createServer().use(errorDetailsServerMiddleware);
server.add(ShapesService, {
  unary: async (request: ShapeRequest) => {
    if (request.scenario === ("succeed" satisfies Scenario)) return { index: 1 };
    throw niceGrpc.make(sampleFor(request));
  },
  serverStream: responses,
  clientStream: notMeasured,
  bidi: notMeasured,
});
announce(await server.listen("127.0.0.1:0"));
