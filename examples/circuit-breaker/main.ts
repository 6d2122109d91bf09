/** Makes calls to a server that gets wrong requests, then fails, then works again. Prints what becomes of them. */
import { promisify } from "node:util";
import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import {
  Code,
  codeName,
  promises,
  RichError,
  richErrorClientOptions,
  richErrorServerInterceptor,
  richHandlers,
} from "grpc-rich-errors";
import { catalog, HapndValidationError, ReducerNotReadyError } from "grpc-rich-errors/catalogs/hapnd";
import { recovery } from "grpc-rich-errors/recovery";
import { type AppendRequest, EventsClient, EventsService } from "../hapnd-sdk/gen/hapnd/events/v1/events.js";
import { Guard } from "./guard.js";

let isWorking = true;
let requests = 0;
const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
server.addService(
  EventsService,
  richHandlers(EventsService, {
    append: ({ request: { events } }) => {
      requests++;
      if (!isWorking) throw new ReducerNotReadyError();
      if (events.length === 0) {
        throw new HapndValidationError({ violations: [{ field: "events", description: "must not be empty" }] });
      }
      return { version: BigInt(events.length) };
    },
    read: () => {
      throw new RichError(Code.UNIMPLEMENTED, "this server only appends");
    },
  }),
);
const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", ServerCredentials.createInsecure());
const address = `127.0.0.1:${port}`;
const client = new EventsClient(address, credentials.createInsecure(), richErrorClientOptions({ catalogs: [catalog] }));
const guard = new Guard({ address, catalogs: [catalog], failures: 5, pause: 1_000, concurrent: 10, waiting: 10 });
const events = promises(client);

function append(request: AppendRequest): Promise<unknown> {
  const deadline = Date.now() + 5_000;
  return guard.call({
    recovery: recovery.declared.with({ backOffDelay: 1 }),
    request,
    deadline,
    send: (attempt) => events.append(attempt.request, { deadline }),
  });
}

/** Makes 20 calls one after the other, and prints how they end. */
async function append20(what: string, request: AppendRequest): Promise<void> {
  requests = 0;
  const ends = new Map<string, number>();
  for (let call = 0; call < 20; call++) {
    const end = await append(request).then(() => "success", nameOf);
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  console.log(`${what}: ${[...ends].map(([end, times]) => `${times} ${end}`).join(", ")}; ${requests} requests`);
}

function nameOf(thrown: unknown): string {
  const { name, code, origin, outcome } = RichError.from(thrown);
  return `${name} (${codeName(code)}, ${origin}, ${outcome})`;
}

const order = { aggregateId: "o-7", aggregateType: "order", expectedVersion: undefined };
const right = { ...order, events: [{ type: "placed", data: "{}" }] };
await append20("wrong requests", { ...order, events: [] });
isWorking = false;
await append20("a failing server", right);
isWorking = true;
await new Promise((resolve) => setTimeout(resolve, 1_000));
await append20("a working server", right);
const burst = await Promise.allSettled(Array.from({ length: 30 }, () => append(right)));
const rejected = burst.flatMap((end) => (end.status === "rejected" ? [nameOf(end.reason)] : []));
console.log(`30 calls at once: ${burst.length - rejected.length} success, ${rejected.length} ${rejected[0]}`);
client.close();
server.forceShutdown();
