import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { ServerCredentials } from "@grpc/grpc-js";
import { grpcServer } from "./grpc-server.js";
import { httpServer } from "./http-server.js";
import { Store } from "./store.js";

// Runs a Hapnd for gRPC and HTTP on the ports in its arguments, or on free ports, and prints the addresses.
const [grpcPort = "0", httpPort = "0"] = process.argv.slice(2);
const store = new Store();
const grpc = grpcServer(store);
const bind = promisify<string, ServerCredentials, number>(grpc.bindAsync.bind(grpc));
const port = await bind(`127.0.0.1:${grpcPort}`, ServerCredentials.createInsecure());
const http = httpServer(store).listen(Number(httpPort), "127.0.0.1");
await once(http, "listening");
console.log(`grpc 127.0.0.1:${port} http://127.0.0.1:${(http.address() as AddressInfo).port}`);
