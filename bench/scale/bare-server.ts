import {
  Metadata,
  Server,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { type ShapeRequest, type ShapeResponse, ShapesService } from "../../test/gen/shapes/v1/shapes.js";
import { cpuTime } from "../calls/servers/child.js";
import { listen } from "../servers.js";
import { answer, countConnections, watchHealth } from "./processes.js";

// A plain grpc-js server whose calls fail with a trailer that was packed once: what the machine does without this package.

const health = watchHealth();
const connections = countConnections();

function failure() {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.alloc(300, "x"));
  return Object.assign(new Error("conflict"), { code: status.ABORTED, details: "conflict", metadata });
}

const server = new Server();
const handlers = {
  unary: (_: ServerUnaryCall<ShapeRequest, ShapeResponse>, respond: sendUnaryData<ShapeResponse>) => respond(failure()),
  clientStream: (call: ServerReadableStream<ShapeRequest, ShapeResponse>, respond: sendUnaryData<ShapeResponse>) => {
    call.once("data", () => respond(failure()));
  },
  serverStream: (call: ServerWritableStream<ShapeRequest, ShapeResponse>) => {
    call.write({ index: 0 });
    if (call.request.scenario === "typed") call.emit("error", failure());
  },
  bidi: (call: ServerDuplexStream<ShapeRequest, ShapeResponse>) => {
    call.once("data", () => call.emit("error", failure()));
  },
};
server.addService(ShapesService, handlers as unknown as UntypedServiceImplementation);
const port = await listen(server);
answer({ health, cpu: cpuTime, port: () => port, connections, force: () => server.forceShutdown() });
