import { Server, ServerCredentials } from "@grpc/grpc-js";
import { richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { catalog as platformErrors } from "grpc-rich-errors/catalogs/kurrent";
import { catalog as streamsErrors } from "grpc-rich-errors/catalogs/kurrentdb";
import { Access } from "./access.js";
import { Gate } from "./gate.js";
import { EventStoreService } from "./gen/eventstore/v1/eventstore.js";
import { type Address, parseOptions, type ServerOptions, USAGE } from "./options.js";
import { reportOf, type ServerMessage } from "./report.js";
import { handlers } from "./service.js";
import { EventStore } from "./store/store.js";

await run(optionsOrExit());

async function run(options: ServerOptions): Promise<void> {
  const gate = new Gate(options.maxCalls);
  const store = new EventStore(options.dataDir, options);
  const access = new Access(options.users);

  // A server needs two things for rich errors: the interceptor and the wrapped handlers.
  const server = new Server({
    interceptors: [
      richErrorServerInterceptor({
        catalogs: [streamsErrors, platformErrors],
        onError: (call) => {
          send({ type: "failed", report: reportOf(call) });
          if (call.masked) console.error(call.requestId, call.error);
        },
      }),
    ],
  });
  server.addService(EventStoreService, richHandlers(EventStoreService, handlers({ store, gate, access, options })));

  let opened: Promise<void> = Promise.resolve();
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    const drained = gate.drain();
    send({ type: "draining" });
    await drained;
    await new Promise((resolve) => server.tryShutdown(resolve));
    await opened;
    await store.close();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // The process that started this server may exit, or may already be gone. Nobody else would stop the server then.
  process.on("disconnect", () => process.exit(1));
  if (process.send && !process.connected) process.exit(1);

  // Listens before it serves, so that early clients get ServerNotReadyError instead of a refused connection.
  send({ type: "listening", port: await listen(server, options) });
  opened = store.open();
  await opened;
  gate.open();
  send({ type: "serving" });
}

function listen(server: Server, { host, port }: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
}

/** Sends a message to the process that started the server, or prints it if there is no such process. */
function send(message: ServerMessage): void {
  // If that process exits, "disconnect" stops the server, so a lost message does not matter.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
  else if (message.type === "failed") console.log(message.report.method, message.report.className);
  else if (message.type === "listening") console.log("listening on port", message.port);
  else console.log(message.type);
}

function optionsOrExit(): ServerOptions {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(`\n${USAGE}`);
    process.exit(2);
  }
}
