import { ATTACHMENTS, type AttachmentName } from "./attachments.js";
import { connect as connectAttached } from "./clients/attached.js";
import type { Client } from "./clients/client.js";
import { connect as connectGrpcJs } from "./clients/grpc-js.js";
import { connect as connectOurs } from "./clients/ours.js";
import { cpuTime } from "./servers/child.js";
import { makeCalls, type Order } from "./workloads.js";

// A client in a process of its own. Its arguments are the port, and the client that it runs. Responds to each message: to
// "time" with the CPU time so far, and to an order when its calls have ended.

/** A client by its name. All but the first two call methods that return promises. */
export type ClientName = "grpc-js" | "ours" | AttachmentName;

const [port, name] = process.argv.slice(2) as [string, ClientName];
const client = await connect(Number(port), name);

process.on("message", async (message: "time" | Order) => {
  if (message === "time") {
    process.send?.(cpuTime());
    return;
  }
  await makeCalls(client, message);
  process.send?.("done");
});
process.on("disconnect", () => process.exit());
process.send?.("connected");

async function connect(port: number, name: ClientName): Promise<Client> {
  if (name === "grpc-js") return connectGrpcJs(port, () => undefined);
  if (name === "ours") return connectOurs(port);
  return connectAttached(port, await ATTACHMENTS[name]());
}
