import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { Shapes } from "../../gen/shapes/v1/shapes_pb.js";
import { connect } from "../../peers/connect.js";
import { responses, type Scenario, sampleFor } from "../scenario.js";
import { announce } from "./child.js";

const server = createServer(
  connectNodeAdapter({
    routes: (router) =>
      router.service(Shapes, {
        unary: async (request) => {
          if (request.scenario === ("succeed" satisfies Scenario)) return { index: 1 };
          throw connect.make(sampleFor(request));
        },
        serverStream: responses,
      }),
  }),
);
server.listen(0, "127.0.0.1");
await once(server, "listening");
announce((server.address() as AddressInfo).port);
