import { Server, ServerCredentials } from "@grpc/grpc-js";
import { richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
import { Access } from "./access.js";
import { Gate } from "./gate.js";
import { EventStoreService } from "./gen/eventstore/v1/eventstore.js";
import { type Address, parseOptions, type ServerOptions, USAGE } from "./options.js";
import { exitWithParent, reportOf, send } from "./report.js";
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
        catalogs: [catalog],
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
  exitWithParent();

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

function optionsOrExit(): ServerOptions {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(`\n${USAGE}`);
    process.exit(2);
  }
}
