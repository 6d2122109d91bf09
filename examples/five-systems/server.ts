import { Server, ServerCredentials } from "@grpc/grpc-js";
import { richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { catalog as aerospikeErrors } from "grpc-rich-errors/catalogs/aerospike";
import { catalog as eventLogErrors } from "grpc-rich-errors/catalogs/eventlog";
import { catalog as hapndErrors } from "grpc-rich-errors/catalogs/hapnd";
import { reportOf, type ServerMessage } from "../eventstore/report.js";
import { AerospikeService, EventLogService, HapndService } from "./gen/systems/v1/systems.js";
import { aerospike } from "./services/aerospike.js";
import { eventLog } from "./services/event-log.js";
import { hapnd } from "./services/hapnd.js";

const server = new Server({
  interceptors: [
    richErrorServerInterceptor({
      catalogs: [aerospikeErrors, eventLogErrors, hapndErrors],
      onError: (call) => send({ type: "failed", report: reportOf(call) }),
    }),
  ],
});
server.addService(EventLogService, richHandlers(EventLogService, eventLog()));
server.addService(HapndService, richHandlers(HapndService, hapnd()));
server.addService(AerospikeService, richHandlers(AerospikeService, aerospike()));
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  send({ type: "listening", port });
});

// The process that started this server may exit, or may already be gone. Nobody else would stop the server then.
process.on("disconnect", () => process.exit());
if (process.send && !process.connected) process.exit(1);

/** Sends a message to the process that started the server, or prints it if there is no such process. */
function send(message: ServerMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
  else console.log(message);
}
