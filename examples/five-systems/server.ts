import { Server, ServerCredentials } from "@grpc/grpc-js";
import { richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { catalog as aerospikeErrors } from "grpc-rich-errors/catalogs/aerospike";
import { catalog as eventLogErrors } from "grpc-rich-errors/catalogs/eventlog";
import { catalog as hapndErrors } from "grpc-rich-errors/catalogs/hapnd";
import { exitWithParent, reportOf, send } from "../eventstore/report.js";
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

exitWithParent();
