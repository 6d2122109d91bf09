import { promisify } from "node:util";
import { type Server, ServerCredentials } from "@grpc/grpc-js";

/** Tells the parent process where the server listens, and from then on, whenever it asks, what processor time was needed. */
export function announce(port: number): void {
  process.on("message", () => process.send?.(process.cpuUsage()));
  process.on("disconnect", () => process.exit());
  process.send?.(port);
}

/** Has a server of grpc-js listen to a port of its own. */
export function listen(server: Server): Promise<number> {
  return promisify(server.bindAsync.bind(server))("127.0.0.1:0", ServerCredentials.createInsecure());
}
