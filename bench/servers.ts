import { promisify } from "node:util";
import { type Server, ServerCredentials } from "@grpc/grpc-js";

/** Has a server of grpc-js listen to a port of its own. */
export function listen(server: Server): Promise<number> {
  return promisify(server.bindAsync.bind(server))("127.0.0.1:0", ServerCredentials.createInsecure());
}

/** The handler of a method that no benchmark calls. */
export function notMeasured(): never {
  throw new Error("it is not measured");
}
