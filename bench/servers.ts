import { promisify } from "node:util";
import { type Server, ServerCredentials } from "@grpc/grpc-js";

/** Binds a grpc-js server to a free port and returns the port. */
export function listen(server: Server): Promise<number> {
  return promisify(server.bindAsync.bind(server))("127.0.0.1:0", ServerCredentials.createInsecure());
}

/** The handler of methods that no benchmark calls. */
export function notMeasured(): never {
  throw new Error("no benchmark calls this method");
}
