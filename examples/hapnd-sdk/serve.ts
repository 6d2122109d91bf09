import { Server, ServerCredentials } from "@grpc/grpc-js";
import { richErrorServerInterceptor } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/hapnd";
import { EventsContract } from "./gen/hapnd/events/v1/events.rich.js";
import { addEvents } from "./server.js";

// Runs a Hapnd on the port of the command line, or any that is free, and says on which.
const boundary = richErrorServerInterceptor({
  catalogs: [catalog],
  contracts: [EventsContract],
  strictContracts: true,
});
const server = new Server({ interceptors: [boundary] });
addEvents(server);
server.bindAsync(`127.0.0.1:${process.argv[2] ?? 0}`, ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
